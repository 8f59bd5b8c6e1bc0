"""Simple commands as map values: program, flags, packages and what stands around; the `commands` reader; never runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gatepost.languages.shell.packages import MANAGERS, Manager, is_file, package, requirements
from gatepost.languages.shell.places import Word
from gatepost.languages.shell.programs import BUNDLES, SUBCOMMANDS, WRAPPERS, value_flags
from gatepost.languages.shell.simple import SimpleCommand
from gatepost.model.places import Span
from gatepost.model.values import Notation, OnDemand, Value, value_at

_MOST_IN_PIPE = 30
_PYTHON = re.compile(r"(?:python|pypy)\d?(?:\.\d+)?\Z")
_PIP = re.compile(r"pip\d?(?:\.\d+)?\Z")


class Command(OnDemand):
    """One command, worked out as far as somebody asks; `_MAKERS` has the names."""

    __slots__ = ("_made", "_parsed", "_plain_words", "anchor", "assignments", "exec_form", "flag_words", "instruction",
                 "name", "notation", "program", "program_word", "shell", "simple", "span", "sudo", "tail",
                 "wrappers")  # fmt: skip

    def __init__(self, simple: SimpleCommand, instruction: str = "", shell: str = "", exec_form: bool = False) -> None:
        self.simple = simple
        # All of the command, with its redirections, and the notation of its words.
        self.span: Span = simple.places.span(simple.start, simple.end)
        self.notation: Notation = simple.places.notation
        self.instruction = instruction
        self.shell = shell
        self.exec_form = exec_form
        self.assignments = list(simple.assignments)
        self.wrappers: list[Word] = []
        self.sudo: Word | None = None
        self._made: dict[str, Value | None] = {}
        self._parsed = False
        self._plain_words: list[Word] = []
        words = simple.words
        at, self.program = self._unwrap(words)
        self.program_word = words[at]
        self.anchor = at  # the index of the word behind which a flag can be put
        self.tail = at + 1
        plain = self.program.plain
        if plain[:2] == "py" and len(words) > at + 2 and words[at + 1].plain == "-m" and _PYTHON.match(plain):
            module = words[at + 2]
            if module.known == "pip":
                self.program = self.program_word = module
                self.anchor, self.tail, plain = at + 2, at + 3, "pip"
        # pip3 and pip3.9 are pip; HOLE stands for what is not known.
        self.name = "pip" if plain[:3] == "pip" and _PIP.match(plain) else plain
        self.flag_words: dict[str, tuple[int, int]] = {}

    def _program_name(self, word: Word) -> Word:
        plain = word.plain
        at = plain.rfind("/")
        return word.slice(at + 1, len(plain)) if 0 <= at < len(plain) - 1 else word

    def _unwrap(self, words: list[Word]) -> tuple[int, Word]:
        """Return the index and the name of the program that really runs, behind sudo, exec, env and the like."""
        at = 0
        while True:
            program = self._program_name(words[at])
            wrapper = WRAPPERS.get(program.plain)
            if wrapper is None:
                return at, program
            here = at + 1
            left = wrapper.words
            while here < len(words):
                text = words[here].plain
                name = text.lstrip("-").partition("=")[0]
                if text == "--":
                    here += 1
                    if not left:
                        break
                    continue
                if text.startswith("-") and len(text) > 1:
                    if name in wrapper.refuses:
                        return at, program
                    takes = "=" not in text and (
                        name in wrapper.value_flags
                        or (text[1] != "-" and text[-1:] in wrapper.value_flags and len(text) == 2)
                    )
                    here += 2 if takes else 1
                elif wrapper.assignments and (equals := text.find("=")) > 0 and text[:equals].isidentifier():
                    word = words[here]
                    self.assignments.append((text[:equals], word.slice(equals + 1, len(text))))
                    here += 1
                elif left:
                    left -= 1
                    here += 1
                else:
                    break
            if here >= len(words):
                return at, program
            self.wrappers.append(words[at])
            if words[at].plain in ("sudo", "doas"):
                self.sudo = self.sudo or words[at]
            at = here

    # The map.

    def get(self, name: str, default: Any = None) -> Value | None:
        """Return an attribute, or None when it is missing."""
        del default
        made = self._made
        if name not in made:
            maker = _MAKERS.get(name)
            if maker is None:
                return None
            made[name] = maker(self)
        return made[name]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in _MAKERS if self.get(name) is not None])

    # Flags and plain words.

    def parse(self) -> None:
        """Tell flags, their values, the subcommand and plain words apart."""
        if self._parsed:
            return
        self._parsed = True
        words, name = self.simple.words, self.name
        takes, bundles = value_flags(name), name in BUNDLES
        wants_subcommand = name in SUBCOMMANDS
        flags: dict[str, Value] = {}
        at, count, only_words = self.tail, len(words), False
        while at < count:
            word = words[at]
            text = word.plain
            if only_words or text[:1] != "-" or len(text) < 2 or word.pieces[0].text is None:
                if wants_subcommand and text[:1] != "-":
                    wants_subcommand, self.anchor = False, at
                    self._made["subcommand"] = word.value()
                else:
                    self._plain_words.append(word)
                at += 1
            elif text == "--":
                only_words, at = True, at + 1
            else:
                at = self._flag(at, text, takes, bundles, flags)
        self._made["flags"] = value_at(flags, self.span, self.notation)

    def arguments(self) -> Value:
        """Return the words that are no flag, no flag's value and not the subcommand."""
        self.parse()
        return _list(self, [word.value() for word in self._plain_words])

    def _flag(self, at: int, text: str, takes: frozenset[str], bundles: bool, flags: dict[str, Value]) -> int:
        words, word = self.simple.words, self.simple.words[at]
        equals = text.find("=")
        if text.startswith("--") or (len(text) > 2 and not bundles):
            dashes = 2 if text.startswith("--") else 1
            name = text[dashes:equals] if equals > 0 else text[dashes:]
            if equals > 0:
                self._note_flag(name, word.part(equals + 1, len(text)), at, at, flags)
                return at + 1
            if name in takes and at + 1 < len(words):
                self._note_flag(name, words[at + 1].value(), at, at + 1, flags)
                return at + 2
            self._note_flag(name, value_at(True, word.span, self.notation), at, at, flags)
            return at + 1
        there = value_at(True, word.span, self.notation)
        for index in range(1, len(text)):
            letter = text[index]
            if letter in takes:
                if index + 1 < len(text):
                    self._note_flag(letter, word.part(index + 1, len(text)), at, at, flags)
                    return at + 1
                if at + 1 < len(words):
                    self._note_flag(letter, words[at + 1].value(), at, at + 1, flags)
                    return at + 2
            if letter in flags and text[index - 1] == letter:
                self._note_flag(letter * 2, there, at, at, flags)
            self._note_flag(letter, there, at, at, flags)
        return at + 1

    def _note_flag(self, name: str, value: Value, first: int, last: int, flags: dict[str, Value]) -> None:
        if name not in flags:
            flags[name] = value
            self.flag_words[name] = (first, last)


def _parsed(name: str) -> Callable[[Command], Value | None]:
    def made(command: Command) -> Value | None:
        command.parse()
        return command._made.get(name)  # pyright: ignore[reportPrivateUsage]  # the makers are part of the class

    return made


def _program(command: Command) -> Value:
    value = command.program.value()
    return value._replace(literal="pip") if command.name == "pip" and value.literal != "pip" else value


def _words(command: Command) -> Value | None:
    return _list(command, [w.value() for w in command.simple.words[command.tail :]])


def _assignments(command: Command) -> Value | None:
    entries = {name: word.value() for name, word in command.assignments}
    return Value(entries, command.span, notation=command.notation) if entries else None


def _packages(command: Command) -> Value | None:
    manager = MANAGERS.get(command.name)
    if manager is None:
        return None
    command.parse()
    subcommand = command.get("subcommand")
    if command.name == "uv" and subcommand is not None and subcommand.literal == "pip":
        return _packages_of(command, manager, 1)
    if command.name == "yarn" and subcommand is not None and subcommand.literal == "global":
        return _packages_of(command, manager, 1)
    if subcommand is None or subcommand.literal not in manager.subcommands:
        return None
    return _packages_of(command, manager, 0)


def _packages_of(command: Command, manager: Manager, skip: int) -> Value | None:
    words = command.simple.words
    flags = command.get("flags")
    named: Mapping[str, Value] = flags.literal if flags is not None else {}
    version = next((named[f] for f in manager.version_flags if f in named), None)
    taken = {i for first, last in command.flag_words.values() for i in range(first, last + 1)}
    found: list[Value] = []
    unsure = any(w.plain == "xargs" for w in command.wrappers)
    for at in range(command.anchor + 1 + skip, len(words)):
        word = words[at]
        text = word.plain
        if at in taken or text[:1] == "-" or not text:
            continue
        unsure = unsure or (word.pieces[0].text is None and len(word.pieces) == 1)
        found.append(value_at(package(manager, command.name, word, version), word.span, command.notation))
    flags_of_files = [*sorted(manager.file_flags), *(["e"] if command.name in ("pip", "uv") else [])]
    for flag in flags_of_files if named else ():
        if flag in named and type(named[flag].literal) is not bool:
            value = named[flag]
            is_named = flag != "e" or (isinstance(value.literal, str) and is_file("pip", value.literal))
            if is_named:
                found.append(Value(requirements(value, value), value.span, notation=command.notation))
    return _list(command, found)._replace(open=True) if unsure else _list(command, found)


def _list(command: Command, values: list[Value]) -> Value:
    return value_at(tuple(values), command.span, command.notation)


def _piped(before: bool, after: bool) -> Callable[[Command], Value | None]:
    def made(command: Command) -> Value | None:
        found: list[Value] = []
        for pipe, index in command.simple.pipes:
            low, high = (0 if before else index + 1), (len(pipe.parts) if after else index)
            low, high = max(low, index - _MOST_IN_PIPE), min(high, index + _MOST_IN_PIPE)
            for part in range(low, high):
                if part == index:
                    continue
                for simple in pipe.parts[part][:_MOST_IN_PIPE]:
                    if simple.words:
                        if simple.known_as is None:
                            simple.known_as = _program(Command(simple))
                        found.append(simple.known_as)
        return _list(command, found) if found else None

    return made


def _redirections(command: Command) -> Value | None:
    found: list[Value] = []
    for operator, target in command.simple.redirections:
        entries = {"operator": Value(operator, notation=command.notation)}
        if target is not None:
            entries["target"] = target.value()
        found.append(Value(entries, target.span if target else command.span, notation=command.notation))
    return _list(command, found) if found else None


def _text(command: Command) -> Value | None:
    simple = command.simple
    return value_at(simple.text[simple.start : simple.end], command.span, command.notation)


def _shell_options(command: Command) -> Value | None:
    return _list(command, [Value(name) for name in sorted(command.simple.options)])


def _wrappers(command: Command) -> Value | None:
    return _list(command, [w.value() for w in command.wrappers]) if command.wrappers else None


def _sudo(command: Command) -> Value | None:
    return Value(command.sudo is not None, command.sudo.span if command.sudo else None, notation=command.notation)


_MAKERS: dict[str, Callable[[Command], Value | None]] = {
    "program": _program,
    "subcommand": _parsed("subcommand"),
    "words": _words,
    "arguments": Command.arguments,
    "flags": _parsed("flags"),
    "assignments": _assignments,
    "packages": _packages,
    "pipeline": _piped(True, True),
    "piped_to": _piped(False, True),
    "piped_from": _piped(True, False),
    "redirections": _redirections,
    "in_subshell": lambda command: Value(command.simple.subshell),
    "instruction": lambda command: Value(command.instruction) if command.instruction else None,
    "text": _text,
    "shell_options": _shell_options,
    "shell": lambda command: Value(command.shell) if command.shell else None,
    "sudo": _sudo,
    "wrappers": _wrappers,
}
