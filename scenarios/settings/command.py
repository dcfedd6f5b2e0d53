"""The frame of every command: help, version, keys, language, progress, errors as one line, Ctrl-C, exit codes.

A command is one entry, a `Command`: what is typed, what may be set, and the name of the function that does the work.
That function is loaded only when the words have been checked and the generator is chosen, so its module imports what
it needs at its top, and the help loads nothing of it. Entries are in scenarios/entries/ and calibration/entries.py; a
module that is run with `python -m` names its entry and nothing else.

Exit codes: 0 done; 2 what was typed cannot be run (nothing is written); 130 stopped by Ctrl-C; a command may have more.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scenarios.base.door import loaded
from scenarios.base.errors import HELP, UserError, listed, nearest, see_help
from scenarios.base.input.rows import Problem, RegistryError
from scenarios.base.labels import LANGUAGES
from scenarios.base.parallel import UNUSED, one_thread
from scenarios.base.progress import Progress
from scenarios.base.text import Text, language_of
from scenarios.base.version import VERSION
from scenarios.settings.command_line import (
    SWEEP_OPTIONS,
    Arguments,
    check_once,
    checked_value,
    found_key,
    own_value,
    split_arguments,
    split_override,
)
from scenarios.settings.generator import choose_generator
from scenarios.settings.help_text import read_tree
from scenarios.settings.renamed import check_renamed
from scenarios.settings.scenario_files import check_config_dir, scenario_paths
from scenarios.settings.schema import RUN_FIELDS, Key, keys_of
from simulation.foundations import notices

DONE, WRONG, STOPPED = 0, 2, 130
STOPPED_TEXT = Text("stopped; nothing was written", "已停止，未写出任何结果")
RUNS_KEPT_TEXT = Text(
    "stopped; finished runs are kept, the same command goes on",
    "已停止；已完成的运行均已保存，同一命令可继续",
)
ALL = ("*",)
"""The keys that a command heeds: all keys of a run."""
CHECKED_LATER = ("?",)
"""The work itself checks the words: a sweep has keys that a run does not have."""
TOP = ("scenario", "parameters", "levers", *RUN_FIELDS)
"""The keys of a run, without what stands behind their first dot."""
LANGUAGE = Key("language", "choice", LANGUAGES[0], allowed=LANGUAGES)

Usage = Text | Callable[[str, Path | None], str]
"""A help text, or what makes it of the language and the folder of --config-dir."""


@dataclass
class Call:
    """What the work of a command gets.

    words: key=value words of a run, without the language; own: values of the command's own keys, by name, defaults
    among them; typed: names of own keys that were typed; language: 'en' or 'zh'; see: the hint that names the help.
    """

    words: tuple[str, ...] = ()
    own: Mapping[str, Any] = field(default_factory=dict)
    typed: frozenset[str] = frozenset()
    language: str = LANGUAGES[0]
    config_dir: str | None = None
    progress: Progress = field(default_factory=Progress)
    see: Text = HELP
    keys: Mapping[str, Key] = field(default_factory=dict)

    @property
    def run_words(self) -> list[str]:
        """The words of a run, and its language if that was typed."""
        return [*self.words, *([f"language={self.language}"] if LANGUAGE.path in self.typed else [])]

    def whole(self, name: str, high: int, default: int | None = None) -> int:
        """Return an own whole number whose largest value is known only now; raises UserError.

        default: where none is typed; that of the key, or `high` if it is less, if not given.
        """
        key = self.keys[name]
        default = min(key.default, high) if default is None else default
        return (
            int(checked_value(replace(key, default=default, high=high), self.own[name]))
            if name in self.typed
            else default
        )

    def say(self, text: Text | str) -> None:
        """Print a line of the result."""
        self.progress.line(text)

    def say_time(self) -> None:
        """Print how long the command took."""
        seconds = self.progress.seconds
        self.say(Text(f"Time: {seconds:.0f} s", f"用时：{seconds:.0f} 秒"))

    def refuse(self, problems: Iterable[Problem]) -> int:
        """Print every error of a table, one line each; return the exit code."""
        self.progress.clear()
        problems = list(problems)
        for problem in problems:
            print(problem.say(self.language), file=sys.stderr)
        return WRONG if problems else DONE


@dataclass(frozen=True)
class Command:
    """The entry of a command.

    name: what stands after `python -m`; usage: its help; work: 'package.module:function', called with the `Call`, which
    returns an exit code or None; own: keys of the command itself; dashed: names of those that may also be written as an
    option; places: words without a key, in their order, those with a default may be missing; heeded: keys of a run that
    it heeds, or beginnings of such with a dot, ALL or CHECKED_LATER; stopped: what is said after Ctrl-C; generator:
    whether the generator is chosen before the work is loaded; runs_here: whether this process makes runs; single:
    whether numerical libraries use one thread; many: the command that Hydra's -m asks for; ignored: options that say
    nothing.
    """

    name: str
    usage: Usage
    work: str
    own: tuple[Key, ...] = ()
    dashed: tuple[str, ...] = ()
    places: tuple[Key, ...] = ()
    heeded: tuple[str, ...] = ()
    stopped: Text = STOPPED_TEXT
    generator: bool = False
    runs_here: bool = True
    single: bool = False
    many: Command | None = None
    ignored: tuple[str, ...] = ()

    @property
    def see(self) -> Text:
        """The hint that names the help."""
        return see_help(self.name)

    def enter(self, argv: Sequence[str]) -> int:
        """Do what the words of the command line say, and return the exit code; every error is one line on stderr."""
        words = list(argv)
        if self.many is not None and set(SWEEP_OPTIONS) & set(words):
            return self.many.enter(words)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        language = language_of(words)
        try:
            code = self._entered(words, language)
            sys.stdout.flush()
        except UserError as error:
            return _failed(error.say(language), WRONG)
        except RegistryError as error:
            return _failed(_first_of(error).say(language), WRONG)
        except KeyboardInterrupt:
            return _failed(self.stopped.say(language), STOPPED)
        except BrokenPipeError:  # the reader of our output (head, less) has gone
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                for stream in (sys.stdout, sys.stderr):
                    os.dup2(nowhere, stream.fileno())
            return DONE
        except OSError as error:
            where = Text("cannot read or write", "无法读写").say(language)
            return _failed(f"{where} {error.filename or ''}: {error.strerror or error}", WRONG)
        return code

    def default(self, name: str) -> Any:
        """Return the default of an own key."""
        return next(key.default for key in self.own if key.path == name)

    def call(self, words: Sequence[str]) -> Call:
        """Return what the work gets for these words; raises UserError for what is wrong in them."""
        return self._call(self._split(words))

    def _entered(self, words: Sequence[str], language: str) -> int:
        arguments = self._split(words)
        if arguments.help:
            folder = check_config_dir(arguments.config_dir)
            print(self.usage.say(language) if isinstance(self.usage, Text) else self.usage(language, folder))
            return DONE
        if arguments.version:
            print(f"anju {VERSION}")
            return DONE
        call = self._call(arguments)
        os.environ.update(UNUSED)
        os.environ[notices.LANGUAGE] = call.language  # for what the model itself says, here and in other processes
        if self.generator:
            choose_generator(call.words, self.runs_here)
        if self.single:
            one_thread()
        try:
            return int(loaded(self.work)(call) or DONE)
        except UserError as error:
            raise self._with_hint(error) from error.__cause__
        finally:
            call.progress.clear()

    def _split(self, words: Sequence[str]) -> Arguments:
        own = (*self.own, *((LANGUAGE,) if "language" in self.dashed else ()))
        try:
            return split_arguments(
                words, own, self.dashed, len(self.places), config_dir=bool(self.heeded), ignored=self.ignored
            )
        except UserError as error:
            raise self._with_hint(error) from None

    def _call(self, arguments: Arguments) -> Call:
        language, words = arguments.own.pop(LANGUAGE.path, None), list[str]()
        for word in arguments.overrides:
            name, _, text = word.partition("=")
            if name.strip() == LANGUAGE.path:
                language = text
            else:
                words.append(word)
        try:
            given = {**arguments.own, **self._placed(arguments.places)}
            own = {key.path: key.default for key in (*self.own, *self.places)}
            keys = {key.path: key for key in (*self.own, *self.places)}
            own |= {name: own_value(keys[name], text) for name, text in given.items()}
            chosen = LANGUAGE.default if language is None else checked_value(LANGUAGE, language.strip("'\" "))
            self._check_names(words, check_config_dir(arguments.config_dir))
        except UserError as error:
            raise self._with_hint(error) from None
        typed = frozenset(given) | ({LANGUAGE.path} if language is not None else set())
        return Call(tuple(words), own, typed, chosen, arguments.config_dir, Progress(chosen), self.see, keys)

    def _placed(self, given: Sequence[str]) -> dict[str, str]:
        """Return the texts of the words without a key, by name; raises UserError if one is missing."""
        missing = [key.path for key in self.places[len(given) :] if key.default is None]
        if missing:
            problem = Text(f"{missing[0]} is missing", f"缺少 {missing[0]}")
            raise UserError(problem, key=missing[0], allowed=" ".join(key.path for key in self.places))
        return {key.path: text for key, text in zip(self.places, given, strict=False)}

    def _check_names(self, words: Sequence[str], folder: Path | None) -> None:
        """Raise UserError for a key that the command would not heed, with its new name or the nearest one."""
        names, typed = [key.path for key in self.own], set[str]()
        for word in words:
            name = word.partition("=")[0].strip().removesuffix(".value")
            check_once(name, typed)
            typed.add(name)
            if self.heeded != CHECKED_LATER:
                old, _, value = word.partition("=")
                check_renamed(old.strip(), value.strip())
            if self.heeded == ALL:
                name, text = split_override(word, scenario_paths(folder))
                if name.partition(".")[0] not in TOP:
                    found_key(name, {**{key.path: key for key in self.own}, **keys_of(read_tree(), folder)}, text)
            elif self.heeded != CHECKED_LATER:
                name, known = word.partition("=")[0].strip(), (*names, *self.heeded, LANGUAGE.path)
                if not any(name == key or (key.endswith(".") and name.startswith(key)) for key in self.heeded):
                    problem = Text(f"'{name}' is no key of this command", f"'{name}' 不是本命令的键")
                    raise UserError(problem, key=name, found=word, allowed=listed(known), nearest=nearest(name, known))

    def _with_hint(self, error: UserError) -> UserError:
        """Let an error of a key that is not a run's name this command's help."""
        if error.hint is HELP and (self.heeded != ALL or error.key.partition(".")[0] not in TOP):
            error.hint = self.see
        return error


def _first_of(error: RegistryError) -> Text:
    """Return the first error of a table, and how many more there are."""
    first, more = error.problems[0], len(error.problems) - 1
    if not more:
        return Text(first.say("en"), first.say("zh"))
    return Text(
        f"{first.say('en')} (and {more} more: python -m scenarios.check)",
        f"{first.say('zh')}（另有 {more} 处：python -m scenarios.check）",
    )


def _failed(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code
