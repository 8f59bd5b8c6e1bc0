"""Scalars as they are written anywhere, as subjects of rules, and which of them hold a secret; never a rule."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from gatepost.model.documents import Resource
from gatepost.model.values import Value
from gatepost.rules.subjects import RAW, Subject, inside

if TYPE_CHECKING:
    from gatepost.rules.world import World


class WrittenValue(Subject):
    """A scalar that is written somewhere: `key`, `path`, `text`, and the `secret` it may be."""

    __slots__ = ("path",)

    def __init__(self, world: World, resource: Resource, path: str, value: Value) -> None:
        super().__init__(world, resource, RAW, value, (), path)
        self.path = path

    def _find(self, name: str) -> Value | None:
        if name == "text":
            return self.container
        if name in ("key", "path"):
            return Value(self.path if name == "path" else _key(self.path), self.container.span)
        if name == "secret" or name.startswith("secret."):
            found = secret_of(self.path, self.container)
            return inside(found, name[7:]) if name != "secret" else found
        return super()._find(name)


def with_secrets(listed: Sequence[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """Return those of some values that hold a secret: hardly one does, and it is told by a look at its text."""
    from gatepost.rules.readers import reader

    read = reader("secrets").read
    return [(path, value) for path, value in listed if read(value, {"key": _key(path)}).literal is not None]


def secret_of(path: str, value: Value) -> Value:
    """Return what the reader of secrets makes of a value that is written at a path."""
    from gatepost.rules.readers import reader

    return reader("secrets").read(value, {"key": _key(path)})


@lru_cache(4096)
def _key(path: str) -> str:
    """Return the last name of a path, positions left out."""
    names = [part for part in path.replace("[", ".").replace("]", "").split(".") if part and not part.isdigit()]
    return names[-1] if names else path
