"""What a stage comes to, with what it inherits from the stages it is built from; never what a base image holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gatepost.languages.dockerfile.asking import Attributes
from gatepost.languages.dockerfile.attributes import SHAPES
from gatepost.languages.dockerfile.bodies import Context, InstructionBody, span_of
from gatepost.languages.dockerfile.from_images import image_of
from gatepost.languages.dockerfile.ports import ports
from gatepost.languages.dockerfile.stages import Entry, Stage
from gatepost.model.values import Unknown, Value, value_at

_RUNNING = frozenset(("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"))


class StageBody(Attributes):
    """The attributes of one stage (`attributes.SHAPES["stage"]`)."""

    __slots__ = ("context", "stage")

    def __init__(self, context: Context, stage: Stage) -> None:
        super().__init__(context.ledger, stage.key)
        self.context = context
        self.stage = stage

    def all_names(self) -> tuple[str, ...]:
        """Return the names a stage has."""
        return tuple(SHAPES["stage"])

    def make(self, name: str, used: list[str]) -> Value | None:
        """Work out an attribute."""
        maker = _MAKERS.get(name)
        return maker(self, used) if maker is not None else None

    def value(self, literal: Any, open: bool = False) -> Value:
        """Return a value that stands at the stage's FROM."""
        span = span_of(self.stage.entries[0].instruction)
        return Value(literal, span, open=True, notation="docker") if open else value_at(literal, span, "docker")

    def inherited(self, keyword: str) -> Iterator[Entry]:
        """Yield the instructions of a keyword that hold here, the last one first."""
        for stage in self.stage.chain():
            for entry in reversed(stage.entries):
                if entry.instruction.keyword == keyword:
                    yield entry

    def body(self, entry: Entry) -> InstructionBody:
        """Return the body of an instruction."""
        return self.context.instruction(entry).literal


def _name(body: StageBody, _used: list[str]) -> Value | None:
    return body.stage.alias.value() if body.stage.alias is not None else None


def _is_final(body: StageBody, _used: list[str]) -> Value:
    return body.value(body.stage.index == len(body.context.layout.stages) - 1)


def _in_image(body: StageBody, _used: list[str]) -> Value:
    return body.value(body.stage in body.context.layout.stages[-1].chain())


def _image(body: StageBody, used: list[str]) -> Value:
    used += body.stage.words[1]
    return image_of(body.context.layout, body.stage)


def _last(keyword: str, attribute: str) -> Callable[[StageBody, list[str]], Value | None]:
    def made(body: StageBody, _used: list[str]) -> Value | None:
        for entry in body.inherited(keyword):
            return body.body(entry).get(attribute)
        return None

    return made


def _whole(keyword: str) -> Callable[[StageBody, list[str]], Value | None]:
    def made(body: StageBody, _used: list[str]) -> Value | None:
        for entry in body.inherited(keyword):
            return body.context.instruction(entry)
        return None

    return made


def _instructions(body: StageBody, _used: list[str]) -> Value:
    stages = reversed(body.stage.chain())
    found = [body.context.instruction(entry) for stage in stages for entry in stage.entries]
    return body.value(tuple(found))


def _commands(body: StageBody, _used: list[str]) -> Value:
    found: list[Value] = []
    incomplete = False
    for entry in body.stage.entries:
        if entry.instruction.keyword not in _RUNNING:
            continue
        value = body.body(entry).get("commands")
        if value is None:
            continue
        if type(value.literal) is Unknown:
            incomplete = True
        else:
            incomplete = incomplete or value.open
            found.extend(value.literal)
    return body.value(tuple(found), incomplete)


def _pairs_of(keyword: str) -> Callable[[StageBody, list[str]], Value | None]:
    def made(body: StageBody, used: list[str]) -> Value | None:
        found: dict[str, Value] = {}
        for entry in body.inherited(keyword):
            for pair in reversed(body.body(entry).pairs(used)):
                key = pair.key.known
                if key is not None and pair.value is not None and key not in found:
                    found[key] = pair.value.value()
        return body.value(found, _has_image(body.stage)) if found else None

    return made


def _has_image(stage: Stage) -> bool:
    return stage.chain()[-1].image.plain.lower() != "scratch"


def _exposed(body: StageBody, used: list[str]) -> Value | None:
    found: list[Value] = []
    for entry in reversed(list(body.inherited("EXPOSE"))):
        found.extend(ports(body.body(entry), used).literal)
    return body.value(tuple(found)) if found else None


def _shell(body: StageBody, _used: list[str]) -> Value:
    end = body.stage.entries[-1].order + 1
    return body.value(body.context.layout.shell(body.stage, end)[0])


def _base(body: StageBody, _used: list[str]) -> Value | None:
    return body.context.stage(body.stage.base) if body.stage.base is not None else None


def _platform(body: StageBody, _used: list[str]) -> Value | None:
    return body.body(body.stage.entries[0]).get("platform")


_MAKERS: dict[str, Callable[[StageBody, list[str]], Value | None]] = {
    "name": _name,
    "index": lambda body, _used: body.value(body.stage.index),
    "is_final": _is_final,
    "in_image": _in_image,
    "image": _image,
    "platform": _platform,
    "base": _base,
    "user": _last("USER", "name"),
    "workdir": _last("WORKDIR", "path"),
    "shell": _shell,
    "instructions": _instructions,
    "commands": _commands,
    "healthcheck": _whole("HEALTHCHECK"),
    "cmd": _whole("CMD"),
    "entrypoint": _whole("ENTRYPOINT"),
    "environment": _pairs_of("ENV"),
    "labels": _pairs_of("LABEL"),
    "exposed": _exposed,
}
