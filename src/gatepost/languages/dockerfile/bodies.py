"""Bodies of instructions and stages: attributes worked out when they are asked for; never more than is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gatepost.languages.dockerfile.asking import Attributes
from gatepost.languages.dockerfile.attributes import SHAPES
from gatepost.languages.dockerfile.from_images import image_parts, starts_as_of, successor_of
from gatepost.languages.dockerfile.image import read_image
from gatepost.languages.dockerfile.ports import ports
from gatepost.languages.dockerfile.running import commands_of, shell_of
from gatepost.languages.dockerfile.stages import Entry, Layout, Met, Pair, Stage
from gatepost.languages.dockerfile.syntax import Flag, Instruction
from gatepost.languages.dockerfile.words import WordReader, json_word
from gatepost.languages.shell.places import Word
from gatepost.model.documents import Ledger
from gatepost.model.places import Source, Span
from gatepost.model.values import Value, value_at


class Context:
    """What bodies share: the layout, the ledger, and the bodies made so far.

    `earlier` is that of the document before an edit which changed no stage, variable or shell: what it worked out of
    an instruction holds where that is the very same, and stands at the same place. An instruction is known by its
    order here, so that one further down, when there are more or fewer now, is not found.
    """

    def __init__(self, layout: Layout, ledger: Ledger, source: Source, earlier: Context | None = None) -> None:
        self.layout = layout
        self.ledger = ledger
        self.source = source
        self._earlier = earlier
        self._instructions: dict[int, Value] = {}
        self._stages: dict[int, Value] = {}

    def instruction(self, entry: Entry) -> Value:
        """Return the body of an instruction."""
        found = self._instructions.get(entry.order)
        if found is None:
            instruction = entry.instruction
            body = InstructionBody(self, entry, instruction)
            if self._earlier is not None:
                known = self._earlier._instructions.get(entry.order)
                if known is not None and known.literal.instruction is instruction:
                    body.take_over(known.literal)
            found = value_at(body, span_of(instruction), "docker")
            self._instructions[entry.order] = found
        return found

    def stage(self, stage: Stage) -> Value:
        """Return the body of a stage."""
        found = self._stages.get(stage.index)
        if found is None:
            from gatepost.languages.dockerfile.stage_bodies import StageBody

            first, last = stage.entries[0].instruction, stage.entries[-1].instruction
            span = Span(self.source, first.start, last.end)
            found = value_at(StageBody(self, stage), span, "docker")
            self._stages[stage.index] = found
        return found


def span_of(instruction: Instruction) -> Span:
    """Return all of an instruction, without its line break."""
    return Span(instruction.places.source, instruction.start, instruction.end)


class InstructionBody(Attributes):
    """The attributes of one instruction (`attributes.SHAPES`)."""

    __slots__ = ("_pairs", "_words", "context", "entry", "instruction")

    def __init__(self, context: Context, entry: Entry, instruction: Instruction) -> None:
        super().__init__(context.ledger, entry.key)
        self.context = context
        self.entry = entry
        self.instruction = instruction
        self._words: Met[list[Word]] | None = None
        self._pairs: Met[list[Pair]] | None = None

    def all_names(self) -> tuple[str, ...]:
        """Return the names the keyword has."""
        return tuple(SHAPES[self.instruction.keyword])

    def take_over(self, other: InstructionBody) -> None:
        """Take over what was worked out of the very same instruction before an edit elsewhere.

        Not the bodies of other things: these belong to the document before.
        """
        self._made = {**other._made}
        self._made.pop("stage", None)
        self._made.pop("trigger", None)
        self._also = {**other._also}
        self._words, self._pairs = other._words, other._pairs

    def make(self, name: str, used: list[str]) -> Value | None:
        """Work out an attribute."""
        instruction = self.instruction
        if name not in SHAPES[instruction.keyword]:
            return None
        special = _SPECIAL.get(instruction.keyword, _NONE).get(name)
        if special is not None:
            return special(self, used)
        common = _COMMON.get(name)
        return common(self, used) if common is not None else None

    def reader(self, used: list[str]) -> WordReader:
        """Return a reader of this instruction's words; FROM sees only what stands before all stages."""
        stage = None if self.instruction.keyword == "FROM" else self.entry.stage
        return self.context.layout.reader(self.instruction, stage, self.entry.order, used)

    def words(self, used: list[str]) -> list[Word]:
        """Return the words of the arguments, expanded as the builder does; of the exec form, its strings."""
        instruction, stage = self.instruction, self.entry.stage
        if self._words is None:
            met: list[str] = []
            if instruction.words is not None:
                self._words = [json_word(w, instruction) for w in instruction.words], met
            elif instruction.keyword == "FROM" and stage is not None and instruction is self.entry.instruction:
                self._words = stage.words
            else:
                self._words = self.reader(met).words(instruction.rest, instruction.rest_end), met
        used += self._words[1]
        return self._words[0]

    def pairs(self, used: list[str]) -> list[Pair]:
        """Return the entries of ENV, ARG or LABEL as words."""
        if self._pairs is None:
            met: list[str] = []
            self._pairs = self.context.layout.pairs(self.instruction, self.reader(met)), met
        used += self._pairs[1]
        return self._pairs[0]

    def value(self, literal: Any) -> Value:
        """Return a value that stands in the whole instruction."""
        return value_at(literal, span_of(self.instruction), "docker")

    def flag(self, flag: Flag, used: list[str]) -> Value:
        """Return a flag's value; True where none is written."""
        if flag.value_start < 0:
            return Value(True, self.instruction.places.span(flag.start, flag.end), notation="docker")
        return self.reader(used).word(flag.value_start, flag.end)[0].value()


Maker = Callable[[InstructionBody, list[str]], "Value | None"]


def _keyword(body: InstructionBody, _used: list[str]) -> Value:
    inner = body.instruction
    span = inner.places.span(inner.keyword_start, inner.keyword_end)
    return value_at(inner.keyword, span, "docker")


def _text(body: InstructionBody, _used: list[str]) -> Value:
    inner = body.instruction
    return value_at(inner.arguments, inner.places.span(inner.rest, inner.rest_end), "docker")


def _words(body: InstructionBody, used: list[str]) -> Value:
    return body.value(tuple(w.value() for w in body.words(used)))


def _form(body: InstructionBody, _used: list[str]) -> Value:
    return body.value("shell" if body.instruction.words is None else "exec")


def _flags(body: InstructionBody, used: list[str]) -> Value:
    found: dict[str, Value] = {}
    for flag in body.instruction.flags:
        value = body.flag(flag, used)
        before = found.get(flag.name)
        if before is None:
            found[flag.name] = value
        else:
            values = (*before.literal, value) if before.repeated else (before, value)
            found[flag.name] = Value(values, before.span, notation="docker", repeated=True)
    return body.value(found)


def _heredocs(body: InstructionBody, _used: list[str]) -> Value | None:
    found: list[Value] = []
    for document in body.instruction.heredocs:
        span = Span(body.instruction.places.source, document.start, document.end)
        entries = {"name": Value(document.name), "text": Value(span.text, span), "quoted": Value(document.quoted)}
        found.append(Value(entries, span))
    return body.value(tuple(found)) if found else None


def _stage(body: InstructionBody, _used: list[str]) -> Value | None:
    return body.context.stage(body.entry.stage) if body.entry.stage is not None else None


def _from(at: str) -> Maker:
    def made(body: InstructionBody, used: list[str]) -> Value | None:
        words = body.words(used)
        if at == "alias":
            return words[2].value() if len(words) > 2 and words[1].plain.lower() == "as" else None
        return words[0].value() if words else None

    return made


def _flag_named(name: str) -> Maker:
    def made(body: InstructionBody, used: list[str]) -> Value | None:
        for flag in body.instruction.flags:
            if flag.name == name:
                return body.flag(flag, used)
        return None

    return made


def _from_image(body: InstructionBody, used: list[str]) -> Value | None:
    stage, layout = body.entry.stage, body.context.layout
    found = next((f for f in body.instruction.flags if f.name == "from" and f.value_start >= 0), None)
    if found is None or stage is None:
        return None
    word = body.reader(used).word(found.value_start, found.end)[0]
    return read_image(word, lambda name: layout.names_a_stage(name, stage.index, True))


def _sources(body: InstructionBody, used: list[str]) -> Value:
    return body.value(tuple(w.value() for w in body.words(used)[:-1]))


def _destination(body: InstructionBody, used: list[str]) -> Value | None:
    words = body.words(used)
    return words[-1].value() if words else None


def _entries(body: InstructionBody, used: list[str]) -> Value:
    found: list[Value] = []
    for pair in body.pairs(used):
        entries = {"key": pair.key.value()}
        if pair.value is not None:
            entries["value"] = pair.value.value()
        found.append(value_at(entries, body.instruction.places.span(pair.start, pair.end), "docker"))
    return body.value(tuple(found))


def _whole(body: InstructionBody, used: list[str]) -> Word:
    inner = body.instruction
    return body.reader(used).word(inner.rest, inner.rest_end)[0]


def _is_zero(literal: object) -> bool:
    return isinstance(literal, str) and literal[:1] in "+-0" and bool(literal.lstrip("+-")) and not literal.strip("+-0")


def _user(part: str) -> Maker:
    def made(body: InstructionBody, used: list[str]) -> Value | None:
        word = _whole(body, used)
        plain = word.plain
        colon = plain.find(":")
        if part == "group":
            return word.part(colon + 1, len(plain)) if colon >= 0 else None
        value = word.part(0, colon) if colon >= 0 else word.value()
        # 0 is root in every image (its /etc/passwd aside, the builder gives it all rights); it is read as a number.
        return value._replace(literal="root") if part == "name" and _is_zero(value.literal) else value

    return made


def _path(body: InstructionBody, used: list[str]) -> Value:
    return _whole(body, used).value()


def _disabled(body: InstructionBody, _used: list[str]) -> Value:
    inner = body.instruction
    return Value(inner.arguments.strip().upper() == "NONE", inner.places.span(inner.rest, inner.rest_end))


def _health_command(body: InstructionBody, _used: list[str]) -> Value | None:
    inner = body.instruction
    if inner.arguments[:3].upper() != "CMD":
        return None
    start = inner.rest + 3
    while start < inner.rest_end and inner.text[start].isspace():
        start += 1
    return value_at(inner.text[start : inner.rest_end], inner.places.span(start, inner.rest_end), "docker")


def _mounts(body: InstructionBody, used: list[str]) -> Value | None:
    found: list[Value] = []
    for flag in body.instruction.flags:
        if flag.name != "mount" or flag.value_start < 0:
            continue
        word = body.reader(used).word(flag.value_start, flag.end)[0]
        entries = {"text": word.value()}
        at = 0
        for field in word.plain.split(","):
            name, equals, _ = field.partition("=")
            name = {"dst": "target", "destination": "target", "src": "source"}.get(name.strip(), name.strip())
            if name in SHAPES["mount"] and equals:
                entries.setdefault(name, word.part(at + field.index("=") + 1, at + len(field)))
            at += len(field) + 1
        entries.setdefault("type", Value("bind", word.span))
        found.append(Value(entries, word.span, notation="docker"))
    return body.value(tuple(found)) if found else None


def _trigger(body: InstructionBody, _used: list[str]) -> Value | None:
    inner = body.instruction.trigger
    if inner is None:
        return None
    inner.heredocs = body.instruction.heredocs
    return Value(InstructionBody(body.context, body.entry, inner), span_of(body.instruction), notation="docker")


_NONE: dict[str, Maker] = {}
_COMMON: dict[str, Maker] = {
    "keyword": _keyword,
    "text": _text,
    "words": _words,
    "form": _form,
    "flags": _flags,
    "heredocs": _heredocs,
    "stage": _stage,
}
_COPY: dict[str, Maker] = {
    "sources": _sources,
    "destination": _destination,
    "from": _flag_named("from"),
    "from_image": _from_image,
}
_RUN: dict[str, Maker] = {"commands": commands_of, "shell": shell_of}
_SPECIAL: dict[str, dict[str, Maker]] = {
    "FROM": {
        "image": _from("image"),
        "alias": _from("alias"),
        "platform": _flag_named("platform"),
        "image_parts": image_parts,
        "successor": successor_of,
        "starts_as": starts_as_of,
    },
    "RUN": {**_RUN, "mounts": _mounts},
    "CMD": _RUN,
    "ENTRYPOINT": _RUN,
    "SHELL": _RUN,
    "COPY": _COPY,
    "ADD": _COPY,
    "ENV": {"entries": _entries},
    "ARG": {"entries": _entries},
    "LABEL": {"entries": _entries},
    "EXPOSE": {"ports": ports},
    "USER": {"user": _user("user"), "group": _user("group"), "name": _user("name")},
    "WORKDIR": {"path": _path},
    "VOLUME": {"paths": _words},
    "HEALTHCHECK": {**_RUN, "disabled": _disabled, "command": _health_command},
    "ONBUILD": {"trigger": _trigger},
}
