"""A document with every kind of block, in either language, with texts of the length that a brief has."""

from __future__ import annotations

from pathlib import Path

from scenarios.pages.blocks import (
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Span,
    Table,
)
from scenarios.runs.charts import draw_run
from tests.scenarios.runs.made_run import KINDS, made_frame

LONG_ROWS = 78
TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Which measures keep resettled households: a brief & its <limits>",
        "lead": "The measures that help most are those that a site lacks: seats near the flat before posts, posts "
        "before training. What they cost for each household that stays differs tenfold.",
        "warning": "Every number below is a difference between model runs. It does not say what happened in the city.",
        "heading": "What each measure does",
        "part": "By site",
        "deeper": "How sure it is",
        "normal": "Of 29,150 households, the model has some living at both ends: the flat stands, the family "
        "“commutes” between the old house and the site, and a count at the door finds it empty on most days.",
        "bold": "Nine draws in ten agree",
        "after": " that the first two measures help; for the others the sign is open.",
        "item": "A point that is long enough to run over the end of its line, so that the second line has to stand "
        "under the first and not under the mark before it.",
        "caption": "Extra households settled in December 2024, mean and range of nine draws in ten",
        "site": "Site",
        "town": "County town",
        "note": "The range is from the 5th to the 95th percentile over draws and seeds.",
        "figure": "Bands add up to the households whose flat has been handed over.",
        "alt": "Households by state over the months: most are settled",
        "fact": "Scenario",
        "fact_text": "More workshops by need: 30 workshops from 2020-01 on, 38 posts each",
        "remark": "Smaller than the spread between seeds, so that nothing follows for this site alone",
    },
    "zh": {
        "title": "哪些措施能让搬迁户稳得住：模型简报 & <局限>",
        "lead": "缺什么补什么最有效：先补就近学位，再补就业岗位，最后才是培训。"
        ""
        "各项措施每稳住一户所需的财政投入相差约十倍。",
        "warning": "下列数字均为模型运行之间的差值，不说明现实中已经发生了什么。",
        "heading": "各项措施的效果",
        "part": "分安置点",
        "deeper": "把握有多大",
        "normal": "29150户搬迁户中，模型里有一部分“两头住”：住房已分到户，家庭却在老房与安置点之间来回，"
        "按月入户清点时多数日子无人在家。因此，名义入住率与实际入住率并不是一回事。",
        "bold": "十组参数中有九组一致",
        "after": "表明前两项措施有效；其余措施的方向尚不确定。",
        "item": "这一条要点写得足够长，长到超出一行的末尾，"
        "以便检查第二行是否与第一行的文字对齐，而不是顶到项目符号的下面去。",
        "caption": "2024年12月新增稳定入住户：均值及九成参数组的范围",
        "site": "安置点",
        "town": "县城",
        "note": "范围为各参数组、各种子的第5至第95百分位。",
        "figure": "各色带合计为已分房的搬迁户。",
        "alt": "搬迁户居住状态逐月变化：多数稳定入住",
        "fact": "情景",
        "fact_text": "按需求增加扶贫车间：自2020年1月起新增30个，每个38个岗位",
        "remark": "小于种子之间的离散程度，单就该安置点不能下结论",
    },
}


def made_document(folder: Path, language: str) -> Document:
    """Return the document; its charts are drawn into `folder`."""
    draw_run(made_frame(), folder, language, site_kinds=KINDS)
    text = TEXTS[language]
    long_rows = [
        [f"{text['site']} {n + 1:02d}", text["town"], f"{13 * n + 7:,}", f"{n / 7:.1f}", text["remark"]]
        for n in range(LONG_ROWS)
    ]
    effects = [
        [f"{text['fact']} {n}", f"{120 * n - 60:+,}", f"{80 * n - 90:+,}", f"{160 * n - 30:+,}", f"{0.3 * n:.2f}"]
        for n in range(4)
    ]
    wide = [[f"{text['site']} {n}", *(f"{n * k * 1234.5:,.0f}" for k in range(1, 10))] for n in range(1, 7)]
    blocks: list[Block] = [
        Paragraph(text["lead"], "lead"),
        Paragraph(text["warning"], "warning"),
        Facts([(text["fact"], text["fact_text"]), ("a < b & c", text["note"])]),
        Heading(1, text["heading"]),
        Paragraph(text["normal"]),
        Paragraph([Span(text["bold"], bold=True), Span(text["after"])]),
        Bullets([text["item"], [Span(text["bold"], bold=True), Span(text["after"])]]),
        Table(
            [text["fact"], "Δ", "5 %", "95 %", "p"], effects, {1, 2, 3, 4}, text["caption"], ["strong", "", "", "faint"]
        ),
        Paragraph(text["note"], "note"),
        Heading(2, text["part"]),
        Table([text["site"], text["town"], "n", "%", text["deeper"]], long_rows, {2, 3}, text["caption"]),
        Heading(2, text["part"]),
        Paragraph(text["normal"]),
        Heading(3, text["deeper"]),
        Figure(folder / "states", text["figure"], text["alt"]),
        Figure(folder / "jobs", text["figure"], text["alt"]),
        PageBreak(),
        Heading(1, text["deeper"]),
        Table([text["site"], *(f"{year}-12" for year in range(2016, 2025))], wide, set(range(1, 10)), text["caption"]),
    ]
    return Document(text["title"], language, blocks, numbered=True)
