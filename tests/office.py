"""Documents as an office program shows them: LibreOffice without a screen, and pdftoppm for pictures of the pages.

Both come with `make system-packages`. Fonts are those of the system and the repository's own, which stands for the
fonts of office computers that are missing here, so that no character is without a glyph.
"""

from __future__ import annotations

import atexit
import csv
import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from scenarios.base.glyphs import FONT_FILE

SECONDS = 180
DOTS_PER_INCH = 80
FONT_NAME = "Noto Sans CJK SC"
STAND_INS = ("Calibri", "Microsoft YaHei")
FONT_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  {aliases}
</fontconfig>
"""
ALIAS = '<match target="pattern"><test name="family"><string>{name}</string></test>' + (
    f'<edit name="family" mode="assign" binding="strong"><string>{FONT_NAME}</string></edit></match>'
)


def to_pdf(path: Path) -> Path:
    """Return <name>.pdf beside a document, made by LibreOffice."""
    return _convert(path, "pdf")


def to_csv(path: Path, sheet: int) -> list[list[str]]:
    """Return the cells of a sheet (from 1) of a workbook as LibreOffice shows them to a program: unformatted."""
    # separator, quote, UTF-8, first line, -, -, text not quoted, numbers as they are, -, no formulas, -, sheet
    made = _convert(path, f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,{sheet}")
    with made.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def pages(pdf: Path) -> list[Path]:
    """Return pictures of the pages of a PDF, first page first."""
    folder = pdf.with_suffix(".pages")
    folder.mkdir(exist_ok=True)
    _run(["pdftoppm", "-png", "-r", str(DOTS_PER_INCH), str(pdf), str(folder / "page")])
    return sorted(folder.glob("page*.png"))


def text(pdf: Path, page: int | None = None) -> str:
    """Return the text of a PDF, or of one page (from 1)."""
    part = [] if page is None else ["-f", str(page), "-l", str(page)]
    return _run(["pdftotext", "-layout", "-enc", "UTF-8", *part, str(pdf), "-"])


def fonts(pdf: Path) -> set[str]:
    """Return the names of the fonts in a PDF, without the mark of a subset."""
    lines = _run(["pdffonts", str(pdf)]).splitlines()[2:]
    return {re.sub(r"^[A-Z]{6}\+", "", line.split()[0]) for line in lines}


def _convert(path: Path, form: str) -> Path:
    suffix = form.partition(":")[0]
    outcome = path.with_suffix(f".{suffix}")
    for old in path.parent.glob(f"{path.stem}*.{suffix}"):
        old.unlink()
    place = _profile()
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    _run(["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(path.parent), str(path)], place)
    made = sorted(path.parent.glob(f"{path.stem}*.{suffix}"))  # a sheet's file is <name>-<sheet>.csv
    assert len(made) == 1, f"LibreOffice made {len(made)} files of {path.name}: is its Writer or Calc missing?"
    return made[0].rename(outcome)


def _run(command: list[str], place: Path | None = None) -> str:
    assert shutil.which(command[0]), f"{command[0]} is missing: make system-packages"
    surroundings = dict(os.environ)
    if place is not None:
        surroundings |= {"FONTCONFIG_FILE": str(place / "fonts.conf"), "HOME": str(place)}
    done = subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, env=surroundings)
    return done.stdout.decode("utf-8")


@cache
def _profile() -> Path:
    """Return a folder for LibreOffice's settings and the list of fonts; it is removed at the end."""
    place = Path(tempfile.mkdtemp(prefix="anju-office-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    aliases = "\n  ".join(ALIAS.format(name=name) for name in STAND_INS)
    settings = FONT_SETTINGS.format(fonts=FONT_FILE.parent, cache=place / "cache", aliases=aliases)
    (place / "fonts.conf").write_text(settings, encoding="utf-8")
    return place
