"""Simple commands, pipes and here-documents, and what they do to options and variables; never how they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatepost.languages.shell.places import Places, Word
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex
from gatepost.model.values import Value

_SET_NAMES = re.compile(r"(?:^|(?<=[\s;&|({`\"']))([A-Za-z_]\w*)(?:\[[^\]\s]{0,80}\])?\+?=")
_OTHER_NAMES = (
    r"(?:^|(?<=[\s;&|({`]))(?:for|select|read|unset|getopts|mapfile|readarray|printf[ \t]+-v)[ \t]+([^;&|\n<>]{1,400})"
)
_NAME = regex(r"[A-Za-z_]\w*")
_LETTERS = {
    "e": "errexit",
    "u": "nounset",
    "x": "xtrace",
    "f": "noglob",
    "n": "noexec",
    "v": "verbose",
    "a": "allexport",
}


class HereDocument(NamedTuple):
    """The body of `<<NAME`: a stretch of `text`; `quoted`: variables in it are left alone."""

    text: str
    places: Places
    start: int
    end: int
    quoted: bool


class Redirection(NamedTuple):
    """`2>file`: the operator and what it names; None where there is nothing to name."""

    operator: str
    target: Word | None


class Pipe:
    """A pipe: for each of its parts the commands in it."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[list[SimpleCommand]]) -> None:
        self.parts = parts


class SimpleCommand:
    """One command as written: `start` and `end` are offsets into the text of `places`."""

    __slots__ = (
        "assignments",
        "end",
        "here_documents",
        "known_as",
        "options",
        "pipes",
        "places",
        "redirections",
        "start",
        "subshell",
        "text",
        "words",
    )

    def __init__(self, text: str, places: Places, start: int, options: frozenset[str], subshell: bool) -> None:
        self.text = text
        self.places = places
        self.start = start
        self.end = start
        self.options = options
        self.subshell = subshell
        self.words: list[Word] = []
        self.assignments: list[tuple[str, Word]] = []
        self.redirections: list[Redirection] = []
        self.here_documents: list[HereDocument] = []
        self.pipes: list[tuple[Pipe, int]] = []
        # What it turned out to run, once somebody has looked behind sudo and the like.
        self.known_as: Value | None = None

    def placed(self, places: Places) -> SimpleCommand:
        """Return the same command of the same text at other places, without its pipes and here-documents."""
        made = SimpleCommand(self.text, places, self.start, self.options, self.subshell)
        made.end = self.end
        made.words = [word.placed(places) for word in self.words]
        if self.assignments:
            made.assignments = [(name, word.placed(places)) for name, word in self.assignments]
        if self.redirections:
            made.redirections = [
                Redirection(operator, target.placed(places) if target is not None else None)
                for operator, target in self.redirections
            ]
        return made


def placed(commands: Sequence[SimpleCommand], places: Places) -> list[SimpleCommand]:
    """Return all commands of a text that names no variable and no here-document, at other places."""
    made = [command.placed(places) for command in commands]
    pipes: dict[Pipe, Pipe] = {}
    others = dict(zip(commands, made, strict=True))
    for command, other in others.items():
        for pipe, index in command.pipes:
            if pipe not in pipes:
                pipes[pipe] = Pipe([[others[one] for one in part] for part in pipe.parts])
            other.pipes.append((pipes[pipe], index))
    return made


def changed_options(options: frozenset[str], words: list[Word]) -> frozenset[str]:
    """Return the options in force after `set` with these words."""
    new = set(options)
    names = iter([w.known or "" for w in words])
    for text in names:
        if text in ("--", "-") or text[:1] not in "-+" or not text:
            break
        for letter in text[1:]:
            option = next(names, "") if letter == "o" else _LETTERS.get(letter, "")
            if option:
                (new.add if text[0] == "-" else new.discard)(option)
    return frozenset(new)


def assigned_names(text: str) -> dict[str, int]:
    """Return the variables that the text may set, and in how many places."""
    found: dict[str, int] = {}
    for match in _SET_NAMES.finditer(text):
        found[match[1]] = found.get(match[1], 0) + 1
    if not re.search(r"\b(?:for|select|read|unset|getopts|mapfile|readarray|printf)\b", text):
        return found
    for match in re.finditer(_OTHER_NAMES, text):
        for name in _NAME.findall(match[1]):
            found[name] = found.get(name, 0) + 2
    return found
