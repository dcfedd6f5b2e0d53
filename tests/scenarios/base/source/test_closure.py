"""What a function reaches, on small trees: everything that can act, nothing else; and what its hash goes by."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scenarios.base.source.closure import Closure, Sources
from scenarios.base.source.syntax import Module

BASE = {
    "scenarios/entry.py": "from scenarios.rule import rule\n\ndef made():\n    return rule(1)\n",
    "scenarios/rule.py": "STEP = 2\nOTHER = 3\n\ndef rule(x):\n    return x + STEP\n\n"
    "def unused(x):\n    return OTHER\n",
}


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in {"scenarios/__init__.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def reached(root: Path, files: dict[str, str], entry: str = "scenarios.entry:made") -> Closure:
    return Sources(tree(root, files)).closure([entry])


def named(closure: Closure) -> set[str]:
    return {f"{module.removeprefix('scenarios.')}:{name}" for module, name in closure.parts}


def test_names_are_followed_and_what_is_not_named_is_left_out(tmp_path: Path) -> None:
    closure = reached(tmp_path, BASE)
    assert named(closure) == {"entry:made", "rule:rule", "rule:STEP"}
    assert [path.name for path in closure.files] == ["entry.py", "rule.py"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        # an import inside a function, and one under another name
        ("def made():\n    from scenarios.rule import rule as r\n    return r", {"rule:rule", "rule:STEP"}),
        # a module, asked for one name of it; a module that is passed on as a value
        ("from scenarios import rule\ndef made():\n    return rule.OTHER", {"rule:OTHER"}),
        ("from scenarios import rule\ndef made():\n    return getattr(rule, 'x')",
         {"rule:*", "rule:rule", "rule:STEP", "rule:OTHER", "rule:unused"}),
        # everything of a module
        ("from scenarios.rule import *\ndef made():\n    return OTHER", {"rule:OTHER"}),
        # a table of functions; a decorator; a base with its methods; a default; a text that is loaded
        ("from scenarios.rule import unused\nTABLE = {'a': unused}\ndef made():\n    return TABLE['a']",
         {"entry:TABLE", "rule:unused", "rule:OTHER"}),
        ("from scenarios.rule import unused\n@unused\ndef made():\n    return 1", {"rule:unused", "rule:OTHER"}),
        ("from scenarios.rule import unused\nclass Base:\n    def step(self):\n        return unused\n"
         "class Own(Base):\n    pass\ndef made():\n    return Own().step()",
         {"entry:Own", "entry:Base", "rule:unused", "rule:OTHER"}),
        ("from scenarios.rule import OTHER\ndef made(x=OTHER):\n    return x", {"rule:OTHER"}),
        ("def made():\n    return 'scenarios.rule:OTHER'", {"rule:OTHER"}),
        # not run: annotations of functions, imports for types, a command's own call
        ("from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
         "    from scenarios.rule import OTHER\ndef made(x: OTHER) -> OTHER:\n    return x\n"
         "if __name__ == '__main__':\n    made(1)", set()),
        # named, but words for people
        ("from scenarios.rule import unused\nfrom scenarios.words import Text\ndef made():\n"
         "    return Text(f'{unused(1)}', 'words')", set()),
    ],
)  # fmt: skip
def test_what_an_entry_reaches(entry: str, expected: set[str], tmp_path: Path) -> None:
    assert named(reached(tmp_path, {**BASE, "scenarios/entry.py": entry})) == {"entry:made", *expected}


def test_names_are_followed_through_modules_that_pass_them_on(tmp_path: Path) -> None:
    files = {**BASE, "scenarios/door.py": "from scenarios.rule import rule as step"}
    files["scenarios/entry.py"] = "from scenarios.door import step\ndef made():\n    return step(1)"
    assert named(reached(tmp_path, files)) == {"entry:made", "rule:rule", "rule:STEP"}


def test_what_acts_on_import_is_reached_without_a_name(tmp_path: Path) -> None:
    """Registers that fill themselves, switches of a library, and code of a package, in modules imported on the way."""
    files = {
        "scenarios/entry.py": "from scenarios.register import KNOWN\nimport scenarios.more.plugins\n"
        "def made():\n    return KNOWN['a']()\n",
        "scenarios/register.py": "KNOWN = {}\ndef known(f):\n    KNOWN[f.__name__] = f\n    return f\n",
        "scenarios/more/__init__.py": "import numpy\nnumpy.seterr(all='raise')\n",
        "scenarios/more/plugins.py": "from scenarios.register import known\nfrom functools import cache\n"
        "STEP = 1\n@known\ndef a():\n    return STEP\n@cache\ndef b():\n    return 2\ndef c():\n    return 3\n",
    }
    assert named(reached(tmp_path, files)) == {
        "entry:made", "register:KNOWN", "register:known", "more:<code>", "more.plugins:a", "more.plugins:STEP",
    }  # fmt: skip


def test_code_that_is_found_by_a_text_is_refused(tmp_path: Path) -> None:
    entry = "from importlib import import_module\ndef made(name):\n    return import_module(f'scenarios.{name}')"
    with pytest.raises(ValueError, match="entry:made finds code by a text"):
        reached(tmp_path, {"scenarios/entry.py": entry})


@pytest.mark.parametrize("entry", ["scenarios.entry:mode", "scenarios.entries:made"])
def test_an_entry_that_is_not_there_is_named(entry: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=entry):
        reached(tmp_path, BASE, entry)


ENTRY, RULE = BASE["scenarios/entry.py"], BASE["scenarios/rule.py"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("rule", f'"""A docstring."""\n\n# a comment\n{RULE}'),
        ("rule", RULE.replace("return x", '"""Says what it does."""\n    return (  # a comment\n        x').replace(
            "STEP\n\ndef un", "STEP\n    )\n\ndef un")),
        ("rule", RULE.replace("OTHER = 3", "OTHER = 4")),
        ("rule", "def unused(x):\n    return OTHER\n\ndef rule(x):\n    return x + STEP\n\nOTHER = 3\nSTEP = 2\n"),
        ("rule", RULE.replace("(x):", "(x):\n    from math import pi")),
        ("entry", f"import math\n{ENTRY}"),
        ("entry", "from scenarios.rule import unused\n" + ENTRY),
    ],
    ids=["comment", "docstring and layout", "not reached", "order", "import inside", "import", "name not used"],
)  # fmt: skip
def test_what_cannot_act_leaves_the_hash(file: str, text: str, tmp_path: Path) -> None:
    before = reached(tmp_path / "before", BASE).hash
    assert reached(tmp_path / "after", {**BASE, f"scenarios/{file}.py": text}).hash == before


def test_a_file_that_moves_leaves_the_hash(tmp_path: Path) -> None:
    moved = {"scenarios/entry.py": ENTRY.replace("scenarios.rule", "scenarios.far.away"), "scenarios/far/away.py": RULE}
    assert reached(tmp_path / "after", moved).hash == reached(tmp_path / "before", BASE).hash


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("rule", RULE.replace("x + STEP", "x - STEP")),
        ("rule", RULE.replace("STEP = 2", "STEP = 2.0")),
        ("rule", f"{RULE}\nSTEP += 1\n"),
        ("entry", ENTRY.replace("rule(1)", "rule(True)")),
        ("entry", ENTRY.replace("import rule", "import unused as rule")),
    ],
)
def test_what_acts_changes_the_hash(file: str, text: str, tmp_path: Path) -> None:
    before = reached(tmp_path / "before", BASE).hash
    assert reached(tmp_path / "after", {**BASE, f"scenarios/{file}.py": text}).hash != before


def test_two_imports_that_are_exchanged_change_the_hash(tmp_path: Path) -> None:
    """Both rules are reached either way, and imports are not part of the tree."""
    imports = "from scenarios.rule import rule as a\nfrom scenarios.rule import unused as b\n"
    exchanged = "from scenarios.rule import unused as a\nfrom scenarios.rule import rule as b\n"
    files, other = (
        {**BASE, "scenarios/entry.py": f"{text}def made():\n    return a(b(1))\n"} for text in (imports, exchanged)
    )
    first, second = reached(tmp_path / "a", files), reached(tmp_path / "b", other)
    assert first.parts == second.parts
    assert first.hash != second.hash


def test_fields_that_other_versions_of_python_add_are_not_told(tmp_path: Path) -> None:
    path = tmp_path / "rule.py"
    path.write_text("def rule(x):\n    return f'{x} of {x:>3} in all'\n", encoding="utf-8")
    before = Module("scenarios.rule", path).body("rule").tree
    other = Module("scenarios.rule", path)
    (function,) = other.definitions["rule"]
    assert isinstance(function, ast.FunctionDef)

    class Later(ast.FunctionDef):
        _fields = (*ast.FunctionDef._fields, "type_params", "something")

    Later.__name__ = "FunctionDef"
    later = Later(**{name: getattr(function, name) for name in ast.FunctionDef._fields if hasattr(function, name)})
    later.type_params, later.something = [], None  # type: ignore[attr-defined]
    (returned,) = function.body
    assert isinstance(returned, ast.Return)
    text = returned.value
    assert isinstance(text, ast.JoinedStr)
    text.values[1:2] = [ast.Constant(" o"), ast.Constant("f "), ast.Constant("")]  # cut in another way
    other.definitions["rule"] = [later]
    assert other.body("rule").tree == before
