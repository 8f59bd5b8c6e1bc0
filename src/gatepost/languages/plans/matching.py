"""Which block of the source each planned resource is an instance of; never reads a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gatepost.languages.plans.addresses import Address, parse_address
from gatepost.languages.plans.plan import MOST_INSTANCES, Plan, PlannedResource
from gatepost.model.documents import Document, Resource
from gatepost.model.records import NamedTuple

# Instances of one block that are looked at for one that is not among them by its keys.
MOST_COMPARED = 200


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
        for planned in judged_of(plan):
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


def judged_of(plan: Plan) -> Iterator[PlannedResource]:
    """Yield the planned resources, of each block not more than are judged."""
    if len(plan.resources) <= MOST_INSTANCES:
        yield from plan.resources
        return
    counts: dict[str, int] = {}
    for planned in plan.resources:
        address = parse_address(planned.address)
        base = address.base if address is not None else planned.address
        counts[base] = counts.get(base, 0) + 1
        if counts[base] <= MOST_INSTANCES:
            yield planned


class Blocks:
    """Resources of the source by their addresses, to find the one that an instance comes from."""

    __slots__ = ("_by_base", "_exact")

    def __init__(self, written: Iterable[Resource]) -> None:
        self._by_base: dict[str, list[tuple[Address, Resource]]] = {}
        self._exact: dict[Address, Resource] = {}
        for resource in written:
            address = parse_address(resource.address)
            if address is not None:
                self._exact.setdefault(address, resource)
                self._by_base.setdefault(address.base, []).append((address, resource))

    def find(self, text: str) -> Resource | None:
        """Return the instance with the same keys, else one that stands for it, else any instance of its block."""
        address = parse_address(text)
        if address is None:
            return None
        exact = self._exact.get(address)
        if exact is not None:
            return exact
        best: tuple[int, Resource] | None = None
        for written, resource in self._by_base.get(address.base, ())[:MOST_COMPARED]:
            score = 1 + sum(key is not None for key in written.keys) if written.covers(address) else 0
            if best is None or score > best[0]:
                best = (score, resource)
        return best[1] if best is not None else None


def _matched(planned: Sequence[PlannedResource], written: Sequence[Resource]) -> list[Match]:
    blocks = Blocks(written)
    matches: list[Match] = []
    first: dict[str, str] = {}  # which instance goes by the key of the source's resource
    for one in planned:
        source = blocks.find(one.address)
        if source is not None:
            first.setdefault(source.key, one.address)
            if source.address == one.address:
                first[source.key] = one.address
        matches.append(Match(one, source, ""))
    return [match._replace(key=_key(match, first)) for match in matches]


def _key(match: Match, first: Mapping[str, str]) -> str:
    source = match.source
    if source is not None and first[source.key] == match.planned.address:
        return source.key
    module, address = match.planned.module, match.planned.address
    inside = address[len(module) + 1 :] if module else address
    kind = "" if match.planned.type.startswith("data.") else "resource."
    return f"{module}.{kind}{inside}" if module else kind + inside
