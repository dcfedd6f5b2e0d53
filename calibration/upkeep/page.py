"""The work of `python -m calibration.page`: tables and charts of the calibration in docs/calibration/, and a page.

The page tells in plain words, in both languages, what the report taught the model and what it did not. It is made from
the tables beside it, so that it cannot say anything else than they do. Where the proof, another reading or the whole
calibration has not been made with these rules, it says so, and what makes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from calibration.findings.charts import parameter_name
from calibration.upkeep.in_short import LISTED, in_short
from calibration.upkeep.later_years import copy_score, later_years
from calibration.upkeep.readings_summary import readings_summary
from calibration.upkeep.rings_section import copy_rings, rings_section
from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_frame
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import LANGUAGES, label
from scenarios.base.output.plain_files import SIX_DIGITS, write_csv, write_json
from scenarios.base.output.whole_files import write_bytes, write_text
from scenarios.base.paths import DOCS, ROOT
from scenarios.base.text import Text
from scenarios.compare.proof_table import PROOF_FILE, proof_stands
from scenarios.doc_pages.page import markdown_table
from scenarios.report.patterns import read_patterns
from scenarios.report.readings import DEFAULT_READING, open_readings
from scenarios.runs.parameter_sets import DRAWS_FILE, read_draws
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run

FOLDER, OUTPUT = DOCS / "calibration", ROOT / "outputs" / "calibration"
TABLES = ("fit", "parameters", "patterns", "unprinted", "ridges", "informs", "screening")
CHARTS = ("fit", "parameters", "informs")
PROOF_TABLES, PROOF_CHART = ("coverage", "agreement"), "ranks"
PAGES = {"en": "README.md", "zh": "README.zh.md"}
SHOWN_LEVEL = 0.9

Say = Callable[..., str]


def files_of(proof: bool) -> list[str]:
    """Return the names of the tables and charts of a calibration, with those of its proof or without."""
    tables, charts = (TABLES, CHARTS) if not proof else ((*TABLES, *PROOF_TABLES), (*CHARTS, PROOF_CHART))
    names = [f"{name}.csv" for name in tables]
    names += [f"{chart}.{language}.svg" for chart in charts for language in LANGUAGES]
    return [*names, PROOF_FILE.name] if proof else names


def write(call: Call) -> None:
    """Copy tables and charts, write the pages; raises UserError where a file of the calibration is missing.

    Files of a proof that other sources made are not copied, and those of an older page go.
    """
    names = files_of(proof_stands(OUTPUT / PROOF_FILE.name))
    for name in names:
        if not (OUTPUT / name).is_file():
            problem = Text("a file of the calibration is not there", "缺少校准的结果文件")
            hint = Text("make calibrate", "请先运行 make calibrate")
            raise UserError(problem, key=name, found=shown_path(OUTPUT / name), hint=hint)
    made = read_draws(DRAWS_FILE).made
    own = json.loads((OUTPUT / "calibration.json").read_text(encoding="utf-8"))
    if {**own, "source": made["source"]} != made:
        problem = Text("the tables are not those of the committed draws", "这些表与已提交的抽样不对应")
        hint = Text("make calibrate writes both", "make calibrate 会同时写出两者")
        raise UserError(problem, key="calibration.json", found=shown_path(OUTPUT), hint=hint)
    write_json(FOLDER / "calibration.json", made)
    for name in files_of(proof=True):
        if name in names:
            write_bytes(FOLDER / name, (OUTPUT / name).read_bytes())
        else:
            (FOLDER / name).unlink(missing_ok=True)
    copy_rings(FOLDER, read_draws(DRAWS_FILE))
    copy_score(OUTPUT, FOLDER)
    table = readings_summary(OUTPUT, FOLDER / "readings.csv")
    write_csv(table, FOLDER / "readings.csv", SIX_DIGITS)
    for language, page in PAGES.items():
        write_text(FOLDER / page, page_text(FOLDER, language))
    call.say(Text(f"{shown_path(FOLDER)} written", f"已写出 {shown_path(FOLDER)}"))


def page_text(folder: Path, language: str) -> str:
    """Return the page in `language` from the tables in `folder`; what it lacks is said."""

    def say(key: str, **values: Any) -> str:
        return label(f"calibration_page.{key}", language).format(**values)

    if not (folder / "calibration.json").is_file():
        return "\n\n".join((f"# {say('title')}", say("missing"), say("again"))) + "\n"
    proof = (folder / PROOF_FILE.name).is_file()
    names = (*TABLES, *(PROOF_TABLES if proof else ()), "readings")
    tables = {name: read_frame(folder / f"{name}.csv") for name in names}
    made = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))

    patterns = read_patterns(compose_run([]).region / "patterns.csv")
    texts = {name: pattern.pattern.say(language) for name, pattern in patterns.items()}
    parts = [f"# {say('title')}", say("written"), *in_short(folder, tables, made, language)]
    parts += [_picture("parameters", say("parameters"), language)]
    parts += [f"## {say('read')}", say("read_text"), _picture("fit", say("figures"), language)]
    parts += [*_figures(tables["fit"], made, say, language), *_patterns(tables["patterns"], texts, say)]
    parts += _parameters(tables, made, say, language)
    parts += _proof(tables, made, say, language) if proof else [f"## {say('proof')}", say("proof_missing")]
    parts += [*_readings(tables["readings"], say, language), *rings_section(folder, say, language)]
    parts += [*later_years(folder, language), *_how(made, say)]
    parts += [f"## {say('limits')}", say("limits_text"), say("again")]
    return "\n\n".join(parts) + "\n"


def _figures(fit: pd.DataFrame, made: Mapping[str, Any], say: Say, language: str) -> list[str]:
    rows, hit_by_own_knob = [], []
    for row in _records(fit):
        name = label(f"target.{row['id']}", language)
        knob = row["own_knob"] if isinstance(row["own_knob"], str) else ""
        if knob:
            hit_by_own_knob.append(name)
        rows.append(
            [name, f"{row['observed']:,.0f} ± {row['tolerance']:,.0f}", _interval(row, ("median", "low", "high")),
             _interval(row, ("fresh_median", "fresh_low", "fresh_high")),
             parameter_name(knob, language) if knob else say("none"),
             _interval(row, ("foretold_median", "foretold_low", "foretold_high"))]
        )  # fmt: skip
    heads = [say(f"col_{name}") for name in ("figure", "observed", "model", "fresh", "own", "foretold")]
    comma = "、" if language == "zh" else ", "
    says = say("figures_own", list=comma.join(hit_by_own_knob) or say("none"), draws=made["draws"])
    return [f"## {say('figures')}", say("figures_text"), says, markdown_table(heads, rows)]


def _patterns(patterns: pd.DataFrame, texts: Mapping[str, str], say: Say) -> list[str]:
    rows = []
    for row in _records(patterns):
        experiment = "" if not np.isnan(row["median"]) and row["unit"] == row["unit"] else f" ({say('experiment')})"
        rows.append(
            [texts[row["id"]] + experiment, f"{row['share_of_prior_draws']:.0%}",
             f"{row['share_of_draws_meeting_it']:.0%}", say(row["taught"])]
        )  # fmt: skip
    heads = [say(f"col_{name}") for name in ("finding", "before", "after", "taught")]
    columns = "`low_sd`, `high_sd`"
    return [f"## {say('patterns')}", say("patterns_text", columns=columns), markdown_table(heads, rows)]


def _parameters(tables: Mapping[str, pd.DataFrame], made: Mapping[str, Any], say: Say, language: str) -> list[str]:
    ridges = [
        f"{parameter_name(row['parameter_a'], language)} – {parameter_name(row['parameter_b'], language)} "
        f"({row['correlation']:+.2f})".replace("-", "−")
        for row in _records(tables["ridges"].head(LISTED))
    ]
    numbers = {"n": len(made["free"]), "minor": len(made["minor"]), "inert": len(made["inert"])}
    return [
        f"## {say('parameters')}",
        say("parameters_text", **numbers),
        f"## {say('informs')}",
        say("informs_text"),
        _picture("informs", say("informs"), language),
        say("ridges_text", list=("；" if language == "zh" else "; ").join(ridges) or say("none")),
    ]


def _proof(tables: Mapping[str, pd.DataFrame], made: Mapping[str, Any], say: Say, language: str) -> list[str]:
    coverage, agreement = tables["coverage"], tables["agreement"]
    at_level = coverage[np.isclose(coverage["level"], SHOWN_LEVEL)]
    pooled = _by_id(at_level[at_level["parameter"] == "all"], "truths")
    single = at_level[at_level["parameter"] != "all"]
    least, least_near = (_records(single[single["truths"] == where].nsmallest(1, "coverage"))[0]
                         for where in ("prior", "near"))  # fmt: skip
    worst = _records(agreement.nlargest(1, "difference"))[0]
    counts = {f"n_{where}": int(pooled[where]["n_truths"]) for where in ("prior", "near", "checked")}

    def name(key: Any) -> str:
        return parameter_name(str(key), language)

    return [
        f"## {say('proof')}",
        say("proof_text", **counts),
        say(
            "proof_result", **counts, **{where: row["coverage"] for where, row in pooled.items()},
            checked_low=pooled["checked"]["low"], checked_high=pooled["checked"]["high"],
            worth=pooled["checked"]["worth"], effective=made["effective_draws"], least=least["coverage"],
            least_name=name(least["parameter"]), least_near=least_near["coverage"],
            least_near_name=name(least_near["parameter"]), shift=made["check_shift"]["deviations"],
            shift_name=name(made["check_shift"]["parameter"]),
        ),
        say(
            "proof_again", n=len(agreement), difference=worst["difference"], worst_name=name(worst["parameter"]),
            middle=float(agreement["difference"].median()), chance=worst["chance"],
        ),
        _picture("ranks", say("proof"), language),
    ]  # fmt: skip


def _readings(table: pd.DataFrame, say: Say, language: str) -> list[str]:
    switches = open_readings()
    meanings = {
        f"{name}-{option.value}": f"`{name}={option.value}`: {option.meaning.say(language)}"
        for name, switch in switches.items()
        for option in switch.options
    }
    rows, without = [], []
    for row in _records(table):
        name = say("default") if row["reading"] == DEFAULT_READING else meanings.get(row["reading"], row["reading"])
        rows.append(
            [name, f"{row['effective_draws']:.0f}", f"{row['figures_inside']} / {row['figures']}",
             f"{row['own_inside']} / {row['own']}", _share(row, "settled"), _share(row, "returned")]
        )  # fmt: skip
        if isinstance(row["without"], str) and row["without"]:
            ids = [label(f"target.{name}", language) for name in row["without"].split(";")]
            without.append(say("readings_without", reading=row["reading"].replace("-", "="), targets=", ".join(ids)))
    heads = [say(f"col_{name}") for name in ("reading", "effective", "fit", "fit_own", "settled", "returned")]
    parts = [f"## {say('readings')}", say("readings_text"), markdown_table(heads, rows), *without]
    others = [f"{name}-{value}" for name, switch in switches.items() for value in switch.values[1:]]
    lacking = [f"`{name.replace('-', '=')}`" for name in others if name not in set(table["reading"])]
    if lacking:
        parts.append(say("readings_missing", list=("、" if language == "zh" else ", ").join(lacking)))
    return parts


def _how(made: Mapping[str, Any], say: Say) -> list[str]:
    sizes = made["sizes"]
    numbers = {
        **sizes, "screening": made["screening_runs"], "free": len(made["free"]), "minor": len(made["minor"]),
        "effective": made["effective_draws"], "draws": made["draws"], "cut": made["weight_cut"],
        "moved": made["moved"],
    }  # fmt: skip
    steps = [f"{k}. {say(f'how_{k}', **numbers)}" for k in range(1, 7)]
    return [f"## {say('how')}", "\n".join(steps)]


def _picture(name: str, text: str, language: str) -> str:
    return f"![{text}]({name}.{language}.svg)"


def _interval(row: Mapping[str, Any], names: tuple[str, str, str]) -> str:
    median, low, high = (float(row[name]) for name in names)
    return "" if np.isnan(median) else f"{median:,.0f} [{low:,.0f}, {high:,.0f}]"


def _share(row: Mapping[str, Any], name: str) -> str:
    return f"{row[f'{name}_median']:.0%} [{row[f'{name}_low']:.0%}, {row[f'{name}_high']:.0%}]"


def _by_id(table: pd.DataFrame, name: str = "id") -> dict[str, dict[str, Any]]:
    """Return rows by their id."""
    return {str(row[name]): row for row in _records(table)}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
