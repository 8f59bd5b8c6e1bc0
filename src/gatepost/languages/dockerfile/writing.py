"""Turns a change into edits of a Dockerfile; never decides whether the change is a good one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gatepost.languages.dockerfile.bodies import InstructionBody
from gatepost.languages.dockerfile.image import ImageParts
from gatepost.languages.dockerfile.inserting import (
    append_command,
    cased,
    edit,
    insert_after,
    insert_late,
    remove_lines,
    rendered,
    worded,
)
from gatepost.languages.dockerfile.removing import Remover, elements, is_shared, step_into, walk
from gatepost.languages.dockerfile.stage_bodies import StageBody
from gatepost.languages.dockerfile.syntax import KEYWORDS, Instruction
from gatepost.languages.shell.commands import Command
from gatepost.model.changes import Append, Change, Create, Edit, Remove, Set, Step, Written
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Value

if TYPE_CHECKING:
    from gatepost.languages.dockerfile.document import Dockerfile

_SAFE = re.compile(r"[A-Za-z0-9@%_+:,./~^=-]+\Z")
_VERSION_MARK = {
    "apt-get": "=", "apt": "=", "aptitude": "=", "apk": "=", "zypper": "=", "pip": "==", "npm": "@", "yarn": "@",
    "pnpm": "@", "gem": ":", "yum": "-", "dnf": "-", "microdnf": "-", "go": "@", "cargo": "@",
    "conda": "=", "mamba": "=",
}  # fmt: skip


def write(document: Dockerfile, change: Change) -> Written:
    """Return the edits of a change; raises `CannotWrite` with the reason."""
    if isinstance(change, Set):
        return _Writer(document).set(change)
    if isinstance(change, Append):
        return _Writer(document).append(change)
    if isinstance(change, Remove):
        return Remover(document).remove(change)
    if isinstance(change, Create):
        return _Writer(document).create(change)
    body = change.resource.body.literal
    if not isinstance(body, InstructionBody) or body.instruction.keyword == "FROM":
        raise CannotWrite("only instructions are removed, and no FROM")
    return Written((remove_lines(document.source, body.entry.instruction),))


class _Writer:
    def __init__(self, document: Dockerfile) -> None:
        self.document = document
        self.source = document.source

    # Set.

    def set(self, change: Set) -> Written:
        way, left = walk(change.container, change.steps)
        new = change.new
        if not change.steps:
            raise CannotWrite("a whole map is not replaced")
        for at in range(len(way) - (1 if left else 2), -1, -1):
            literal, steps = way[at].literal, change.steps[at:]
            if isinstance(literal, StageBody):
                return self._set_stage(literal, steps, way[-1] if not left else None, new)
            if isinstance(literal, InstructionBody):
                return self._set_instruction(literal, steps, way[-1] if not left else None, new)
            if isinstance(literal, Command):
                return self._set_command(literal, steps, way[-1] if not left else None, new)
            if isinstance(literal, ImageParts):
                return self._set_image(literal, str(steps[-1]), way[-1] if not left else None, new)
        if left:
            raise CannotWrite(f"there is no place for {left[0]}")
        return self.replace(way[-1], new, False)

    def replace(self, value: Value, new: object, json: bool) -> Written:
        """Put a new text where a value is set."""
        if value.unknown is not None:
            raise CannotWrite(value.unknown.why)
        if any(not o.notation for o in value.origins):
            raise CannotWrite("its text is put together from several places")
        span = value.set_at
        if span is None or not value.notation or isinstance(value.literal, (tuple, Mapping)):
            raise CannotWrite("it stands nowhere in the file as a word")
        text = worded(rendered(new), self.source, span, json and not value.origins)
        return Written((edit(self.source, span.start, span.end, text),), is_shared(self.source, value))

    def _set_stage(self, body: StageBody, steps: tuple[Step, ...], found: Value | None, new: object) -> Written:
        name, stage = str(steps[0]), body.stage
        like = stage.entries[0].instruction
        if name in ("user", "workdir") and len(steps) == 1:
            keyword = {"user": "USER", "workdir": "WORKDIR"}[name]
            own = [e for e in stage.entries if e.instruction.keyword == keyword]
            if own and found is not None:
                current = body.body(own[-1]).get({"USER": "user", "WORKDIR": "path"}[keyword])
                return self.replace(current or found, new, False)
            line = f"{cased(keyword, like)} {_one_word(rendered(new))}"
            return Written((insert_late(self.source, stage, line),))
        if name == "healthcheck" and len(steps) == 1:
            if found is not None or not isinstance(new, str) or not new.strip():
                raise CannotWrite("a health check is only added, and its command has to be given")
            command = new.strip() if new.strip().upper() == "NONE" else f"{cased('CMD', like)} {rendered(new.strip())}"
            return Written((insert_late(self.source, stage, f"{cased('HEALTHCHECK', like)} {command}"),))
        if name == "environment" and len(steps) == 2:
            if found is not None:
                return self.replace(found, new, False)
            above = like
            for entry in stage.entries:
                if entry.instruction.keyword == "ENV":
                    above = entry.instruction
            line = f"{cased('ENV', like)} {_one_word(str(steps[1]))}={_quoted(rendered(new))}"
            return Written((insert_after(self.source, above, line),))
        if found is None:
            raise CannotWrite(f"{name} of a stage is not written")
        return self.replace(found, new, False)

    def _set_instruction(
        self, body: InstructionBody, steps: tuple[Step, ...], found: Value | None, new: object
    ) -> Written:
        name, inner = str(steps[0]), body.instruction
        if name == "keyword":
            keyword = rendered(new).upper()
            if keyword not in KEYWORDS:
                raise CannotWrite(f"{keyword} is no instruction")
            span = inner.places.span(inner.keyword_start, inner.keyword_end)
            made = edit(self.source, span.start, span.end, cased(keyword, inner))
            if inner.keyword == "MAINTAINER" and keyword == "LABEL":
                text = inner.places.span(inner.rest, inner.rest_end)
                name = _quoted(inner.arguments.strip().strip("\"'"))
                return Written((made, edit(self.source, text.start, text.end, f"maintainer={name}")))
            return Written((made,))
        if name == "flags" and len(steps) == 2:
            if found is not None and found.literal is not True:
                return self.replace(found, new, False)
            if new is False or new is None:
                if found is None:
                    return Written(())  # one of several spellings of a flag that is to go
                return Remover(self.document).remove_flag(body, str(steps[1]))
            if found is not None:
                raise CannotWrite("it is so already")
            return Written((_add_flag(self, inner, str(steps[1]), new),))
        if name == "text" and found is not None and inner.words is None and not inner.heredocs:
            span = inner.places.span(inner.rest, inner.rest_end)
            return Written((edit(self.source, span.start, span.end, rendered(new)),))
        if found is None:
            raise CannotWrite(f"there is no place for {name}")
        return self.replace(found, new, inner.words is not None)

    def _set_command(self, command: Command, steps: tuple[Step, ...], found: Value | None, new: object) -> Written:
        if command.simple.places.solid is not None:
            raise CannotWrite("the command stands in text that cannot be written back")
        name = str(steps[0])
        if name == "sudo":
            if new is not False:
                raise CannotWrite("sudo is only removed")
            return Remover(self.document).remove_wrapper(command)
        if name == "flags" and len(steps) == 2:
            if found is not None and found.literal is not True:
                return self.replace(found, new, command.exec_form)
            if new is False or new is None:
                if found is None:
                    return Written(())
                return Remover(self.document).remove_command_flag(command, str(steps[1]))
            if found is not None:
                raise CannotWrite("it is so already")
            return Written((self._new_flag(command, str(steps[1]), new),))
        if name == "packages" and len(steps) == 3 and steps[2] == "version" and found is None:
            package = step_into(command.get("packages") or Value(()), steps[1])
            mark = _VERSION_MARK.get(command.name)
            named = package.literal.get("name") if package is not None else None
            text = rendered(new)
            if named is None or mark is None or named.unknown is not None or not _SAFE.match(text):
                raise CannotWrite("a version cannot be put here")
            if named.origins or package is None or package.literal.get("file") is not None or named.span is None:
                raise CannotWrite("a version cannot be put here")
            return Written((edit(self.source, named.span.end, named.span.end, f"{mark}{text}"),))
        if found is None:
            raise CannotWrite(f"there is no place for {name}")
        return self.replace(found, new, command.exec_form)

    def _new_flag(self, command: Command, name: str, new: object) -> Edit:
        command.parse()
        anchor = command.simple.words[command.anchor]
        if anchor.known is None or any(p.given is not None for p in anchor.pieces):
            raise CannotWrite("the command comes from a variable")
        dashes = "-" if len(name) == 1 else "--"
        flag = f"{dashes}{name}"
        value = "" if new is True else rendered(new)
        if not _SAFE.match(name) or (value and not _SAFE.match(value)):
            raise CannotWrite("the flag would need quotes")
        at = anchor.span.end
        if command.exec_form:
            joined = f'{flag}", "{value}' if dashes == "-" and value else f"{flag}={value}" if value else flag
            return edit(self.source, at + 1, at + 1, f', "{joined}"')
        text = flag if not value else f"{flag} {value}" if dashes == "-" else f"{flag}={value}"
        return edit(self.source, at, at, f" {text}")

    def _set_image(self, image: ImageParts, name: str, found: Value | None, new: object) -> Written:
        text = rendered(new)
        if not _SAFE.match(text):
            raise CannotWrite("this cannot be a part of an image's name")
        if found is not None and name != "name":
            return self.replace(found, text, False)
        length = len(image.word.plain)
        if "stage" in image.parts or not length:
            raise CannotWrite("it names a stage and no image")
        if name == "tag":
            at, mark, before = image.repository_end, f":{text}", False
        elif name == "digest":
            at, mark, before = length, f"@{text}", False
        elif name == "registry":
            at, mark, before = 0, f"{text}/", True
        else:
            raise CannotWrite(f"{name} is not written")
        beside = image.word.part(at, at + 1) if before else image.word.part(at - 1, at)
        span = beside.set_at
        if beside.unknown is not None or span is None or any(not o.notation for o in beside.origins):
            raise CannotWrite("a variable stands where it would have to be written")
        offset = span.start if before else span.end
        return Written((edit(self.source, offset, offset, mark),), is_shared(self.source, beside))

    # Append, Create.

    def append(self, change: Append) -> Written:
        way, left = walk(change.container, change.steps)
        body = change.container.literal
        if not isinstance(body, InstructionBody) or len(change.steps) != 1:
            raise CannotWrite("only to an instruction something is added")
        name, inner = str(change.steps[0]), body.instruction
        if name == "commands" and inner.keyword == "RUN":
            return self._append_command(body, change.new)
        new: Any = change.new
        if name == "entries" and isinstance(new, Mapping):
            text = f"{_one_word(rendered(new['key']))}={_quoted(rendered(new['value']))}"  # pyright: ignore[reportUnknownArgumentType]
        elif name in ("ports", "paths", "words"):
            text = _quoted(rendered(new["text"] if isinstance(new, Mapping) else new))  # pyright: ignore[reportUnknownArgumentType]
        else:
            raise CannotWrite(f"nothing is added to {name}")
        legacy = name == "entries" and not any("=" in w for w in inner.arguments.split()[:1])
        if inner.words is not None or inner.heredocs or left or legacy or not way:
            raise CannotWrite("this form takes no further words")
        at = inner.places.end(inner.rest_end)
        return Written((edit(self.source, at, at, f" {text}"),))

    def _append_command(self, body: InstructionBody, new: Any) -> Written:
        text = rendered(new.get("text") if isinstance(new, Mapping) else new)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        made = append_command(self.source, body.instruction, text, self.document.parsed.escape)
        after = self.document.edited([made]).document
        before, resource = body.get("commands"), after.resource("RUN", body.entry.key)
        if before is not None and resource is not None:
            now = resource.body.literal.get("commands")
            if len(elements(now)) > len(elements(before)):
                return Written((made,))
        raise CannotWrite("the command would not run there")

    def create(self, change: Create) -> Written:
        keyword = change.type.upper()
        if keyword not in KEYWORDS or keyword in ("FROM", "ONBUILD"):
            raise CannotWrite(f"{change.type} is not added")
        given: Mapping[str, Any] = change.attributes
        text = given.get("text")
        if text is None and keyword == "USER":
            text = given.get("user", given.get("name"))
        if text is None and keyword == "HEALTHCHECK":
            text = "NONE" if given.get("disabled") is True else f"CMD {rendered(given.get('command'))}"
        if text is None and keyword == "WORKDIR":
            text = given.get("path")
        body = change.near.body.literal
        if isinstance(body, StageBody):
            like: Instruction = body.stage.entries[0].instruction
            return Written((insert_late(self.source, body.stage, f"{cased(keyword, like)} {rendered(text)}"),))
        if isinstance(body, InstructionBody):
            like = body.entry.instruction
            return Written((insert_after(self.source, like, f"{cased(keyword, like)} {rendered(text)}"),))
        raise CannotWrite("it is not said beside which instruction")


def _add_flag(writer: _Writer, inner: Instruction, name: str, new: object) -> Edit:
    value = "" if new is True else rendered(new)
    if not _SAFE.match(name) or (value and not _SAFE.match(value)):
        raise CannotWrite("the flag would need quotes")
    at = inner.places.end(inner.keyword_end)
    return edit(writer.source, at, at, f" --{name}={value}" if value else f" --{name}")


def _one_word(text: str) -> str:
    if not _SAFE.match(text):
        raise CannotWrite("this has to be one plain word")
    return text


def _quoted(text: str) -> str:
    if _SAFE.match(text):
        return text
    return '"' + re.sub(r'([\\"$])', r"\\\1", text) + '"'
