"""The lines of a policy: names, conditions and what they decide; never what is decided in the end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from gatepost.conditions import Attributes, Condition, ConditionError, compile_condition
from gatepost.gate.attributes import EXPLOITATION, SCHEMA, is_list
from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.decisions import ACTIONS, Action
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple

# What combines a list of conditions.
LISTED = ("any", "all")
LINE_KEYS = ("name", "when", "decide")
# Tests that are about a list as a whole; any other is about one of its members.
_OF_LISTS = frozenset(("includes", "some", "every", "count", "exists", "known", "covers", "within"))
SETTINGS = ("today",)
# What `when: {}` stands for: every finding has a rule.
_EVERY: Mapping[str, Any] = {"rule": {"exists": True}}


class GateLine(NamedTuple):
    """One line: where its condition holds, it decides. `attributes` are the facts that it asks for.

    `policy` names the policy it stands in, as people read it. Of the facts about exploitation, `needs` are those that
    it cannot do without, and `does_without` those that it tests with `known`.
    """

    name: str
    condition: Condition
    decide: Action
    location: Location
    attributes: frozenset[str]
    policy: str
    needs: frozenset[str] = frozenset()
    does_without: frozenset[str] = frozenset()


def read_line(page: Page, node: Node, policy: str) -> GateLine:
    """Return one entry of `gate`; raises UsageError."""
    fields = page.fields(node, LINE_KEYS, "a line of `gate`")
    name = page.text(page.required(fields, "name", node, "this line"), "the name of a line")
    when = page.required(fields, "when", node, f'the line "{name}"')
    condition = read_condition(page, when, "`when`")
    decide = page.one_of(page.required(fields, "decide", node, f'the line "{name}"'), ACTIONS, "`decide`")
    asked = list(_exploitation(when))
    return GateLine(
        name,
        condition,
        decide,
        page.location(node),
        asked_by(condition),
        policy,
        frozenset(attribute for attribute, tested in asked if not tested),
        frozenset(attribute for attribute, tested in asked if tested),
    )


def asked_by(condition: Condition) -> frozenset[str]:
    """Return the facts that a condition asks for."""
    return frozenset((*condition.attributes, *condition.placeholders)) - set(SETTINGS)


def _exploitation(node: Node) -> Iterator[tuple[str, bool]]:
    """Yield each attribute about exploitation in a condition, with whether it is tested for being known."""
    for name, _, value in node.items():
        if name in EXPLOITATION:
            yield name, value.get("known") is not None
        elif name == "not":
            yield from _exploitation(value)
        elif name in LISTED:
            for one in value.elements():
                yield from _exploitation(one)


def read_condition(page: Page, node: Node, what: str, schema: Attributes = SCHEMA) -> Condition:
    """Return a condition over the attributes of findings; raises UsageError at the fault."""
    if node.kind != "map":
        page.fault(node, f"{what} has to be a mapping of attributes to tests", "write {} for every finding")
    try:
        return compile_condition(_prepared(node.plain()) or _EVERY, schema, SETTINGS, known=True)
    except ConditionError as fault:
        page.condition_fault(node, fault, what)


def _prepared(plain: Any) -> Any:
    """Return a condition in which a test on a list is one on its members, and an unknown severity a test for it."""
    if not isinstance(plain, Mapping):
        return plain
    ready: dict[str, Any] = {}
    for name, test in cast("Mapping[str, Any]", plain).items():
        if name in LISTED and isinstance(test, list):
            ready[name] = [_prepared(one) for one in cast("list[Any]", test)]
        elif name == "not":
            ready[name] = _prepared(test)
        elif is_list(name):
            ready[name] = _of_members(test)
        elif name == "severity" and test == "unknown":
            ready[name] = {"known": False}
        else:
            ready[name] = test
    return ready


def _of_members(test: Any) -> Any:
    if not isinstance(test, Mapping):
        return {"some": test}
    operators = cast("Mapping[str, Any]", test)
    if set(operators) == {"not"}:
        return {"not": _of_members(operators["not"])}
    return operators if _OF_LISTS & set(operators) else {"some": dict(operators)}


def named_environments(node: Node) -> Iterator[Node]:
    """Yield the nodes in a condition that name an environment."""
    for name, _, value in node.items():
        if name == "environment":
            yield from _names(value)
        elif name == "not":
            yield from named_environments(value)
        elif name in LISTED:
            for one in value.elements():
                yield from named_environments(one)


def _names(test: Node) -> Iterator[Node]:
    if test.kind == "text":
        yield test
    for operator, _, operand in test.items():
        if operator == "in":
            yield from (one for one in operand.elements() if one.kind == "text")
        elif operator == "not":
            yield from _names(operand)


def words_of(node: Node) -> Collection[str]:
    """Return the environments that a condition names."""
    return [name.value for name in named_environments(node)]
