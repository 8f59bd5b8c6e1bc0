"""Readers: what text, policy documents and commands say, as values that can be written back; never a rule.

A reader is a module with `SORT` (the sort of what it yields) and `read(value, options) -> Value`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from gatepost.conditions.sorts import Sort
from gatepost.model.changes import Plain, Step
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value

# Name in `as:` → module. Each is loaded when a rule first asks for it.
READERS: Mapping[str, str] = {
    "certificate": "gatepost.rules.readers.certificate",
    "commands": "gatepost.rules.readers.commands",
    "date": "gatepost.rules.readers.date",
    "duration": "gatepost.rules.readers.duration",
    "filter_pattern": "gatepost.rules.readers.filter_pattern",
    "iam_policy": "gatepost.rules.readers.iam_policy",
    "image": "gatepost.rules.readers.image",
    "json": "gatepost.rules.readers.json",
    "looked_up": "gatepost.rules.readers.looked_up",
    "networks": "gatepost.rules.readers.networks",
    "ports": "gatepost.rules.readers.ports",
    "secrets": "gatepost.rules.readers.secrets",
    "size": "gatepost.rules.readers.size",
    "user_data": "gatepost.rules.readers.user_data",
    "version": "gatepost.rules.readers.version",
    "yaml": "gatepost.rules.readers.yaml",
}


class Written(NamedTuple):
    """What a model.changes.Set, Append or Remove takes to write through a reader: raw container, steps, new value."""

    container: Value
    steps: tuple[Step, ...]
    new: Plain


class Reader(NamedTuple):
    """A reader as the engine sees it.

    `read(value, options)`: the raw value at the place in, what it says out. Unknown in: unknown or open out; text that
    cannot be read: Unknown with the reason. `options` are the plain data beside `as:` (a table's name, the key of a
    secret), usually empty.
    `write(element, attribute, new)`: for readers that yield containers: the raw place for a new value of one attribute
    of an element that `read` returned. `add(result, new)`: the raw place and element for a new element of the result.
    Both raise model.problems.CannotWrite; None where plain `Set` on the value that `read` returned is the way.
    """

    name: str
    sort: Sort
    read: Callable[[Value, Mapping[str, Any]], Value]
    write: Callable[[Value, str, Plain], Written] | None
    add: Callable[[Value, Mapping[str, Plain]], Written] | None


def sort(name: str) -> Sort:
    """Return the sort that a reader yields; KeyError for a name that is no reader."""
    return reader(name).sort


@cache
def reader(name: str) -> Reader:
    """Return a reader by its name; KeyError for a name that is no reader."""
    module = import_module(READERS[name])
    return Reader(name, module.SORT, module.read, getattr(module, "write", None), getattr(module, "add", None))
