"""Shell text outside Dockerfiles as simple commands; never knows the shell's grammar, which is languages.shell's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gatepost.conditions.sorts import Attributes, Sort
from gatepost.languages.dockerfile.attributes import COMMAND, SHAPES, Shape
from gatepost.model.places import Source, Span
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers.embedded import HOLE, Embedded, embedded

if TYPE_CHECKING:
    from gatepost.languages.shell.places import Given, Places

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"})


def sort_of_shape(shape: Shape) -> Sort:
    """Return the sort that a shape of the Dockerfile attributes describes."""
    of = shape.of
    if of is None:
        return Sort(shape.kind)
    return Sort(shape.kind, _schema(of) if isinstance(of, str) else sort_of_shape(of))


def _schema(name: str) -> Attributes:
    # A stage has instructions that have a stage: only commands are followed, and those end.
    return Attributes({key: sort_of_shape(shape) for key, shape in SHAPES.get(name, {}).items()})


SORT = Sort("list", Attributes({key: sort_of_shape(shape) for key, shape in COMMAND.items()}))


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the simple commands; `options["shell"]` names the shell where the text does not."""
    if value.literal is None or value.is_list:
        return value
    held = embedded(value)
    if held is None:
        return value if value.unknown is not None else value._replace(literal=Unknown("it is no shell text", False))
    return commands(held, 0, len(held.text), str(options.get("shell") or "sh"))


def commands(held: Embedded, start: int, end: int, shell: str = "sh") -> Value:
    """Return the commands of a stretch of embedded text; a hole is taken for the expansion of a variable."""
    from gatepost.languages.shell.reader import read_commands, shebang, unknown_variable, unreadable

    text = held.text[start:end]
    named = shebang(text)
    options = frozenset[str]()
    if named is not None:
        shell, options = named
    at = _span(held, start, end)
    if shell not in _SHELLS:
        return unreadable(shell, at)
    if held.places is None:
        return read_commands(text.replace(HOLE, "$?"), Span(at.source, at.start, at.end), shell=shell, options=options)
    widths = hole_widths(held, start, text)
    rest = iter(widths)
    shown = "".join(_variable(next(rest)) if letter == HOLE else letter for letter in text)

    def lookup(name: str) -> Given:
        from gatepost.languages.shell.places import Given

        if name.strip("_"):
            return unknown_variable(name)
        return Given(name, "unknown", name, "code", why=held.why or "it is not known")

    return read_commands(shown, _places(held, start, text, widths), lookup, shell=shell, options=options)


def _variable(width: int) -> str:
    """Return a variable's expansion that is as wide as the hole is written."""
    return "${" + "_" * (width - 3) + "}" if width > 3 else "$_"


def hole_widths(held: Embedded, first: int, text: str) -> list[int]:
    """Return how many characters each hole of the text takes up where it is written (at least 2)."""
    assert held.places is not None
    starts, ends = held.places
    return [max(ends[n] - starts[n], 2) for n, letter in enumerate(text, first) if letter == HOLE]


def _span(held: Embedded, start: int, end: int) -> Span:
    return held.part(start, end) or held.span or Span(Source("", held.text, ""), start, end)


def _places(held: Embedded, first: int, text: str, widths: list[int]) -> Places:
    from gatepost.languages.shell.places import Places
    from gatepost.languages.shell.reader import places_of

    assert held.span is not None
    starts, offsets = stretches(held, first, text, widths)
    if not starts:
        return places_of("", held.span, held.notation)
    return Places(held.span.source, starts, offsets, None, held.notation)


def stretches(held: Embedded, first: int, text: str, widths: list[int]) -> tuple[list[int], list[int]]:
    """Return where stretches of the text begin and where each is written, with holes as wide as `widths` says."""
    assert held.places is not None
    rest = iter(widths)
    starts: list[int] = []
    offsets: list[int] = []
    at, last = 0, -2
    for number, letter in enumerate(text, first):
        offset = held.places[0][number]
        if offset != last + 1 or letter == HOLE:
            starts.append(at)
            offsets.append(offset)
        last = offset if letter != HOLE else -2
        at += next(rest) if letter == HOLE else 1
    return starts, offsets
