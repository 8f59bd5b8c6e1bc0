"""Changes, edits and fixes: what is to be different, and the characters that make it so; never applied here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gatepost.model.places import Location
from gatepost.model.records import NamedTuple
from gatepost.model.values import Reference, Value

if TYPE_CHECKING:
    from gatepost.model.documents import Resource


class Template(NamedTuple):
    """Text with references in it, such as the arn of a bucket followed by "/*"."""

    parts: tuple[str | Reference, ...]


# What a fix may write: plain data, and references, which each language writes in its own way.
Plain: TypeAlias = "str | int | float | bool | Reference | Template | list[Plain] | Mapping[str, Plain] | None"
Step: TypeAlias = "str | int"


class JsonText(dict[str, Any]):
    """A map that is to be JSON in the end: `jsonencode({…})` where the place takes text, the map itself elsewhere."""

    __slots__ = ()


class Set(NamedTuple):
    """Give the attribute at `steps` below `container` (a map value) a new value.

    What is there is replaced where it is set (its origin); what is missing is added, blocks on the way included.
    `attributes` names the steps (by their text) that are map attributes and not blocks when they have to be added.
    """

    container: Value
    steps: tuple[Step, ...]
    new: Plain
    attributes: frozenset[str] = frozenset()


class Append(NamedTuple):
    """Add an element to the list (or repeated block) at `steps` below `container`; the list is made if missing."""

    container: Value
    steps: tuple[Step, ...]
    new: Plain


class Remove(NamedTuple):
    """Remove what is at `steps` below `container`; the last element of a list takes its attribute along."""

    container: Value
    steps: tuple[Step, ...]


class RemoveResource(NamedTuple):
    """Remove a whole resource, block or instruction."""

    resource: Resource


class Create(NamedTuple):
    """Add a resource of `type` next to `near`, repeating its count or for_each; `name` is a wish.

    In `attributes` nested maps are blocks unless their dotted path is in `maps`.
    """

    type: str
    name: str
    attributes: Mapping[str, Plain]
    near: Resource
    maps: frozenset[str] = frozenset()


Change: TypeAlias = Set | Append | Remove | RemoveResource | Create


class Edit(NamedTuple):
    """Characters to put in place of a region of a file."""

    location: Location
    replacement: str


class Written(NamedTuple):
    """The edits of a change; `shared` when the place that is written feeds more than the one that asked for it."""

    edits: tuple[Edit, ...]
    shared: bool = False


Safety: TypeAlias = Literal["safe", "unsafe"]
Proof: TypeAlias = Literal["proved", "needs_rescan"]


class Fix(NamedTuple):
    """A proved change (or advice that only a new scan can prove), with `title` saying what it does.

    `either_end`: in a file with Windows line ends it was proved with its lines ending in either way, too.
    """

    title: str
    edits: tuple[Edit, ...]
    safety: Safety
    proof: Proof
    why_unsafe: str = ""
    either_end: bool = False
