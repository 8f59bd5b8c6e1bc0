"""A Dockerfile as a document: its instructions and stages as resources; never judges them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gatepost.languages.dockerfile.asking import Attributes
from gatepost.languages.dockerfile.attributes import SHAPES
from gatepost.languages.dockerfile.bodies import Context, InstructionBody, span_of
from gatepost.languages.dockerfile.differences import Differences, changed_by, text_of
from gatepost.languages.dockerfile.incremental import cut, parse_again
from gatepost.languages.dockerfile.stages import MOST_STAGES, Entry, Layout, Stage
from gatepost.languages.dockerfile.syntax import Comment, Instruction, Parsed, parse
from gatepost.languages.shell.commands import Command
from gatepost.model.changes import Change, Edit, Written
from gatepost.model.documents import (
    NOTHING_ALIKE,
    Document,
    Edited,
    Ledger,
    Likeness,
    ReadKey,
    Remark,
    Resource,
)
from gatepost.model.places import Source, Span
from gatepost.model.problems import Problem
from gatepost.model.values import Unknown, Value

# What makes a comment worth keeping: our own word, or another tool's.
_MARKED = r"gatepost|hadolint|checkov|trivy|kics|semgrep|snyk|dockle|terrascan|tfsec|nosec|skipcq|dockerfilelint"
_WHOLE_FILE = r"hadolint\s+global|kics-scan\s+(?:ignore\Z|disable)"
_NOTHING = Value({})


def read_dockerfile(source: Source) -> Dockerfile:
    """Read a Dockerfile or Containerfile; what cannot be read is among its problems."""
    parsed = parse(source)
    return Dockerfile(source, parsed, Layout(parsed))


class Dockerfile(Document):
    """One Dockerfile. Types: one per keyword, "stage", and "document" for all of it."""

    language = "dockerfile"

    def __init__(self, source: Source, parsed: Parsed, layout: Layout, earlier: Context | None = None) -> None:
        self.path = source.path
        self.source = source
        self.sources = (source,)
        self.ledger = Ledger()
        self.parsed = parsed
        self.layout = layout
        self.context = Context(layout, self.ledger, source, earlier)
        self.problems = tuple(self._problems())
        self._by_type: dict[str, tuple[Resource, ...]] | None = None
        self._alike: dict[str, Likeness] | None = None
        # The last edits and what came of them: whoever wrote a command looks where it stands, and then it is tried.
        self._last: tuple[tuple[Edit, ...], Edited] | None = None

    def _problems(self) -> Iterator[Problem]:
        for fault in self.parsed.faults:
            yield Problem(Span(self.source, fault.start, fault.end).location, fault.what, fault.hint)
        if self.layout.too_many is not None:
            what = f"the file has more than {MOST_STAGES} stages"
            yield Problem(span_of(self.layout.too_many).location, what, "split the file; the rest is not read")
        instructions = self.parsed.instructions
        if not instructions:
            return
        if not self.layout.stages and not any(f.what.endswith("no instruction") for f in self.parsed.faults):
            hint = "begin with FROM and an image"
            yield Problem(span_of(instructions[0]).location, "the file has no FROM", hint)
            return
        for entry in self.layout.entries:
            if entry.stage is not None:
                break
            if entry.instruction.keyword != "ARG" and self.layout.stages:
                what = f"{entry.instruction.keyword} stands before the first FROM"
                yield Problem(span_of(entry.instruction).location, what, "only ARG may stand there; move it down")

    # Resources.

    def types(self) -> Sequence[str]:
        """Return the types that occur, in order of first appearance."""
        return tuple(self._resources())

    def resources(self, type: str) -> Sequence[Resource]:
        """Return the resources of one type in file order."""
        self.ledger.note(f"type:{type}", "*")
        return self._resources().get(type, ())

    def resource(self, type: str, key: str) -> Resource | None:
        """Return one resource by its key, without making the others."""
        layout = self.layout
        if type == "stage":
            return next((self._stage(stage) for stage in layout.stages if stage.key == key), None)
        if type == "document":
            return self._whole() if layout.entries else None
        found = (e for e in layout.entries if e.key == key and e.instruction.keyword == type)
        return next((self._instruction(entry) for entry in found), None)

    def _resources(self) -> dict[str, tuple[Resource, ...]]:
        if self._by_type is None:
            made: dict[str, list[Resource]] = {}
            stage: Stage | None = None
            for entry in self.layout.entries:
                if entry.stage is not None and entry.stage is not stage:
                    stage = entry.stage
                    made.setdefault("stage", []).append(self._stage(stage))
                made.setdefault(entry.instruction.keyword, []).append(self._instruction(entry))
            if made:
                made["document"] = [self._whole()]
            self._by_type = {name: tuple(found) for name, found in made.items()}
        return self._by_type

    def _instruction(self, entry: Entry) -> Resource:
        instruction = entry.instruction
        body = self.context.instruction(entry)
        span = body.span or span_of(instruction)
        return Resource(
            "dockerfile",
            instruction.keyword,
            entry.key,
            entry.key,
            span,
            header_of(instruction, span),
            body,
            _NOTHING,
            entry.key,
        )

    def _stage(self, stage: Stage) -> Resource:
        body = self.context.stage(stage)
        first = stage.entries[0].instruction
        name = stage.alias.plain if stage.alias is not None else str(stage.index)
        span = body.span or span_of(first)
        header = header_of(first, span_of(first))
        return Resource("dockerfile", "stage", name, stage.key, span, header, body, _NOTHING, stage.key)

    def _whole(self) -> Resource:
        span = Span(self.source, 0, len(self.source.text))
        body = Value(_Whole(self), span, notation="docker")
        first = self.layout.entries[0].instruction
        header = header_of(first, span_of(first))
        return Resource("dockerfile", "document", self.path, "document", span, header, body, _NOTHING, "document")

    def values(self) -> Iterator[tuple[str, str, Value]]:
        """Yield (item, path, value) of every word that is written, in file order."""
        for entry in self.layout.entries:
            body = self.context.instruction(entry).literal
            for path, value in _written(body):
                yield entry.key, path, value

    def values_of(self, items: frozenset[str]) -> Iterator[tuple[str, str, Value]]:
        """Yield what `values` yields for some instructions only."""
        for entry in self.layout.entries:
            if entry.key in items:
                for path, value in _written(self.context.instruction(entry).literal):
                    yield entry.key, path, value

    def alike(self) -> Mapping[str, Likeness]:
        """Return what decides how each instruction reads: its text and shell, where no variable and no stage does."""
        if self._alike is None:
            self._alike = self._likenesses(self.layout.entries)
        return self._alike

    def _likenesses(self, entries: Sequence[Entry]) -> dict[str, Likeness]:
        found: dict[str, Likeness] = {}
        kept = self.layout.stages[-1].chain() if self.layout.stages else ()
        stage, before, covers = None, "", frozenset[ReadKey]()
        for entry in entries:
            if entry.stage is not None and entry.stage is not stage:
                stage = entry.stage
                shell, _, setter = self.layout.shell(stage, len(self.layout.entries))
                before = f"{self.layout.escape} {shell} {stage in kept} " if setter is None else ""
                covers = frozenset([(stage.key, "in_image")])
            text = text_of(entry)
            told = before and "$" not in text and not _asks_for_stages(entry.instruction)
            found[entry.key] = Likeness(f"{before}{entry.key} {text}", covers) if told else NOTHING_ALIKE
        return found

    # Comments.

    def remarks(self) -> Sequence[Remark]:
        """Return the comments that may hold waivers, with what they speak about."""
        text = self.source.text
        found: list[Remark] = []
        for comment in self.parsed.comments:
            if re.search(_MARKED, text[comment.start : comment.end], re.I):
                found.append(self._remark(comment))
        return found

    def _remark(self, comment: Comment) -> Remark:
        text = self.source.text[comment.start : comment.end].lstrip("#").strip()
        span = Span(self.source, comment.start, comment.end)
        if re.search(_WHOLE_FILE, text, re.I):
            return Remark(text, span, Span(self.source, 0, len(self.source.text)), "document")
        for entry in self.layout.entries:
            instruction = entry.instruction
            if instruction.start > comment.start:
                return Remark(text, span, span_of(instruction), entry.key)
            if instruction.end > comment.start and comment.inside:
                return Remark(text, span, self._line_below(comment, instruction), entry.key)
        return Remark(text, span, span)

    def _line_below(self, comment: Comment, instruction: Instruction) -> Span:
        """Return the next line of an instruction that is no comment."""
        text, at = self.source.text, comment.end
        while at < instruction.end:
            start = text.find("\n", at) + 1
            if start <= 0:
                break
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            line = text[start:end].strip()
            if line and not line.startswith("#"):
                return Span(self.source, start, min(end, max(instruction.end, start)))
            at = end
        return span_of(instruction)

    # Writing.

    def write(self, change: Change) -> Written:
        """Turn a change into edits; raises `CannotWrite`."""
        from gatepost.languages.dockerfile.writing import write

        return write(self, change)

    def edited(self, edits: Sequence[Edit]) -> Edited:
        """Return the document after the edits; only the instructions that they touch are parsed again."""
        wanted = tuple(edits)
        if self._last is None or self._last[0] != wanted:
            self._last = (wanted, self._read_again(wanted))
        return self._last[1]

    def _read_again(self, edits: Sequence[Edit]) -> Edited:
        made = cut(self.source, edits)
        again = parse_again(self.parsed, self.source, made)
        if again is None:
            after = read_dockerfile(made.source)
            same = _directives(self) == _directives(after)
            differences = Differences(self.layout.entries, after.layout.entries, same)
            return Edited(after, changed_by(differences, self.layout, after.layout))
        layout = Layout(again.parsed, self.layout, again.kept)
        old, new = self.layout.entries[again.kept : again.old_end], layout.entries[again.kept : again.new_end]
        differences = Differences(old, new)
        after = Dockerfile(made.source, again.parsed, layout, self.context if differences.steady else None)
        if differences.local:
            after._alike = {**self.alike(), **after._likenesses(differences.new)}
        return Edited(after, changed_by(differences, self.layout, layout))


class _Whole(Attributes):
    """The attributes of the file as a whole."""

    __slots__ = ("document",)

    def __init__(self, document: Dockerfile) -> None:
        super().__init__(document.ledger, "document")
        self.document = document

    def all_names(self) -> tuple[str, ...]:
        """Return the names there are."""
        return tuple(SHAPES["document"])

    def make(self, name: str, used: list[str]) -> Value | None:
        """Work out an attribute."""
        del used
        layout, context = self.document.layout, self.document.context
        span = Span(self.document.source, 0, len(self.document.source.text))
        if name == "stages":
            return Value(tuple(context.stage(s) for s in layout.stages), span, notation="docker")
        if name == "final":
            return context.stage(layout.stages[-1]) if layout.stages else None
        if name == "instructions":
            return Value(tuple(context.instruction(e) for e in layout.entries), span, notation="docker")
        directive = self.document.parsed.directives.get(name)
        return Value(directive[0], Span(self.document.source, directive[1], directive[2])) if directive else None


def header_of(instruction: Instruction, span: Span) -> Span:
    """Return the first line of an instruction, which stands at a span, without what continues it."""
    source = instruction.places.source
    end = source.text.find("\n", instruction.start, instruction.end)
    if end < 0:
        return span
    while end > instruction.start and source.text[end - 1] in " \t\r\\`":
        end -= 1
    return Span(source, instruction.start, max(end, instruction.start + 1))


def _written(body: InstructionBody) -> Iterator[tuple[str, Value]]:
    attributes = SHAPES[body.instruction.keyword]
    if body.instruction.flags:
        for name, value in _map(body.get("flags")):
            yield f"flags.{name}", value
    entries = body.get("entries") if "entries" in attributes else None
    commands = body.get("commands") if "commands" in attributes else None
    if entries is not None:
        for entry in entries.literal:
            key, value = entry.literal["key"], entry.literal.get("value")
            if value is not None:
                yield f"entries.{key.literal if isinstance(key.literal, str) else '?'}", value
    elif commands is not None and type(commands.literal) is not Unknown:
        for index, command in enumerate(commands.literal):
            yield from _of_command(index, command.literal)
    elif body.instruction.keyword in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"):
        text = body.get("text")
        if text is not None:
            yield "text", text
    else:
        words = body.get("words")
        for index, word in enumerate(words.literal if words is not None else ()):
            yield f"words.{index}", word
    documents = body.get("heredocs") if body.instruction.heredocs else None
    read_as_script = commands is not None and bool(commands.literal) and body.instruction.arguments.startswith("<<")
    if documents is not None and not read_as_script:
        for index, document in enumerate(documents.literal):
            yield f"heredocs.{index}.text", document.literal["text"]


def _of_command(index: int, command: Command) -> Iterator[tuple[str, Value]]:
    for name, value in _map(command.get("assignments")):
        yield f"commands.{index}.assignments.{name}", value
    words = command.get("words")
    for at, word in enumerate(words.literal if words is not None else ()):
        yield f"commands.{index}.words.{at}", word


def _map(value: Value | None) -> Iterator[tuple[str, Value]]:
    if value is None:
        return
    entries: Mapping[str, Any] = value.literal
    for name, entry in entries.items():
        if entry.repeated:
            yield from ((name, one) for one in entry.literal)
        else:
            yield name, entry


def _asks_for_stages(instruction: Instruction) -> bool:
    """Whether an instruction may name a stage, or be one in which another stands."""
    if instruction.keyword in ("FROM", "ONBUILD"):
        return True
    return bool(instruction.flags) and any(flag.name == "from" for flag in instruction.flags)


def _directives(document: Dockerfile) -> dict[str, str]:
    return {name: directive[0] for name, directive in document.parsed.directives.items()}
