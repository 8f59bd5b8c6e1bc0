"""Who writes a resource's name: the types of all that mention it in their text; never what they mean by it.

Whether something is held by nobody else cannot be told by what is evaluated: a value that is not known may name it.
Text can tell: what does not write its name, be it in an expression that nobody can work out, does not have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from gatepost.model.documents import Document, ReadKey
from gatepost.model.regexes import regex
from gatepost.model.values import Value
from gatepost.rules.joins import base_address
from gatepost.rules.paths import Path
from gatepost.rules.places import Options, Place

if TYPE_CHECKING:
    from gatepost.rules.subjects import Subject

MENTION = "mention:"
# What mentions it is no resource: a local value, an output of a template, settings for all functions.
ELSEWHERE = "elsewhere"
UNREAD = "what cannot be read"


# A word, or several with dots between them: a resource's name is two of Terraform, one of CloudFormation.
_CHAIN = regex(r"[\w-]+(?:\.[\w-]+)*")


class Mentions:
    """What mentions things in one document, by their addresses; the text is gone through when it is first asked."""

    __slots__ = ("_document", "_index", "found")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._index: dict[str, dict[str, dict[str, str]]] | None = None
        self.found: dict[str, dict[str, str]] = {}

    def of(self, address: str) -> dict[str, str]:
        """Return the types of what writes the name of the thing at an address, by item; notes the read."""
        address = base_address(address)
        self._document.ledger.note(MENTION + address, "*")
        kept = self.found.get(address)
        if kept is None:
            kept = self.found[address] = {
                item: type
                for within, names in self._names().items()
                if address.startswith(within)
                for item, type in names.get(address[len(within) :], {}).items()
            }
        return kept

    def _names(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return by what stands before an address, and by name, the items that write it, with their types."""
        if self._index is None:
            self._index = {}
            for one in self._document.stretches():
                names = self._index.setdefault(one.within, {})
                for name in names_in(one.text):
                    names.setdefault(name, {})[one.item] = one.type or ELSEWHERE
        return self._index

    def differing(self, before: Mentions, changed: Iterable[ReadKey]) -> dict[ReadKey, set[ReadKey]]:
        """Return the reads of names that other things mention than before an edit, each with what made it so."""
        found: dict[ReadKey, set[ReadKey]] = {}
        items = {item for item, _ in changed} if before.found else set[str]()
        known: dict[str, set[str]] = {}
        for address, mentioning in before.found.items():
            for item in mentioning.keys() & items:
                known.setdefault(item, set()).add(address)
        for item in items:
            now = self._document.stretch(item)
            written = {now.within + name for name in names_in(now.text)} if now is not None else set[str]()
            for address in (written & before.found.keys()) ^ known.get(item, set()):
                found.setdefault((MENTION + address, "*"), set()).add((item, "*"))
        return found


def names_in(text: str) -> set[str]:
    """Return every word of a text, and every two that a dot joins: what may be a resource's name."""
    names: set[str] = set()
    for chain in _CHAIN.findall(text):
        words = chain.split(".")
        names.update(words)
        names.update(map(".".join, pairwise(words)))
    return names


class MentionsPlace(Place):
    """`mentions_of`: the types of all that name this resource (`.`), or the one that is named at a path."""

    __slots__ = ("path",)

    def __init__(self, path: Path, options: Options) -> None:
        super().__init__(options)
        self.path = path

    def raw(self, subject: Subject) -> Value | None:
        """Return the types as texts, each once; None where it is not known which resource is meant."""
        address = subject.resource.address
        if self.path.steps:
            named = subject.along(self.path)
            if named is None or named.refers_to is None:
                return None
            address = named.refers_to.address
        types = dict.fromkeys(subject.world.mentions.of(address).values())
        document = subject.world.document
        if document.problems and document.unread:
            types[UNREAD] = None
        return Value(tuple(Value(type) for type in types))
