"""Takes words, flags and instructions out of a Dockerfile, and finds the way to them; never puts anything in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gatepost.languages.dockerfile.bodies import InstructionBody
from gatepost.languages.dockerfile.image import ImageParts
from gatepost.languages.dockerfile.inserting import edit, remove_lines
from gatepost.languages.shell.commands import Command
from gatepost.model.changes import Remove, Step, Written
from gatepost.model.places import Source, Span
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Value

if TYPE_CHECKING:
    from gatepost.languages.dockerfile.document import Dockerfile


def step_into(value: Value, step: Step) -> Value | None:
    """Return what is one step below a value, or None."""
    literal = value.literal
    if isinstance(literal, tuple):
        items: tuple[Value, ...] = literal  # pyright: ignore[reportUnknownVariableType]
        index = int(step) if str(step).isdigit() else -1
        return items[index] if 0 <= index < len(items) else None
    if isinstance(literal, Mapping):
        entries: Mapping[str, Value] = literal  # pyright: ignore[reportUnknownVariableType]
        return entries.get(str(step))
    return None


def walk(container: Value, steps: tuple[Step, ...]) -> tuple[list[Value], tuple[Step, ...]]:
    """Return the values on the way, and the steps for which there is none."""
    way = [container]
    for at, step in enumerate(steps):
        found = step_into(way[-1], step)
        if found is None:
            return way, steps[at:]
        way.append(found)
    return way, ()


def is_shared(source: Source, value: Value) -> bool:
    """Return whether the variable that sets a value is used in more than one place."""
    for origin in value.origins:
        name = origin.what.rpartition(" ")[2]
        if re.fullmatch(r"\w+", name):
            uses = re.findall(rf"\$\{{?{name}\b", source.text)
            if len(uses) > 1:
                return True
    return False


def elements(value: Value | None) -> tuple[Value, ...]:
    """Return the elements of a list value; none of what is no list."""
    return value.literal if value is not None and value.is_list else ()


class Remover:
    """Makes the edits that remove something from one document."""

    def __init__(self, document: Dockerfile) -> None:
        self.document = document
        self.source = document.source

    def remove(self, change: Remove) -> Written:
        """Return the edits that remove what a change names; raises `CannotWrite`."""
        way, left = walk(change.container, change.steps)
        if left:
            raise CannotWrite("it is not there")
        found = way[-1]
        if isinstance(found.literal, InstructionBody):
            if found.literal.instruction.keyword == "FROM":
                raise CannotWrite("a FROM is not removed")
            return Written((remove_lines(self.source, found.literal.entry.instruction),))
        steps = change.steps
        for at in range(len(way) - 2, -1, -1):
            literal, rest = way[at].literal, steps[at:]
            if isinstance(literal, Command):
                return self._remove_from_command(literal, rest, found)
            if isinstance(literal, ImageParts):
                return self._remove_part(found)
            if isinstance(literal, InstructionBody):
                return self._remove_from_instruction(literal, rest, found, way[at:])
        raise CannotWrite("only words, flags and instructions are removed")

    def _remove_from_command(self, command: Command, steps: tuple[Step, ...], found: Value) -> Written:
        if command.exec_form or command.simple.places.solid is not None:
            raise CannotWrite("the exec form is not taken apart")
        if steps[0] == "sudo":
            return self.remove_wrapper(command)
        if steps[0] == "flags" and len(steps) == 2:
            return self.remove_command_flag(command, str(steps[1]))
        if steps[0] in ("packages", "words", "arguments") and len(steps) == 2 and found.span is not None:
            words = [w for w in command.simple.words if w.span == found.span and not any(p.given for p in w.pieces)]
            if len(words) == 1 and (steps[0] == "words" or len(elements(command.get(str(steps[0])))) > 1):
                return self._cut(found.span)
        raise CannotWrite("this word cannot be taken out alone")

    def remove_command_flag(self, command: Command, name: str) -> Written:
        """Take a flag with its value out of a command; raises `CannotWrite`."""
        command.parse()
        place = command.flag_words.get(name)
        if place is None or command.exec_form:
            raise CannotWrite("it is not there as a word")
        words = command.simple.words
        first, last = words[place[0]], words[place[1]]
        if any(p.given is not None for w in (first, last) for p in w.pieces):
            raise CannotWrite("a variable gives it")
        text = first.plain
        if not text.startswith("--") and len(text) > 2 and place[0] == place[1] and text[1:] != name:
            bundle = "".join(c for c in text[1:] if c not in name)
            if not bundle.isalpha():
                raise CannotWrite("it is bundled with its value")
            return Written((edit(self.source, first.span.start, first.span.end, f"-{bundle}"),))
        return self._cut(Span(self.source, first.span.start, last.span.end))

    def remove_wrapper(self, command: Command) -> Written:
        """Take sudo away from a command; raises `CannotWrite`."""
        if command.sudo is None or command.exec_form:
            raise CannotWrite("sudo is not there as a word")
        if len(command.wrappers) > 1 or any(not p.exact for p in command.sudo.pieces):
            raise CannotWrite("sudo stands among other wrappers")
        start, end = command.sudo.span.start, command.program_word.span.start
        return Written((edit(self.source, start, end, ""),))

    def _remove_part(self, found: Value) -> Written:
        span = found.set_at
        if found.unknown is not None or span is None or any(not o.notation for o in found.origins):
            raise CannotWrite("a variable stands where it is written")
        if self.source.text[span.start - 1 : span.start] not in (":", "@"):
            raise CannotWrite("only a tag or a digest is removed")
        return Written((edit(self.source, span.start - 1, span.end, ""),), is_shared(self.source, found))

    def _remove_from_instruction(
        self, body: InstructionBody, steps: tuple[Step, ...], found: Value, way: list[Value]
    ) -> Written:
        if steps[0] == "flags" and len(steps) == 2:
            return self.remove_flag(body, str(steps[1]))
        if len(steps) == 2 and way[1].is_list and found.span is not None and body.instruction.words is None:
            if len(elements(way[1])) == 1 and steps[0] in ("entries", "ports", "paths"):
                return Written((remove_lines(self.source, body.entry.instruction),))
            if steps[0] in ("entries", "ports", "paths", "words", "sources") and len(elements(way[1])) > 1:
                return self._cut(found.span)
        raise CannotWrite("this word cannot be taken out alone")

    def remove_flag(self, body: InstructionBody, name: str) -> Written:
        """Take a flag out of an instruction; raises `CannotWrite`."""
        inner = body.instruction
        for flag in inner.flags:
            if flag.name == name:
                return self._cut(inner.places.span(flag.start, flag.end))
        raise CannotWrite("it is not there")

    def _cut(self, span: Span) -> Written:
        """Remove a word with the blanks before it, the continuation there too when the word has a line of its own."""
        text, start = self.source.text, span.start
        while start > 0 and text[start - 1] in " \t":
            start -= 1
        escape = self.document.parsed.escape
        above = text[:start].rstrip("\r\n")
        if above != text[:start] and above.rstrip(" \t").endswith(escape):
            start = len(above.rstrip(" \t")) - 1
            while start > 0 and text[start - 1] in " \t":
                start -= 1
        return Written((edit(self.source, start, span.end, ""),))
