"""Make NotoSansSC-More.otf: characters that NotoSansSC-GB2312.otf lacks, of Noto Sans CJK SC 2.004.

    python scenarios/base/fonts/more_characters.py NotoSansCJK-Regular.ttc

The collection is in Debian's package fonts-noto-cjk 1:20220127+repack1-1, and at github.com/notofonts/noto-cjk. The
same collection and the same fontTools give the same bytes. Taken are all 20,976 Chinese characters of Unicode's basic
block that the face has (simplified and traditional), the rest of the 通用规范汉字表 of 2013, what else GBK has, kana,
symbols and letters. Layout features and hints are left out: charts use neither.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent
FIRST, MORE = HERE / "NotoSansSC-GB2312.otf", HERE / "NotoSansSC-More.otf"
FACE, NAME = "Noto Sans CJK SC", "Noto Sans CJK SC More"
RARE = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪"
    "䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝"
    "𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛"
    "𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁"
    "𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
)
"""Characters of the 通用规范汉字表 outside the basic block: names of people and places, and terms."""
OUTSIDE = ((0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Chinese characters outside the basic block: taken where `RARE` or GBK has them."""
NOT_TAKEN = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xFE00, 0xFE0F), (0xFFA0, 0xFFDC))
"""Blocks left out: Korean letters and syllables, which neither language writes, and marks of variants."""
NAMES = {1: NAME, 3: NAME.replace(" ", ""), 4: NAME, 6: NAME.replace(" ", ""), 16: NAME}
"""Names by their number in the table `name`; its licence and copyright stay."""


def more_characters(collection: Path) -> None:
    """Write the font from the collection of all regular faces."""
    font = next(face for face in TTCollection(collection).fonts if face["name"].getDebugName(1) == FACE)
    have = TTFont(FIRST).getBestCmap()
    wanted = [code for code in font.getBestCmap() if code not in have and taken(code)]
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=["*"], name_languages=[0x409],
        drop_tables=["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"],
    )  # fmt: skip
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in NAMES:
            record.string = NAMES[record.nameID]
    outlines = font["CFF "].cff
    outlines.fontNames[0] = NAMES[6]
    outlines.topDictIndex[0].FullName = outlines.topDictIndex[0].FamilyName = NAME
    font.recalcTimestamp = False
    font.save(MORE)
    print(f"{MORE.name}: {len(wanted)} characters, {MORE.stat().st_size / 1e6:.1f} MB")


def taken(code: int) -> bool:
    """Return whether a character of the face is taken."""
    if any(low <= code <= high for low, high in OUTSIDE):
        return chr(code) in RARE or bool(chr(code).encode("gbk", "ignore"))
    return code > 0x7F and not any(low <= code <= high for low, high in NOT_TAKEN)


if __name__ == "__main__":
    more_characters(Path(sys.argv[1]))
