"""The routes of a policy: who is told of which findings, read and matched; never rendered, never sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gatepost.conditions import Attributes, Condition, Sort
from gatepost.gate.attributes import OF_DEADLINES, SCHEMA, About, Matter, Plain, not_known
from gatepost.gate.dates import days_since
from gatepost.gate.destinations import DESTINATIONS, read_destination
from gatepost.gate.facts import FindingFacts, environments
from gatepost.gate.lines import SETTINGS, read_condition
from gatepost.gate.policy import Policy
from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.decisions import ACTIONS, Action, Assessment, Decision, Due, PolicyLine
from gatepost.model.findings import Severity
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple
from gatepost.model.routing import Routed

# What a route can ask beside what lines can: what was decided in the end.
OF_ROUTES: Mapping[str, tuple[Sort, str]] = {
    "action": (Sort("text"), "what is decided in the end: block, warn or allow"),
    "waived": (Sort("truth"), "whether a waiver applies; a route that does not ask is not about what is waived"),
}


class _Schema(Attributes):
    """What lines can ask, and these."""

    __slots__ = ()

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of an attribute, None when there is no such attribute."""
        return OF_ROUTES[attribute][0] if attribute in OF_ROUTES else SCHEMA.sort(attribute)


ROUTE_SCHEMA = _Schema({**SCHEMA.sorts, **{name: sort for name, (sort, _) in OF_ROUTES.items()}})
# Findings alone are routed.
NOT_ROUTED = ("undecided", "problem", "problem_kind")
MOST_ROUTES = 200
_MOST_KNOWN = 100_000  # answers that are kept


class Route(NamedTuple):
    """Who is told of which findings; `destinations` are keys and values by service: see `gate.destinations`."""

    name: str
    condition: Condition
    destinations: Mapping[str, Mapping[str, Any]]
    location: Location

    @property
    def attributes(self) -> tuple[str, ...]:
        """The facts that the condition asks for."""
        return tuple(sorted({*self.condition.attributes, *self.condition.placeholders} - set(SETTINGS)))


def read_routes(page: Page, node: Node) -> list[Route]:
    """Return the entries of `routes`, verified; raises UsageError."""
    nodes = page.listed(node, "`routes`")
    if len(nodes) > MOST_ROUTES:
        page.fault(nodes[MOST_ROUTES], f"there are more than {MOST_ROUTES} routes")
    routes = [_route(page, one) for one in nodes]
    seen: set[str] = set()
    for one, route in zip(nodes, routes, strict=True):
        if route.name in seen:
            page.fault(one.get("name") or one, f'there are two routes with the name "{route.name}"')
        seen.add(route.name)
    return routes


def _route(page: Page, node: Node) -> Route:
    fields = page.fields(node, ("name", "when", *DESTINATIONS), "a route")
    name = page.text(page.required(fields, "name", node, "this route"), "the name of a route")
    when = page.required(fields, "when", node, f'the route "{name}"')
    condition = read_condition(page, when, "`when`", ROUTE_SCHEMA)
    for attribute, key, test in _asked(when):
        if attribute in NOT_ROUTED:
            page.fault(key, f"`{attribute}` cannot take effect here: findings alone are routed")
        if attribute == "action":
            _require_actions(page, test)
    told = {
        service: read_destination(page, service, fields[service][1]) for service in DESTINATIONS if service in fields
    }
    if not told:
        page.fault(node, f'the route "{name}" tells nobody', f"one of: {', '.join(DESTINATIONS)}")
    return Route(name, condition, told, page.location(node))


def _asked(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """Yield (attribute, its key, its test) of a condition, however deep; it is known to compile."""
    for name, key, value in node.items():
        if name == "not":
            yield from _asked(value)
        elif name in ("any", "all") and value.kind == "list":
            for one in value.elements():
                yield from _asked(one)
        else:
            yield name, key, value


def _require_actions(page: Page, test: Node) -> None:
    if test.kind == "text":
        page.one_of(test, ACTIONS, "`action`")
    for operator, _, operand in test.items():
        if operator == "in":
            for one in operand.elements():
                page.one_of(one, ACTIONS, "`action`")
        elif operator == "not":
            _require_actions(page, operand)


class _DecidedFacts:
    """The facts of a finding together with what was decided about it."""

    __slots__ = ("_action", "_deadline", "_matter", "_today", "_waived")

    def __init__(self, matter: Matter, action: Action, waived: bool, due: Due | None, today: str) -> None:
        self._matter = matter
        self._action = action
        self._waived = waived
        self._deadline = due
        self._today = today

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        if name == "action":
            return self._action
        if name == "waived":
            return self._waived
        due = self._deadline
        if due is None or name not in OF_DEADLINES:
            return self._matter.fact(name)
        if due.overdue is None or not due.date:
            return not_known(name)
        return due.overdue if name == "overdue" else days_since(self._today, due.date)


class Routes:
    """The routes of one policy as they are asked on one day (an ISO date); the same facts are asked once."""

    def __init__(self, policy: Policy, today: str) -> None:
        self.policy = policy
        self._today = today
        names = sorted({name for route in policy.routes for name in route.attributes} - {"environment"})
        self._attributes = tuple(names)
        self._asked = [_Asked.of(number, route, names) for number, route in enumerate(policy.routes)]
        self._known: dict[tuple[Any, ...], bool] = {}

    def matching(self, assessment: Assessment, decision: Decision) -> Iterator[int]:
        """Yield the numbers of the routes that a finding takes, in the order of the policy.

        `assessment` is in the contexts of this policy, whose severities count too; `decision` is the final one.
        """
        choice = self.policy.rules.get(assessment.finding.rule)
        severity: Severity = (choice.severity if choice else None) or assessment.finding.severity
        facts = FindingFacts(assessment, severity, self._today)
        waived = decision.waiver is not None
        matter = _DecidedFacts(facts, decision.action, waived, decision.due, self._today)
        return self._matching(matter, environments(assessment.context), waived)

    def of_case(self, matter: Matter, names: Sequence[str], action: Action) -> tuple[str, ...]:
        """Return the names of the routes that a case of the policy takes; `names` are its environments."""
        decided = _DecidedFacts(matter, action, False, None, self._today)
        return tuple(self.policy.routes[number].name for number in self._matching(decided, names, False))

    def _matching(self, matter: _DecidedFacts, reached: Sequence[str], waived: bool) -> Iterator[int]:
        facts = tuple(matter.fact(name) for name in self._attributes)
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        for one in self._asked:
            if waived and not one.of_waived:
                continue
            own = tuple(facts[position] for position in one.positions)
            for name in reached if one.of_environments else ("",):
                key = (one.number, name, own)
                holds = self._known.get(key)
                if holds is None:
                    about = About(matter, name)
                    holds = one.condition.judge(about, {"today": self._today}).truth is True
                    self._known[key] = holds
                if holds:
                    yield one.number
                    break


class _Asked(NamedTuple):
    """A route with the positions of the facts that it asks for, among those that any route asks for."""

    number: int
    condition: Condition
    positions: tuple[int, ...]
    of_environments: bool
    of_waived: bool

    @classmethod
    def of(cls, number: int, route: Route, names: Sequence[str]) -> _Asked:
        asked = route.attributes
        positions = tuple(names.index(name) for name in asked if name != "environment")
        return cls(number, route.condition, positions, "environment" in asked, "waived" in asked)


def routed(
    sides: Sequence[tuple[Policy, Sequence[Assessment]]], decisions: Sequence[Decision], today: str
) -> tuple[tuple[Decision, ...], tuple[Routed, ...]]:
    """Return the decisions with the names of the routes that each takes, and the routes with what each gets.

    `sides` are policies with all findings in their contexts, in the order of `decisions`. What a policy switches off,
    excludes, or allows because another tool is told to ignore it takes no route; what is waived only where one asks.
    """
    lines: dict[tuple[str, Location | None], str] = {}
    for policy, _ in sides:
        lines.update({(line.name, line.location): line.decide for line in policy.lines})
    counts = [not _set_aside(decision, lines) for decision in decisions]
    names: list[list[str]] = [[] for _ in decisions]
    found: list[Routed] = []
    for policy, assessments in sides:
        routes = Routes(policy, today)
        taken: list[list[int]] = [[] for _ in policy.routes]
        for index, (assessment, decision) in enumerate(zip(assessments, decisions, strict=True)):
            if counts[index] and not _switched_off(policy, decision):
                for number in routes.matching(assessment, decision):
                    taken[number].append(index)
                    names[index].append(policy.routes[number].name)
        for route, indices in zip(policy.routes, taken, strict=True):
            some = [assessments[index].finding for index in indices]
            groups = tuple(dict.fromkeys(finding.cause for finding in some if finding.cause))
            fingerprints = tuple(finding.fingerprint for finding in some)
            found.append(Routed(route.name, policy.name, route.location, route.destinations, fingerprints, groups))
    told = tuple(
        decision._replace(routes=tuple(dict.fromkeys(some))) if some else decision
        for decision, some in zip(decisions, names, strict=True)
    )
    return told, tuple(found)


def _set_aside(decision: Decision, lines: Mapping[tuple[str, Location | None], str]) -> bool:
    """Whether it was allowed though the line that speaks of it would not: another tool's word is honoured."""
    because: PolicyLine | None = decision.because
    if decision.action != "allow" or decision.waiver is not None or decision.due is not None or because is None:
        return False
    return lines.get((because.name, because.location), "allow") != "allow"


def _switched_off(policy: Policy, decision: Decision) -> bool:
    from gatepost.sources.path_globs import matches_any

    finding = decision.assessment.finding
    return not policy.wants(finding.rule, finding.audience) or matches_any(finding.location.path, policy.exclude)
