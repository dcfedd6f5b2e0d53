"""A release names itself in one way everywhere: version, date, licence; and its locked packages fit each other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date
from typing import Any

import pytest
import yaml

from scenarios.base.paths import ROOT
from scenarios.base.version import VERSION

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
LICENSE = (ROOT / "LICENSE").read_text(encoding="utf-8")
RELEASES = re.findall(r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
CITED = ("title", "abstract", "keywords", "version", "date-released", "license", "authors", "type")
"""Keys of CITATION.cff that a reference is made of. The format itself requires cff-version, message, title, authors."""
SYSTEMS = {"Linux": "POSIX :: Linux", "macOS": "MacOS"}


def test_all_files_name_the_same_version() -> None:
    assert PROJECT["version"] == VERSION == CITATION["version"] == RELEASES[0][0]


def test_the_changelog_has_every_version_once_the_newest_first() -> None:
    versions = [tuple(int(part) for part in version.split(".")) for version, _ in RELEASES]
    assert versions == sorted(set(versions), reverse=True)
    dates = [date.fromisoformat(day) for _, day in RELEASES]
    assert dates == sorted(dates, reverse=True)
    headings = re.findall(r"^## (?!Unreleased$)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(headings) == len(RELEASES), "a section of CHANGELOG.md is a version with its date, or unreleased"


def test_the_citation_is_one_by_the_format_1_2_0() -> None:
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["message"]
    assert [key for key in CITED if not CITATION.get(key)] == []
    assert CITATION["type"] == "software"
    assert all(isinstance(CITATION[key], str) for key in (*CITED[:2], *CITED[3:6])), "numbers and dates are quoted"
    assert all(isinstance(word, str) for word in CITATION["keywords"])
    assert CITATION["date-released"] == RELEASES[0][1]
    assert CITATION["authors"] == PROJECT["authors"] == [{"name": "The Anju authors"}]


def test_the_licence_is_the_same_everywhere_and_names_the_font_s_own() -> None:
    assert PROJECT["license"] == CITATION["license"] == "MIT"
    assert LICENSE.startswith(f"MIT License\n\nCopyright (c) 2026 {PROJECT['authors'][0]['name']}\n")
    for name in PROJECT["license-files"]:
        assert (ROOT / name).is_file(), name
    font = next(name for name in PROJECT["license-files"] if name.endswith("OFL.txt"))
    for page in ("LICENSE", "README.md", "README.zh.md"):
        assert font in (ROOT / page).read_text(encoding="utf-8"), page
    assert "SIL OPEN FONT LICENSE" in (ROOT / font).read_text(encoding="utf-8").upper()


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_pythons_and_systems_are_those_of_the_readme(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    of_python = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if "Python :: 3." in name]
    (first, last) = re.findall(r"3\.(\d+)", PROJECT["requires-python"])
    assert of_python == [f"3.{minor}" for minor in range(int(first), int(last))]
    for version in of_python:
        assert version in text, version
    for system, classifier in SYSTEMS.items():
        assert f"Operating System :: {classifier}" in PROJECT["classifiers"]
        assert system in text, system
    assert "WSL" in text


def test_the_readme_is_the_one_of_the_project() -> None:
    assert (ROOT / PROJECT["readme"]).is_file()


def test_installed_packages_fit_each_other() -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
