"""What the command `owners` tells: whose files and resources are, and what is wrong with the sources; never why."""

from __future__ import annotations

from typing import Literal, TypeAlias

from gatepost.model.decisions import Claim
from gatepost.model.policy import Owning
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple

# nobody: no source names an owner. gone: the catalogue has no such group or user. line: a line of CODEOWNERS that the
# host passes over, that matches nothing or that later lines take over. contact: a resource without a contact tag.
FaultKind: TypeAlias = Literal["nobody", "gone", "line", "contact"]


class OwnedThing(NamedTuple):
    """A file (`resource` is "") or a resource, with what each source says of it.

    `answers` are (source, claims) in the order in which they count, guesses last. `members` are (group, its members) as
    far as the catalogue knows.
    """

    path: str
    resource: str
    line: int
    owning: Owning
    answers: tuple[tuple[str, tuple[Claim, ...]], ...] = ()
    members: tuple[tuple[str, tuple[str, ...]], ...] = ()


class OwnerFault(NamedTuple):
    """Something that `owners --check` finds: where (1-based, 0 for no line), and what, as a sentence."""

    kind: FaultKind
    path: str
    line: int
    what: str


class OwnersListing(NamedTuple):
    """All that the command tells. `sources` are those that are there; `faults` is None where nobody asked for them."""

    things: tuple[OwnedThing, ...]
    sources: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    faults: tuple[OwnerFault, ...] | None = None
    notes: tuple[str, ...] = ()
