"""The parts of a container image's name; never which image is good.

Source: the reference grammar of the OCI distribution specification, and Docker's defaults for what is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import TEXT, Attributes, Sort
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers.embedded import HOLE, text_pieces

PARTS = Attributes(dict.fromkeys(("registry", "repository", "tag", "digest", "stage", "name", "text"), TEXT))
SORT = Sort("element", PARTS)
_LONGEST = 4096


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return registry, repository, tag, digest, name (normalised, without tag and digest) and text.

    What is not written is missing; where a hole may hold it, it is not known.
    """
    del options
    unknown = value.unknown
    if value.literal is None or value.is_map or (unknown is not None and not unknown.pieces):
        return value
    pieces = unknown.pieces if unknown is not None else (value.literal,)
    text = "".join(HOLE if piece is None else str(piece) for piece in pieces)
    if not text.strip() or len(text) > _LONGEST:
        return value._replace(literal=Unknown("it is no name of an image", False))
    why = unknown.why if unknown is not None else ""
    found = _parts(text.strip())
    literal: dict[str, Value] = {}
    for name, part in found.items():
        if part is not None:
            literal[name] = _value(part, why, value)
    return value._replace(literal=literal)


def _parts(text: str) -> dict[str, str | None]:
    """Split a name; a part that a hole may hold, or may not, is a hole with a blank before it."""
    rest, at, digest = text.partition("@")
    slash = rest.rfind("/")
    colon = rest.find(":", slash + 1)
    tag = rest[colon + 1 :] if colon >= 0 else None
    name = rest[:colon] if colon >= 0 else rest
    maybe = " " + HOLE
    end = HOLE in (rest[max(slash, 0) :] if colon < 0 else rest[colon:])
    if tag is None and end:
        tag = maybe
    first, _, more = name.partition("/")
    has_registry = bool(more) and ("." in first or ":" in first or first == "localhost")
    registry: str | None = first if has_registry else maybe if HOLE in first else None
    repository = more if has_registry else name
    full = name if has_registry or HOLE in first else f"docker.io/{name if more else 'library/' + name}"
    return {
        "registry": registry,
        "repository": repository,
        "tag": tag,
        "digest": digest if at else maybe if end else None,
        "name": full,
        "text": text,
    }


def _value(part: str, why: str, whole: Value) -> Value:
    literal: object = part
    if HOLE in part:
        maybe = part.startswith(" ")
        pieces = text_pieces(part.strip())
        literal = Unknown(why, maybe, pieces if len(pieces) > 1 else ())
    return Value(literal, whole.span, whole.origins, sensitive=whole.sensitive)
