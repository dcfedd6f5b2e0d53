"""The pages say what the code has: names, paths, commands, tables and the order of the month."""

from __future__ import annotations

import ast
import csv
import importlib.util
import io
import re
import shlex
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calibration.validate.measure_list import MEASURES
from scenarios.base.labels import read_labels
from scenarios.base.paths import CONF, DOCS, ROOT
from scenarios.compare.prior_effects import EFFECTS_FILE
from scenarios.compare.proof_table import PROOF_FILE
from scenarios.compare.readings_table import READINGS_FILE
from scenarios.compare.rings_table import RINGS_FILE
from scenarios.compare.tables import COLUMNS
from scenarios.doc_pages.evidence_table import COMMAND as EVIDENCE_COMMAND
from scenarios.doc_pages.evidence_table import FILE as EVIDENCE
from scenarios.doc_pages.evidence_table import (
    GAPS,
    cited_in,
    evidence_page,
    gaps_in,
    read_evidence,
    sources,
)
from scenarios.doc_pages.lever_table import COMMAND as LEVER_COMMAND
from scenarios.doc_pages.lever_table import levers_page
from scenarios.doc_pages.parameter_table import COMMAND as PARAMETER_COMMAND
from scenarios.doc_pages.parameter_table import parameters_page
from scenarios.doc_pages.state_table import odd_page, state_tables
from scenarios.report.patterns import read_patterns
from scenarios.report.recommendations import read_recommendations
from scenarios.runs.outcome import CHECK_NOTES
from scenarios.runs.targets import TARGETS
from scenarios.settings.command import ALL
from scenarios.settings.config import compose_run
from scenarios.settings.help_text import read_tree
from scenarios.settings.schema import keys_of, reading_values
from scenarios.sweep.answer.tables import COLUMNS as SWEEP_COLUMNS
from simulation.levers.catalogue import lever_names
from simulation.state.entities import CHANNELS, SCHOOL_PLACES, STATES
from simulation.state.parameters import PROCESSES
from simulation.state.policy import TARGETING
from simulation.state.population import TABLES
from tests.all_commands import commands

REGION = CONF / "region" / "liupanshui"
ODD = (DOCS / "odd.md").read_text(encoding="utf-8")
READMES = ("README.md", "README.zh.md")
PAGES = (*READMES, "CONTRIBUTING.md", *(f"docs/{page.name}" for page in sorted(DOCS.glob("*.md"))))
GENERATED = ("docs/parameters.md", "docs/levers.md", "docs/evidence.md", "docs/plausibility.md")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MADE_BY_USERS = ("my_scenario.yaml", "FOLDER", "NAME", "DIR", "/path/to/")
PACKAGES = ("simulation", "scenarios", "calibration")
SUFFIXES = (
    ".py", ".yaml", ".csv", ".md", ".html", ".toml", ".lock", ".parquet", ".json", ".ipynb", ".cff", ".txt",
)  # fmt: skip
COMMANDS = commands()
CHINESE_WORDS = ("indicator.occupancy", "channel.workshop", "channel.organised_export", "table.report_against_model")
"""Labels that README.zh.md uses as they are."""
TABLES_OF_A_RUN = ("report.html", "report_table.csv", "indicators_city.csv", "indicators.parquet", "money.csv")
CHARTS = ("states.svg", "jobs.svg", "seats.svg", "sites.svg")
TABLES_OF_A_COMPARISON = tuple(f"{name}.csv" for name in (*COLUMNS, "scenarios", "places"))
TABLES_OF_A_SWEEP = tuple(f"{name}.csv" for name in SWEEP_COLUMNS)
MADE_BY_RUNS = (
    "outputs/", "final/", "figures/", "tables/", "brief.", "draws.json", "runs.parquet", "manifest.json",
    *TABLES_OF_A_RUN, *TABLES_OF_A_COMPARISON, *TABLES_OF_A_SWEEP, *CHARTS,
)  # fmt: skip
MAY_BE_MISSING = tuple(
    path.relative_to(ROOT).as_posix() for path in (EFFECTS_FILE, READINGS_FILE, RINGS_FILE, PROOF_FILE)
)
"""Results that a change of the rules deletes until they are made anew."""


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[str]:
    return [body for language, body in FENCE.findall(text_of(page)) if language in languages]


def inline(page: str) -> list[str]:
    return INLINE.findall(FENCE.sub("", text_of(page)))


def words(text: str) -> set[str]:
    return set(WORD.findall(text))


def vocabulary() -> set[str]:
    """Every word of the code, of conf/ and of the benchmark."""
    found: set[str] = set()
    for folder, suffixes in (("simulation", {".py"}), ("scenarios", {".py"}), ("conf", {".yaml", ".csv"})):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in suffixes:
                found |= words(path.read_text(encoding="utf-8")) | {path.stem}
    for name in ("bench", "starts"):
        found |= words((ROOT / "tests" / "reference" / f"{name}.py").read_text(encoding="utf-8"))
    return found


# --- pages that are written by a command -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "text", "command"),
    [
        ("docs/parameters.md", parameters_page, PARAMETER_COMMAND),
        ("docs/levers.md", levers_page, LEVER_COMMAND),
        ("docs/evidence.md", evidence_page, EVIDENCE_COMMAND),
        ("docs/odd.md", odd_page, "python -m scenarios.state_table"),
    ],
)
def test_written_page_is_up_to_date(page: str, text: Callable[[], str], command: str) -> None:
    assert text_of(page) == text(), f"write the page anew: .venv/bin/{command}"


# --- odd.md mentions what there is -------------------------------------------------------------------------------


def missing(names: list[str]) -> list[str]:
    known = words(ODD)
    return [name for name in names if name not in known]


def test_odd_mentions_every_parameter() -> None:
    assert missing([name for kind in PROCESSES.values() for name in getattr(kind, "_fields", ())]) == []


def test_odd_mentions_every_lever_with_its_settings_and_rules() -> None:
    settings = [name for lever in read_tree()["levers"].values() for name in lever["settings"]]
    settings.remove("posts_per_workshop")  # a size, not a rule
    assert missing([*lever_names(), *TARGETING, *settings]) == []


def test_odd_mentions_every_column_of_the_state() -> None:
    assert missing([variable.name for table in state_tables() for variable in table.variables]) == []


def test_odd_mentions_every_state_channel_and_school_place() -> None:
    assert missing([*STATES, *CHANNELS, *(place for place in SCHOOL_PLACES if place != "no_school")]) == []


def test_odd_mentions_every_file_of_the_rules() -> None:
    own = [path for path in (ROOT / "simulation" / "processes").glob("*.py") if path.stem != "__init__"]
    assert [path.name for path in own if path.relative_to(ROOT).as_posix() not in ODD] == []


def test_odd_mentions_every_reading_pattern_target_and_check() -> None:
    patterns = read_patterns(REGION / "patterns.csv")
    assert missing([*reading_values(), *patterns, *TARGETS, *CHECK_NOTES]) == []


def test_odd_has_the_kind_of_every_pattern() -> None:
    kinds = {"report_date": "report date", "experiment": "experiment"}
    lines = {line.split("`")[1]: line for line in ODD.splitlines() if line.startswith("| `") and line.count("|") == 5}
    for pattern in read_patterns(REGION / "patterns.csv").values():
        assert lines[pattern.id].endswith(f"| {kinds[pattern.kind]} |"), pattern.id
        assert pattern.section in lines[pattern.id], pattern.id


def test_odd_has_the_month_in_the_order_of_the_code() -> None:
    tree = ast.parse((ROOT / "simulation" / "city.py").read_text(encoding="utf-8"))
    step = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "advance")
    calls = [
        statement.value.func.attr
        for statement in step.body
        if isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
    ]
    schedule = ODD.partition("## 1.3")[2].partition("# 2 ")[0]
    assert re.findall(r"^\| `(\w+)` \|", schedule, re.MULTILINE) == calls


def test_odd_numbers_its_assumptions_in_order() -> None:
    section = ODD.partition("\n# 4 ")[2].partition("\n# 5 ")[0]
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", section, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    named = [int(number) for number in re.findall(r"assumption (\d+)", ODD)]
    assert set(named) <= set(numbers)


def test_odd_names_the_columns_that_no_rule_reads() -> None:
    """A column is read where a module of simulation/ names it as text, beyond the table of columns itself."""
    paths = [path for path in (ROOT / "simulation").rglob("*.py") if path.name != "population.py"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    listed = words(ODD.partition("no rule of the month reads")[2].partition("**Readings.**")[0])
    unread = {c.name for columns in TABLES.values() for c in columns if not re.search(rf"[\"']{c.name}[\"']", code)}
    assert unread - listed == set()


# --- nothing is mentioned that there is not ----------------------------------------------------------------------


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CONTRIBUTING.md"])
def test_names_are_those_of_the_code(page: str) -> None:
    known = vocabulary() | set(MEASURES)
    unknown = {token for token in inline(page) if WORD.fullmatch(token) and token not in known}
    equations = " ".join(blocks(page, "", "text"))
    unknown |= {word for word in words(equations) if "_" in word and word not in known}
    assert unknown == set()


@pytest.mark.parametrize("page", PAGES)
def test_keys_exist(page: str) -> None:
    keys = set(keys_of(read_tree()))
    starts = ("parameters.", "levers.", "reading.", "population.", *(f"{process}." for process in PROCESSES))
    population = words((REGION / "population.yaml").read_text(encoding="utf-8"))
    for token in inline(page):
        name = token.partition("=")[0]
        if not name.startswith(starts) or not re.fullmatch(r"[\w.]+", name) or name.endswith((".yaml", ".svg")):
            continue
        full = name if name.partition(".")[0] not in PROCESSES else f"parameters.{name}"
        exists = full in keys or (full.startswith("population.") and set(full.split(".")[1:]) <= population)
        assert exists, f"{page}: `{token}`"


def paths_in(text: str) -> Iterator[str]:
    """File and folder names of ours in backticks."""
    for token in INLINE.findall(text):
        plain = re.fullmatch(r"[\w./-]+", token) and not token.startswith("-")
        looks = "/" in token or (token.endswith(SUFFIXES) and token not in SUFFIXES)
        ours = not token.startswith(MADE_BY_RUNS)
        if plain and looks and ours and not any(word in token for word in MADE_BY_USERS):
            yield token


@pytest.mark.parametrize("page", PAGES)
def test_paths_exist(page: str) -> None:
    """A path is whole, or a name beside its folder in the same line, or lies in one of the usual folders."""
    for line in FENCE.sub("", text_of(page)).splitlines():
        tokens = list(paths_in(line))
        folders = [ROOT, CONF, REGION, DOCS, ROOT / "requirements"]
        folders += [
            (ROOT / token) if token.endswith("/") else (ROOT / token).parent for token in tokens if "/" in token
        ]
        for token in tokens:
            there = any((folder / token).exists() for folder in folders) or token in (".ci/run", *MAY_BE_MISSING)
            assert there or token == ".venv", f"{page}: `{token}`"


@pytest.mark.parametrize("page", PAGES)
def test_modules_exist(page: str) -> None:
    """`simulation.nation.Nation` names a module, and something that the module has."""
    for token in inline(page):
        if re.fullmatch(r"(simulation|scenarios|calibration|tests)(\.\w+)+", token) and not token.endswith(SUFFIXES):
            path, rest = ROOT.joinpath(*token.split(".")), ""
            if not (path.is_dir() or path.with_suffix(".py").is_file()):
                path, rest = path.parent, path.name
            assert path.is_dir() or path.with_suffix(".py").is_file(), f"{page}: `{token}`"
            assert not rest or rest in words(path.with_suffix(".py").read_text(encoding="utf-8")), f"{page}: `{token}`"


# --- comments and docstrings mention what there is ---------------------------------------------------------------


def remarks(path: Path) -> Iterator[str]:
    """Docstrings and comments of a Python file; the whole text of any other."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        # a docstring, also one below a constant
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def remarked_files() -> list[Path]:
    found = [path for name in (*PACKAGES, "tests") for path in (ROOT / name).rglob("*.py")]
    found += [path for suffix in ("*.yaml", "*.csv") for path in CONF.rglob(suffix)]
    return sorted([*found, ROOT / "pyproject.toml", ROOT / "Makefile"])


def test_remarks_mention_files_that_are_there() -> None:
    names = {path.name for name in (*PACKAGES, "tests", "conf", "docs") for path in (ROOT / name).rglob("*.py")}
    wrong = []
    for path in remarked_files():
        for text in remarks(path):
            wrong += [f"{path.name}: {name}" for name in re.findall(r"\b\w+\.py\b", text) if name not in names]
            for place in re.findall(r"(?<![\w./-])(?:simulation|scenarios|calibration|conf|docs|tests)/[\w./-]*", text):
                short = place.rstrip(".")
                if not any(word in short for word in MADE_BY_USERS) and not (ROOT / short).exists():
                    wrong.append(f"{path.name}: {short}")
    assert wrong == []


def test_commands_that_texts_name_are_there() -> None:
    wrong = []
    for path in remarked_files():
        if "tests" not in path.parts:
            named = re.findall(r"python -m ((?:simulation|scenarios|calibration|tests)[\w.]*)", path.read_text("utf-8"))
            wrong += [f"{path.name}: {name}" for name in named if not importlib.util.find_spec(name.rstrip("."))]
    assert wrong == []


# --- links and commands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in LINK.findall(FENCE.sub("", text_of(page))):
        file, _, anchor = target.partition("#")
        path = (ROOT / page).parent / file if file else ROOT / page
        assert path.is_file(), f"{page}: {target}"
        if anchor:
            titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}, target


def commands_in(page: str) -> Iterator[list[str]]:
    """Commands in shell blocks, indented lines and backticks: words, without comments."""
    lines = "\n".join(blocks(page, "bash")).splitlines()
    lines += re.findall(r"^ {4}((?:\.venv/bin/)?python .+|make .+)$", text_of(page), re.MULTILINE)
    lines += [token for token in inline(page) if re.match(r"(\.venv/bin/)?python -m |make( |$)", token)]
    for line in lines:
        if line.strip():
            yield shlex.split(line, comments=True)


@pytest.mark.parametrize("page", PAGES)
def test_commands_can_be_run(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for command in commands_in(page):
        program, *rest = command
        if program == "make":
            assert {word for word in rest if "=" not in word} <= targets, command
        else:
            assert program in (".venv/bin/python", "python"), command
            assert rest[0] == "-m", command
            assert importlib.util.find_spec(rest[1]) is not None, command
            check_words(rest[1], rest[2:])


def check_words(module: str, given: list[str]) -> None:
    """Raise UserError unless a command of ours takes these words."""
    command = COMMANDS.get(module)
    if command is not None:
        made_by_readers = ("scenario=./my_scenario.yaml", "population.tables=")
        call = command.call(given)
        if command.heeded == ALL:
            compose_run([word for word in call.words if not word.startswith(made_by_readers)])


# --- evidence ----------------------------------------------------------------------------------------------------


def test_every_cited_row_of_evidence_is_there() -> None:
    rows = read_evidence()
    for key, source in sources():
        assert set(cited_in(source)) <= set(rows), f"{key}: {source}"
        assert set(gaps_in(source)) <= set(GAPS), f"{key}: {source}"


def test_every_file_of_conf_cites_rows_that_are_there() -> None:
    """Also comments and notes that are no source of their own."""
    rows = set(read_evidence())
    for path in [*CONF.rglob("*.yaml"), DOCS / "plausibility.md"]:
        cited = set(re.findall(r"\b[ACEGHLNPRVWXZ]\d{2}\b", path.read_text(encoding="utf-8")))
        assert cited <= rows, path.name


def test_citations_are_found_in_sources() -> None:
    assert cited_in("W02, W32 (800 posts for 9,190 labourers in one park); assumed by kind of site") == ["W02", "W32"]
    assert cited_in("assumed because R01 to R04 give signs only") == ["R01", "R02", "R03", "R04"]
    assert cited_in("evidence G14-G16") == ["G14", "G15", "G16"]
    assert cited_in("B09 has short ones; reading to_be_served, 4(8)1, 1.5 per community") == ["B09"]
    assert gaps_in("no study gives magnitudes (evidence 1, 12)") == [1, 12]


def test_evidence_has_no_addresses_and_ids_of_its_own() -> None:
    with EVIDENCE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert not [line for line in lines if any("://" in cell for cell in line)]
    ids = [line[0] for line in lines[1:]]
    assert len(ids) == len(set(ids))


# --- levers.md ---------------------------------------------------------------------------------------------------


def test_levers_page_has_every_recommendation_lever_and_scenario() -> None:
    page = text_of("docs/levers.md")
    for item in read_recommendations(REGION / "recommendations.csv").values():
        assert f"| {item.name.en} | {item.name.zh} |" in page
    for name in (*lever_names(), *(path.stem for path in (CONF / "scenario").glob("*.yaml"))):
        assert f"`{name}`" in page or f"### {name}\n" in page


# --- READMEs -----------------------------------------------------------------------------------------------------


def test_both_readmes_have_the_same_commands() -> None:
    both = []
    for page in READMES:
        lines = "\n".join(blocks(page, "bash")).splitlines()
        both.append([re.sub(r" (--language zh|language=zh)$", "", line) for line in lines])
    assert both[0] == both[1]


@pytest.mark.parametrize("page", READMES)
def test_the_scenario_file_of_the_readme_runs(page: str, tmp_path: Path) -> None:
    (example,) = blocks(page, "yaml")
    path = tmp_path / "my_scenario.yaml"
    path.write_text(example, encoding="utf-8")
    config = compose_run([f"scenario={path}"])
    assert config.scenario == "my_scenario"
    assert config.policy.levers["workshops"].size == 40
    assert config.policy.levers["bus_lines"].size == 10


def test_glossary_has_the_words_of_the_labels() -> None:
    labels = read_labels()
    for page in READMES:
        text = text_of(page)
        for state in ("settled", "both_ends", "away", "returned"):
            assert labels[f"state.{state}"][1] in text, state
        for key in CHINESE_WORDS:
            name = labels[key][1].partition("（")[0]
            assert name in text or page == "README.md", key


def test_readme_says_what_a_run_writes() -> None:
    written = {*TABLES_OF_A_RUN, *CHARTS, "final/", "manifest.json"}
    for page in READMES:
        assert written <= set(inline(page))


def test_chinese_text_has_chinese_punctuation() -> None:
    for number, line in enumerate(FENCE.sub("", text_of("README.zh.md")).splitlines(), start=1):
        text = LINK.sub("链接", INLINE.sub("代码", line.removeprefix("!")))
        assert not re.search(r"[\u4e00-\u9fff] ?[,;:?!()]|[,;:?!(] ?[\u4e00-\u9fff]", text), f"{number}: {line}"


# --- all pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_no_machine(page: str) -> None:
    assert not re.search(r"(?<![\w.])/(work|home|root|tmp|usr)/|localhost|://(?!www\.w3\.org)", text_of(page))


@pytest.mark.parametrize("page", [page for page in PAGES if page not in (*GENERATED, "README.zh.md")])
def test_lines_are_short(page: str) -> None:
    text = FENCE.sub("", text_of(page))
    long = [line for line in text.splitlines() if len(line) > 140 and not line.startswith("|")]
    assert long == []
