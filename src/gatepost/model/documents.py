"""Documents and resources: the unit that is parsed, judged, fixed and let go; never a language's own grammar.

A document is one Terraform root module, one template or one Dockerfile. Languages subclass `Document`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TypeAlias

from gatepost.model.changes import Change, Edit, Written
from gatepost.model.places import Source, Span
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value

# What a judgement read: (item, attribute). An item is a top-level thing of the document, as `Resource.key` names it
# ("resource.aws_s3_bucket.logs", "variable.region"); attribute "*" is "which attributes there are". The pair
# ("type:" + T, "*") is "which resources of type T there are".
ReadKey: TypeAlias = tuple[str, str]
Reads: TypeAlias = Set[ReadKey]  # all that was read for one answer; nobody adds to it afterwards


class Note(NamedTuple):
    """Something to tell with every finding about a resource: what, and where it stands."""

    text: str
    span: Span


class Resource(NamedTuple):
    """One thing in a document, modules and instances expanded.

    `type` is the language's own word: "aws_s3_bucket", "data.aws_iam_policy_document", "module", "variable",
    "output", "provider.aws", "AWS::S3::Bucket", "parameter", "RUN", "stage". `address` names it within the document's
    path ("module.net.aws_vpc.a", "Resources.Web", "stage build", "RUN 3 of stage build").
    `span` is all of it, `header` the narrow place to point at when nothing narrower is known.
    `body` is a map value; `beside` holds what stands beside the properties (CloudFormation's DeletionPolicy,
    Terraform's count, for_each, provider, lifecycle), a map value too.
    `versions` maps a provider ("aws") to its exact version or constraint text, where known.
    `editable` is False for a thing in a module that is not ours.
    `notes` are told with each finding: the condition that it depends on, the construct that it was made by.
    """

    language: str
    type: str
    name: str
    address: str
    span: Span
    header: Span
    body: Value
    beside: Value
    key: str
    versions: tuple[tuple[str, str], ...] = ()
    editable: bool = True
    notes: tuple[Note, ...] = ()


class Remark(NamedTuple):
    """A comment (or a key that stands for one) that may hold a waiver.

    `text` is without comment marks. `covers` is what it speaks about: the rest of its line, or the block,
    instruction or property that follows; `address` the resource it stands in or above, "" where there is none.
    """

    text: str
    span: Span
    covers: Span
    address: str = ""


class Ledger:
    """Notes what is being read, so that a judgement knows afterwards what it depends on."""

    __slots__ = ("_now",)

    def __init__(self) -> None:
        self._now: set[ReadKey] | None = None

    def note(self, item: str, attribute: str) -> None:
        """Note one read."""
        now = self._now
        if now is not None:
            now.add((item, attribute))

    def note_all(self, keys: Iterable[ReadKey]) -> None:
        """Note reads that were made earlier and whose result is being used again."""
        now = self._now
        if now is not None:
            now.update(keys)

    def begin(self) -> set[ReadKey] | None:
        """Start a fresh collection; returns what `end` has to be given."""
        before, self._now = self._now, set()
        return before

    def end(self, before: set[ReadKey] | None) -> Reads:
        """Stop collecting; returns what was read since `begin`, which also counts as read outside."""
        read, self._now = self._now, before
        if read is None:
            return set()
        if before is not None:
            before.update(read)
        return read

    def forget(self, before: set[ReadKey] | None) -> Reads:
        """Stop collecting like `end`, but what was read does not count outside: it is kept for later use."""
        read, self._now = self._now, before
        return read if read is not None else set()


class Edited(NamedTuple):
    """A document as it would be after some edits, and what differs from before."""

    document: Document
    changed: frozenset[ReadKey]


class Stretch(NamedTuple):
    """The text of one thing at the top of a file: a resource, a call, an output, a local value.

    `item` is as in `ReadKey`, `type` the resource's word for itself as it is written, "" for what is no resource.
    `within` stands before the address of what the text names: "" or the module or stack around it, with its mark.
    """

    item: str
    type: str
    text: str
    within: str = ""


class Likeness(NamedTuple):
    """What decides everything that is read of one item alone.

    Two items with the same text here, be they of two documents, give the same answers to the same questions. `covers`
    is what is decided by it besides, of other items.
    """

    text: str
    covers: frozenset[ReadKey] = frozenset()


NOTHING_ALIKE = Likeness("")


class Document(ABC):
    """One root module, template or Dockerfile."""

    path: str
    language: str
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    ledger: Ledger

    @property
    def unread(self) -> frozenset[str]:
        """Return the types of which a resource may stand in a part that cannot be read; "" stands for every type."""
        return frozenset()

    @abstractmethod
    def types(self) -> Sequence[str]:
        """Return the types of resources that occur, in order of first appearance."""

    @abstractmethod
    def resources(self, type: str) -> Sequence[Resource]:
        """Return the resources of one type in file order; notes ("type:" + type, "*")."""

    def resource(self, type: str, key: str) -> Resource | None:
        """Return one resource by its key, noting nothing; languages that need not make all the others override this."""
        before = self.ledger.begin()
        found = next((resource for resource in self.resources(type) if resource.key == key), None)
        self.ledger.forget(before)
        return found

    def type_of(self, item: str) -> str | None:
        """Return the type of the resource that an item is, "" for none; None where only all resources would tell."""
        del item
        return None

    @abstractmethod
    def values(self) -> Iterator[tuple[str, str, Value]]:
        """Yield (item, path, value) of each scalar that is written anywhere, in file order, noting each item."""

    def values_of(self, items: frozenset[str]) -> Iterator[tuple[str, str, Value]]:
        """Yield what `values` yields for some items only; languages that can do it faster do."""
        return (found for found in self.values() if found[0] in items)

    def stretches(self) -> Iterator[Stretch]:
        """Yield all that stands at the top of the files, in file order, as it is written; notes nothing."""
        return iter(())

    def stretch(self, item: str) -> Stretch | None:
        """Return one of them by its item, None where there is none; languages that can do it faster do."""
        return next((found for found in self.stretches() if found.item == item), None)

    def alike(self) -> Mapping[str, Likeness]:
        """Return the likeness of each item, `NOTHING_ALIKE` where there is no telling.

        Languages that can tell override this, and then name every item that has values.
        """
        return {}

    @abstractmethod
    def remarks(self) -> Sequence[Remark]:
        """Return the comments that may hold waivers (those with the word "gatepost" or another tool's marker)."""

    @abstractmethod
    def write(self, change: Change) -> Written:
        """Turn a change into edits in the file's own style; raises `CannotWrite`."""

    def came_and_went(
        self, before: Document, type: str, changed: Set[ReadKey]
    ) -> tuple[Sequence[Resource], Sequence[Resource]]:
        """Return the resources of a type that are only here, and those that are only in the document before an edit.

        `changed` is what the edit changed; languages that need not make all the others override this.
        """
        del changed
        old = {resource.key: resource for resource in before.resources(type)}
        new = {resource.key: resource for resource in self.resources(type)}
        return (
            [resource for key, resource in new.items() if key not in old],
            [resource for key, resource in old.items() if key not in new],
        )

    @abstractmethod
    def edited(self, edits: Sequence[Edit]) -> Edited:
        """Return the document after the edits, reading again only what they touch."""
