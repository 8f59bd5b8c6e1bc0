"""Who writes a resource's name: the types of all that mention it in their text; never what they mean by it.

Whether something is held by nobody else cannot be told by what is evaluated: a value that is not known may name it.
Text can tell: what does not write its name, be it in an expression that nobody can work out, does not have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gatepost.model.documents import Document, ReadKey
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


class Mentions:
    """What mentions things in one document, by their addresses; looked for when it is first asked."""

    __slots__ = ("_document", "found")

    def __init__(self, document: Document) -> None:
        self._document = document
        self.found: dict[str, dict[str, str]] = {}

    def of(self, address: str) -> dict[str, str]:
        """Return the types of what writes the name of the thing at an address, by item; notes the read."""
        address = base_address(address)
        self._document.ledger.note(MENTION + address, "*")
        kept = self.found.get(address)
        if kept is None:
            kept = self.found[address] = {
                one.item: one.type or ELSEWHERE
                for one in self._document.stretches()
                if address.startswith(one.within) and writes(one.text, address.removeprefix(one.within))
            }
        return kept

    def differing(self, before: Mentions, changed: Iterable[ReadKey]) -> dict[ReadKey, set[ReadKey]]:
        """Return the reads of names that other things mention than before an edit, each with what made it so."""
        found: dict[ReadKey, set[ReadKey]] = {}
        items = {item for item, _ in changed} if before.found else set[str]()
        for item in items:
            now = self._document.stretch(item)
            for address, known in before.found.items():
                mine = address.removeprefix(now.within) if now is not None else ""
                writing = now is not None and address.startswith(now.within) and writes(now.text, mine)
                if writing != (item in known):
                    found.setdefault((MENTION + address, "*"), set()).add((item, "*"))
        return found


def writes(text: str, name: str) -> bool:
    """Return whether a text has a name as words of their own."""
    at = text.find(name)
    while at >= 0:
        if not _goes_on(text[at - 1 : at]) and not _goes_on(text[at + len(name) : at + len(name) + 1]):
            return True
        at = text.find(name, at + 1)
    return False


def _goes_on(character: str) -> bool:
    return character.isalnum() or character in ("_", "-")


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
