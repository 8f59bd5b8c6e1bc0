"""The parts of a container image's name outside Dockerfiles; never the grammar, which is languages.dockerfile's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import Attributes, Sort
from gatepost.languages.dockerfile.attributes import IMAGE
from gatepost.languages.dockerfile.image import read_image
from gatepost.languages.shell.places import Piece, Places, Word
from gatepost.model.places import Source, Span
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers.commands import hole_widths, sort_of_shape, stretches
from gatepost.rules.readers.embedded import HOLE, Embedded, embedded

SORT = Sort("element", Attributes({name: sort_of_shape(shape) for name, shape in IMAGE.items()}))
_LONGEST = 4096


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return registry, repository, tag, digest, name (normalised, without tag and digest) and text.

    What is not written is missing; where a hole may hold it, it is not known.
    """
    del options
    if value.literal is None or value.is_map:
        return value
    held = embedded(value)
    if held is None:
        return (
            value if value.unknown is not None else value._replace(literal=Unknown("it is no name of an image", False))
        )
    if not held.text.strip() or len(held.text) > _LONGEST:
        return value._replace(literal=Unknown("it is no name of an image", False))
    found = read_image(_word(held))
    return value._replace(literal=found.literal, tree=None)


def _word(held: Embedded) -> Word:
    """Return the text as one word, its holes as pieces that are not known."""
    widths = [1] * held.text.count(HOLE) if held.places is None else hole_widths(held, 0, held.text)
    rest = iter(widths)
    pieces: list[Piece] = []
    at = 0
    for number, part in enumerate(held.text.split(HOLE)):
        if number:
            width = next(rest)
            pieces.append(Piece(None, at, at + width, False, why=held.why))
            at += width
        if part:
            pieces.append(Piece(part, at, at + len(part)))
            at += len(part)
    if held.places is None or held.span is None:
        span = held.span or Span(Source("", held.text, ""), 0, len(held.text))
        return Word(tuple(pieces), Places(span.source, (0,), (span.start,), span, held.notation), 0, at)
    starts, offsets = stretches(held, 0, held.text, widths)
    return Word(tuple(pieces), Places(held.span.source, starts, offsets, None, held.notation), 0, at)
