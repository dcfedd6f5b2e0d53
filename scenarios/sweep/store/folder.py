"""The folder of a sweep: what it is (sweep.json), parts, claims, logs, and the collected table.

A folder is for one sweep. What may change is more of the same: more seeds, values, scenarios or points, so that every
run it holds is still planned. Anything else is refused with the difference, because its rows would not belong together;
so is a change of what files behind it hold (a scenario's, tables of a population, draws).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.base.errors import UserError, shown
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.folders import PROGRAM, files_in
from scenarios.base.output.whole_files import write_text
from scenarios.base.text import Text, for_xml
from scenarios.base.user import user_path
from scenarios.entries.sweep import HINT
from scenarios.runs.provenance import commit
from scenarios.runs.sources import source_hash
from scenarios.settings.config import canonical_json
from scenarios.sweep.plan.plan import Plan, plan_sweep
from scenarios.sweep.plan.spec import Sweep, sweep_of
from scenarios.sweep.store.places import HEAD, SWEEPS

LAUNCHER = "launcher.json"
KIND = "sweep"
SCHEMA = 2
HEAD_KEYS = ("program", "kind", "schema", "tree", "config_dir", "source", "contents")
SAME = ("source", "config_dir")
"""Of a head: what must be the same, besides the parts of the tree that are no extension."""
SAME_IN_TREE = ("outputs", "months", "work")
COMMIT = "commit"
"""Of a head: the commit of the sources that made it, which may not be known."""
SHOWN, SOURCE_SHOWN = 60, 12
ANOTHER = Text("choose another output=FOLDER, or move that folder away", "请另选 output=文件夹，或移走该文件夹")


class SweepFolder:
    """A sweep's folder, which may not be there yet."""

    def __init__(self, path: Path) -> None:
        """path: of the folder."""
        self.path = user_path(path, "output").absolute()
        self.head = self.path / HEAD
        self.parts = self.path / "parts"
        self.claims = self.path / "claims"
        self.logs = self.path / "logs"

    def read(self) -> Plan:
        """Return the plan that the folder is for, to make runs; raises UserError where other sources made it."""
        head = self._known_head()
        plan = plan_sweep(sweep_of(head["tree"], head["config_dir"]))
        self._refuse(_changes(head, _head_of(plan))[0], head)
        return plan

    def read_results(self) -> Plan:
        """Return the plan that the folder is for, with the sources' hash that its runs have, to read what is there.

        Sources that changed since alter no result that is there. Raises UserError where there is no sweep, or where a
        configuration changed, so that nobody knows which runs are its.
        """
        head = self._known_head()
        plan = plan_sweep(sweep_of(head["tree"], head["config_dir"]), head["source"])
        self._refuse(_changes(head, _head_of(plan))[0], head)
        return plan

    def other_sources(self) -> Text | None:
        """Return a line that says so, where other sources than those here made the folder's runs."""
        head = self._known_head()
        if head["source"] == source_hash("sweep"):
            return None
        made = _made_by(head)
        return Text(f"Other sources made these runs ({made.en}): what is there is read as it is; more runs need those",
                    f"这些运行由另一版本代码完成（{made.zh}）：已有结果照常读取，新增运行须用该版本代码")  # fmt: skip

    def _known_head(self) -> dict[str, Any]:
        head = self._head()
        if head is None:
            raise UserError(Text("there is no sweep in this folder", "该文件夹中没有扫描"), key="output",
                            found=shown_path(self.path), hint=HINT)  # fmt: skip
        return head

    def open(self, plan: Plan) -> None:
        """Make the folder a sweep's, or extend it; raises UserError, with the difference, if it is another's."""
        if self.check(plan):
            old = self._head()
            head = _head_of(plan) | {COMMIT: old.get(COMMIT) if old else commit("sweep")["commit"]}
            # A path may have bytes that are no text; JSON reads them back from their escapes.
            write_text(self.head, for_xml(json.dumps(head, ensure_ascii=False, indent=1)) + "\n")

    def launcher(self) -> tuple[str, dict[str, Any]] | None:
        """Return the launcher that the sweep was last run with, and its settings, if it was run."""
        try:
            kept = json.loads((self.path / LAUNCHER).read_text(encoding="utf-8"))
            return str(kept["launcher"]), dict(kept["settings"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise UserError(Text(f"{LAUNCHER} cannot be read", f"无法读取 {LAUNCHER}"), key="launcher",
                            found=shown_path(self.path / LAUNCHER),
                            hint=Text("remove it, and name the launcher", "请删除该文件并写明 launcher=")
                            ) from None  # fmt: skip

    def keep_launcher(self, name: str, settings: Mapping[str, Any]) -> None:
        """Keep launcher and settings, so that a resume need not name them."""
        kept = json.dumps({"launcher": name, "settings": dict(settings)}, ensure_ascii=False, indent=1)
        write_text(self.path / LAUNCHER, kept + "\n")

    def check(self, plan: Plan) -> bool:
        """Return whether opening the folder for a plan would write; raises UserError where it cannot be opened."""
        wanted, head = _head_of(plan), self._head()
        if head is None and self.path.exists():
            # Another driver that began at the same time may be writing the head, or have written it since.
            others = [name for name in files_in(self.path) if not name.startswith(f".{HEAD}.")]
            head = self._head()
            if head is None and others:
                problem = Text("the folder holds files that no sweep wrote", "文件夹中有并非扫描结果的文件")
                raise UserError(problem, key="output", found=shown_path(self.path), hint=ANOTHER)
        if head is None:
            return True
        same = {name: value for name, value in head.items() if name != COMMIT} == wanted
        if not same:
            refused, changed = _changes(head, wanted)
            if not refused and not _extends(head, plan):
                refused = changed
            self._refuse(refused, head)
        return not same

    def _head(self) -> dict[str, Any] | None:
        try:
            head = json.loads(self.head.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            head = {}
        if (
            not isinstance(head, dict)
            or {*HEAD_KEYS} - {*head}
            or head["program"] != PROGRAM
            or head["schema"] != SCHEMA
        ):
            raise UserError(Text(f"{HEAD} was not written by this program", f"{HEAD} 不是本程序所写"), key="output",
                            found=shown_path(self.head), hint=ANOTHER)  # fmt: skip
        return head

    def _refuse(self, differences: Iterable[str], head: Mapping[str, Any]) -> None:
        differences = list(differences)
        if [line.partition(":")[0] for line in differences] == ["source"]:
            made, name = _made_by(head), shown_path(self.path)
            raise UserError(
                Text("other sources made the runs of this folder", "该文件夹的运行由另一版本代码完成"), key="output",
                found=self.path, allowed=made,
                hint=Text(f"more runs need those sources, or another output=FOLDER; status, collect and table read "
                          f"what is there: python -m scenarios.sweep collect output={name}",
                          f"新增运行须用该版本代码，或另选 output=文件夹；status、collect、table 可读取已有结果："
                          f"python -m scenarios.sweep collect output={name}"),
            )  # fmt: skip
        if differences:
            problem = Text("the folder holds another sweep", "该文件夹属于另一扫描")
            rest = f" ({len(differences) - 3} more)" if len(differences) > 3 else ""
            raise UserError(problem, key="output", found=self.path, hint=ANOTHER,
                            allowed=Text("only more of the same; it differs in " + "; ".join(differences[:3]) + rest,
                                         "只能扩展；不同之处：" + "；".join(differences[:3]) + rest))  # fmt: skip


def _made_by(head: Mapping[str, Any]) -> Text:
    """Return which sources made a folder's runs: their commit, if there was one, and their hash."""
    source = str(head["source"])[:SOURCE_SHOWN]
    known = head.get(COMMIT)
    if not known:
        return Text(f"source {source}", f"源代码 {source}")
    return Text(f"commit {known[:SOURCE_SHOWN]}, source {source}", f"提交 {known[:SOURCE_SHOWN]}，源代码 {source}")


def _head_of(plan: Plan) -> dict[str, Any]:
    """Return the head of a plan's folder, as it is read back."""
    head = {
        "program": PROGRAM,
        "kind": KIND,
        "schema": SCHEMA,
        "tree": plan.sweep.tree,
        "config_dir": plan.sweep.config_dir,
        "source": plan.source,
        "contents": plan.contents,
    }
    return dict(json.loads(json.dumps(head, ensure_ascii=False)))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return how heads differ in what must be the same, and how they differ at all, as 'key: old -> new'."""
    must = [f"{name}: {_short(old[name])} -> {_short(new[name])}" for name in SAME if old[name] != new[name]]
    contents = ((name, digest, new["contents"].get(name)) for name, digest in old["contents"].items())
    must += [f"{name}: what its files hold has changed" for name, before, now in contents if now and before != now]
    before, now = _flat(old["tree"]), _flat(new["tree"])
    both = {name: (before.get(name), now.get(name)) for name in sorted({*before, *now})}
    changed = [f"{name}: {_short(a)} -> {_short(b)}" for name, (a, b) in both.items() if a != b]
    return must + [line for line in changed if line.split(":")[0].split(".")[0] in SAME_IN_TREE], must + changed


def _flat(tree: Any, path: str = "") -> dict[str, Any]:
    if isinstance(tree, Mapping):
        return {key: value for name, below in tree.items()
                for key, value in _flat(below, f"{path}.{name}" if path else str(name)).items()}  # fmt: skip
    if isinstance(tree, list) and any(isinstance(item, Mapping) for item in tree):
        return {key: value for i, below in enumerate(tree) for key, value in _flat(below, f"{path}[{i}]").items()}
    return {path: tree}


def _short(value: Any) -> str:
    return "nothing" if value is None else shown(canonical_json(value), SHOWN)


def _extends(head: Mapping[str, Any], plan: Plan) -> bool:
    """Return whether all runs of the sweep of a head are runs of a plan, too."""
    old = plan_sweep(sweep_of(head["tree"], head["config_dir"]))
    number = old.numbers()
    point, position = number // old.n_seeds, number % old.n_seeds
    return bool(np.all(plan.find(old.points.ids[point], old.seeds[point, position]) >= 0))


def default_folder(sweep: Sweep) -> Path:
    """Return where the results of a sweep go that names no folder."""
    return SWEEPS / sweep.name
