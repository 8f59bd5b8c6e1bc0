"""Reads a policy file key by key and says where a fault is and which word was meant; never what a key is for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn

from gatepost.conditions import ConditionError, nearest_word
from gatepost.languages.positioned import Malformed, Node, read_yaml
from gatepost.languages.positioned.frozen import thaw
from gatepost.model.findings import SEVERITIES
from gatepost.model.places import Location, Source
from gatepost.model.problems import UsageError
from gatepost.sources.shipped import ShippedSource

_NAMES = {"map": "a mapping", "list": "a list", "text": "text", "number": "a number", "truth": "true or false"}


class Page:
    """A policy file with its positions; every fault that it raises is a UsageError with file, line and column."""

    __slots__ = ("root", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        try:
            self.root = thaw(source.frozen) if isinstance(source, ShippedSource) else read_yaml(source.text)
        except Malformed as fault:
            self._raise(fault.offset, fault.offset, fault.what, fault.hint)

    def _raise(self, start: int, end: int, message: str, hint: str) -> NoReturn:
        location = Location(self.source.path, self.source.region(start, end))
        line = self.source.line(location.region.start_line)
        raise UsageError(message, location, line, hint)

    def fault(self, node: Node, message: str, hint: str = "") -> NoReturn:
        """Raise a UsageError at a node."""
        self._raise(node.start, node.end, message, hint)

    def location(self, node: Node) -> Location:
        """Return where a node stands."""
        return Location(self.source.path, self.source.region(node.start, node.end))

    def unknown_word(self, node: Node, word: str, words: Collection[str], message: str) -> NoReturn:
        """Raise a UsageError at a node that holds a word which is none of `words`."""
        near = nearest_word(word, words)
        known = ", ".join(sorted(words)[:12]) + (", …" if len(words) > 12 else "")
        self.fault(node, message, f'did you mean "{near}"?' if near else f"known here: {known}")

    def unknown_environment(self, node: Node, known: Mapping[str, Location | None]) -> NoReturn:
        """Raise a UsageError at the name of an environment that is not `known` (name → where it is defined)."""
        word = self.text(node, "the name of an environment")
        near = nearest_word(word, known)
        hint = f"environments here: {', '.join(sorted(known))}"
        if near:
            place = known[near]
            hint = f'did you mean "{near}"?' + (f" (defined on line {place.region.start_line})" if place else "")
        self.fault(node, f'unknown environment "{word}"', hint)

    def fields(self, node: Node, words: Collection[str], what: str) -> dict[str, tuple[Node, Node]]:
        """Return the entries of a mapping by name as (key, value); raises where there is a key not in `words`."""
        if node.kind != "map":
            self.fault(node, f"{what} has to be a mapping", f"keys: {', '.join(sorted(words))}")
        found: dict[str, tuple[Node, Node]] = {}
        for name, key, value in node.items():
            if name not in words:
                self.unknown_word(key, name, words, f'unknown key "{name}" in {what}')
            found[name] = (key, value)
        return found

    def required(self, fields: dict[str, tuple[Node, Node]], name: str, owner: Node, what: str) -> Node:
        """Return the value under a key that has to be there."""
        if name not in fields:
            self.fault(owner, f"{what} has no `{name}`")
        return fields[name][1]

    def mapping(self, node: Node, what: str) -> list[tuple[str, Node, Node]]:
        """Return the entries of a mapping with free keys."""
        if node.kind != "map":
            self.fault(node, f"{what} has to be a mapping")
        return node.items()

    def listed(self, node: Node, what: str) -> list[Node]:
        """Return the elements of a list."""
        if node.kind != "list":
            self.fault(node, f"{what} has to be a list")
        return node.value

    def text(self, node: Node, what: str) -> str:
        """Return a scalar as text that is not empty."""
        if node.kind not in ("text", "number", "truth") or not str(node.value).strip():
            self.fault(node, f"{what} has to be text")
        if node.kind == "truth":
            return "true" if node.value else "false"
        return str(node.value).strip()

    def texts(self, node: Node, what: str) -> tuple[str, ...]:
        """Return a scalar or a list of scalars as texts; at least one."""
        if node.kind != "list":
            return (self.text(node, what),)
        if not node.value:
            self.fault(node, f"{what} is an empty list")
        return tuple(self.text(item, what) for item in node.value)

    def truth(self, node: Node, what: str) -> bool:
        """Return true or false."""
        if node.kind != "truth":
            hint = (
                'write true or false; "yes", "no", "on" and "off" are text in YAML 1.2' if node.kind == "text" else ""
            )
            self.fault(node, f"{what} has to be true or false", hint)
        return node.value

    def one_of(self, node: Node, words: Sequence[str], what: str) -> Any:
        """Return a word that is one of `words`."""
        word = self.text(node, what)
        if word not in words:
            self.unknown_word(node, word, words, f'{what} cannot be "{word}"')
        return word

    def condition_fault(self, node: Node, fault: ConditionError, what: str) -> NoReturn:
        """Raise the UsageError for a condition below `node` that cannot be compiled."""
        about_key = fault.message.startswith("there is no ") or "does not fit" in fault.message
        place = follow(node, fault.path, to_key=about_key)
        near = fault.nearest
        if not near and fault.path[:1] == ("severity",) and place.kind == "text":
            near = nearest_word(place.value, SEVERITIES)
        self.fault(place, f"{fault.message} in {what}", f'did you mean "{near}"?' if near else "")


def follow(node: Node, path: Sequence[str | int], *, to_key: bool) -> Node:
    """Return the node that a path leads to, as far as it leads; with `to_key` the key where the last step is a name."""
    for position, step in enumerate(path):
        if node.kind == "map":
            entry = next(((key, value) for name, key, value in node.items() if name == str(step)), None)
            if entry is None:
                return node
            if to_key and position == len(path) - 1:
                return entry[0]
            node = entry[1]
        elif node.kind == "list" and isinstance(step, int) and 0 <= step < len(node.value):
            node = node.value[step]
        else:
            return node
    return node
