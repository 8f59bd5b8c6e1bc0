"""Which block of the source each planned resource is an instance of; never reads a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatepost.languages.plans.addresses import Address, parse_address
from gatepost.languages.plans.plan import Plan, PlannedResource
from gatepost.model.documents import Document, Resource
from gatepost.model.records import NamedTuple


class Match(NamedTuple):
    """A planned resource and the source's resource that it is an instance of, None where its block is not there.

    `key` is what the planned resource is known by among all others, like `Resource.key`.
    """

    planned: PlannedResource
    source: Resource | None
    key: str


class Matching:
    """The matches of a plan with the source, worked out type by type, once."""

    __slots__ = ("_by_type", "_document", "_kept", "plan")

    def __init__(self, plan: Plan, document: Document) -> None:
        self.plan = plan
        self._document = document
        self._by_type: dict[str, list[PlannedResource]] = {}
        self._kept: dict[str, tuple[Match, ...]] = {}
        for planned in plan.resources:
            self._by_type.setdefault(planned.type, []).append(planned)

    def types(self) -> Iterable[str]:
        """Return the types of all planned resources, in the order of the plan."""
        return self._by_type

    def of_type(self, type: str) -> tuple[Match, ...]:
        """Return the matches of the planned resources of a type, in the order of the plan."""
        kept = self._kept.get(type)
        if kept is None:
            before = self._document.ledger.begin()
            written = self._document.resources(type)
            self._document.ledger.forget(before)
            kept = self._kept[type] = tuple(_matched(self._by_type.get(type, ()), written))
        return kept

    def knows(self, resource: Resource) -> bool:
        """Whether the plan's configuration has the block of a resource of the source."""
        address = parse_address(resource.address)
        if address is None:
            return False
        names = address.base.split(".")
        module = self.plan.root
        while len(names) > 2 and names[0] == "module":
            call = module.calls.get(names[1])
            if call is None:
                return False
            module, names = call.module, names[2:]
        return ".".join(names) in module.resources


def _matched(planned: Sequence[PlannedResource], written: Sequence[Resource]) -> list[Match]:
    by_base: dict[str, list[tuple[Address, Resource]]] = {}
    for resource in written:
        address = parse_address(resource.address)
        if address is not None:
            by_base.setdefault(address.base, []).append((address, resource))
    matches: list[Match] = []
    taken: dict[str, int] = {}
    for one in planned:
        address = parse_address(one.address)
        source = _best(address, by_base.get(address.base, ())) if address is not None else None
        if source is not None:
            taken[source.key] = taken.get(source.key, 0) + 1
        matches.append(Match(one, source, ""))
    return [match._replace(key=_key(match, taken)) for match in matches]


def _best(address: Address, candidates: Sequence[tuple[Address, Resource]]) -> Resource | None:
    """Return the instance with the same keys, else one that stands for it, else any instance of its block."""
    best: tuple[int, Resource] | None = None
    for written, resource in candidates:
        fits = written.covers(address)
        score = 1 + sum(key is not None for key in written.keys) if fits else 0
        if best is None or score > best[0]:
            best = (score, resource)
    return best[1] if best is not None else None


def _key(match: Match, taken: dict[str, int]) -> str:
    source = match.source
    if source is not None and (taken[source.key] == 1 or source.address == match.planned.address):
        return source.key
    module, address = match.planned.module, match.planned.address
    inside = address[len(module) + 1 :] if module else address
    kind = "" if match.planned.type.startswith("data.") else "resource."
    return f"{module}.{kind}{inside}" if module else kind + inside
