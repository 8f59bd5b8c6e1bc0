"""What one version of a document knows: directories, what was worked out and from what; never how it is worked out."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from gatepost.languages.terraform.conversions import NotComputed
from gatepost.languages.terraform.given import NOTHING, Inputs
from gatepost.languages.terraform.modules import Directory, File, Reader, read_directory
from gatepost.model.documents import Ledger, ReadKey, Reads
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.model.values import Origin, Value, unknown

if TYPE_CHECKING:
    from gatepost.languages.terraform.fetched import Fetched
    from gatepost.languages.terraform.scope import Scope

# In one version of a document: elements that are copied, and what loops work out. Large configurations may need more
# than small ones, the largest ones that were seen some 430,000 for 300 kB.
MOST_STEPS = 400_000
_STEPS_A_CHARACTER = 4
_MOST_EVER = 2_000_000
MOST_SCOPES = 2_000


class Entry(NamedTuple):
    """Something that was worked out, and what was read for it."""

    result: Any
    reads: Reads


Memo: TypeAlias = dict[ReadKey, Entry]


class Earlier(NamedTuple):
    """The memory of an earlier version of the document, and what is different since."""

    memo: Memo
    changed: frozenset[ReadKey]
    moved: frozenset[str]

    def find(self, key: ReadKey) -> Entry | None:
        """Return what was worked out earlier, where it is still right, places included."""
        entry = self.memo.get(key)
        if entry is None or key[1] == "(instances)" or key[0].startswith(("type:", "modules")):
            return None
        if not entry.reads.isdisjoint(self.changed) or bound(entry.result):
            return None
        moved = self.moved
        return None if any(item in moved for item, _ in entry.reads) else entry


def bound(result: Any) -> bool:
    """Whether a result holds something that is worked out only when asked, and so belongs to its own version."""
    if not isinstance(result, Value):
        return result is not None
    literal = result.literal
    if result.tree is not None and bound(result.tree):
        return True
    if type(literal) is tuple:
        return any(bound(inner) for inner in cast("tuple[Any, ...]", literal))
    if type(literal) is dict:
        return any(bound(inner) for inner in cast("dict[str, Any]", literal).values())
    return isinstance(literal, Mapping)


class State:
    """The memory of a document. One that was edited looks into the memory of the one before, where that still holds."""

    __slots__ = (
        "_running",
        "asked_workspace",
        "depth",
        "directories",
        "earlier",
        "fetched",
        "inputs",
        "ledger",
        "lists",
        "memo",
        "path",
        "reader",
        "scopes",
        "steps",
        "trouble",
        "var_files",
    )

    def __init__(self, path: str, reader: Reader, ledger: Ledger) -> None:
        self.path = path
        self.reader = reader
        self.ledger = ledger
        self.directories: dict[str, Directory] = {}
        self.var_files: list[File] = []
        self.inputs: Inputs = NOTHING
        self.scopes: dict[str, Scope | None] = {}
        self.memo: Memo = {}
        self.lists: list[ReadKey] = []  # those of `memo` that say what there is
        self.earlier: tuple[Earlier, ...] = ()
        self.trouble: dict[str, Problem] = {}
        self.asked_workspace = False
        self.fetched: Mapping[str, Fetched] | None = None
        self.depth = 0
        self.steps = 0
        self._running: set[ReadKey] = set()

    @property
    def left(self) -> int:
        """How much more work may be done."""
        return MOST_STEPS - self.steps if self.steps < MOST_STEPS else self._most() - self.steps

    def _most(self) -> int:
        read = sum(len(file.source.text) for one in self.directories.values() for file in one.files.values())
        return min(MOST_STEPS + _STEPS_A_CHARACTER * read, _MOST_EVER)

    def spend(self, steps: int) -> None:
        """Count work; raises NotComputed when a document asks for too much of it."""
        self.steps += steps
        if self.steps > MOST_STEPS and self.steps > self._most():
            raise NotComputed("so large a computation")

    def workspace(self) -> Value:
        """Return terraform.workspace; noted, so that a reader of the verdict learns which one was meant."""
        self.ledger.note("terraform", "workspace")
        self.asked_workspace = True
        told = self.inputs.workspace
        if told is not None:
            return Value(told, origins=(Origin("terraform.workspace", "shown_input", None),))
        return unknown(
            "terraform.workspace is chosen outside of these files: --workspace tells it", None, may_be_missing=False
        )

    def directory(self, path: str) -> Directory:
        """Return a module directory, read when it is first needed."""
        found = self.directories.get(path)
        if found is None:
            found = self.directories[path] = read_directory(path, self.reader)
        return found

    def inside(self, directory: str, relative: str) -> str | None:
        """Return a path from a directory in the form of the reader; None when it leads out of the tree."""
        joined = posixpath.normpath(posixpath.join(directory, relative))
        return None if joined.startswith(("..", "/")) else joined

    def recall(self, item: str, attribute: str, work: Callable[[], Any], circle: Callable[[], Any]) -> Any:
        """Return what `work` gives, worked out once; `circle` gives the answer to who asks while it is worked out."""
        key = (item, attribute)
        ledger = self.ledger
        entry = self.memo.get(key)
        if entry is None:
            entry = self._from_before(key)
        if entry is None:
            if key in self._running:
                return circle()
            self._running.add(key)
            outside = ledger.begin()
            try:
                ledger.note(item, attribute)
                result = work()
            finally:
                self._running.discard(key)
                reads = ledger.forget(outside) if attribute == "*" else ledger.end(outside)
            self._keep(key, Entry(result, reads))
            if attribute == "*":
                ledger.note(item, attribute)
            return result
        if attribute == "*":
            # What there is: an edit that changes what was read for it is told as a change of the list itself.
            ledger.note(item, attribute)
        else:
            ledger.note_all(entry.reads)
        return entry.result

    def _keep(self, key: ReadKey, entry: Entry) -> None:
        self.memo[key] = entry
        if key[1] == "*":
            self.lists.append(key)

    def _from_before(self, key: ReadKey) -> Entry | None:
        for earlier in self.earlier:
            entry = earlier.find(key)
            if entry is not None:
                self._keep(key, entry)
                return entry
        return None
