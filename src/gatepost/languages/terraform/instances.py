"""Which instances of a resource or module call there are, by count and for_each; never their attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import Fails, number_of_scalar, pairs
from gatepost.languages.terraform.evaluate import evaluate
from gatepost.languages.terraform.steps import Several, follow
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value, unknown

if TYPE_CHECKING:
    from gatepost.languages.terraform.modules import Item
    from gatepost.languages.terraform.scope import Scope

MOST_INSTANCES = 64


class Instances(NamedTuple):
    """The instances of one block.

    `kind` is "", "count" or "for_each". `members` pairs each key (None: written without one, because there is no
    count or because all are equal in what is written) with the names that its expressions may use. `open`: how many
    there are is not known, the one member stands for none, one or many; `exactly_one` is the opposite.
    """

    kind: str
    members: tuple[tuple[str | int | None, Mapping[str, Value]], ...]
    open: bool = False
    exactly_one: bool = True
    why: str = ""


ONE = Instances("", ((None, {}),))


def instance_text(key: str | int | None) -> str:
    """Return how a key is written behind an address."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{escaped}"]'


def instances_of(item: Item, scope: Scope) -> Instances:
    """Return the instances that a block's count or for_each makes."""
    attributes = item.attributes
    each, count = attributes.get("for_each"), attributes.get("count")
    try:
        if each is not None:
            return _by_each(item, evaluate(each.value, scope.frame(item.home("for_each"))))
        if count is not None:
            return _by_count(item, evaluate(count.value, scope.frame(item.home("count"))))
    except Fails as failure:
        kind = "count" if each is None else "for_each"
        return _one_for_all(kind, str(failure))
    return ONE


def _one_for_all(kind: str, why: str) -> Instances:
    present = Value(Unknown(why, False))
    if kind == "count":
        names = {"count": Value({"index": present})}
    else:
        names = {"each": Value({"key": present, "value": Value(Unknown(why))})}
    return Instances(kind, ((None, names),), True, False, why)


def _by_count(item: Item, count: Value) -> Instances:
    if count.unknown is not None:
        return _one_for_all("count", count.unknown.why)
    number = number_of_scalar(count.literal)
    if number <= 0:
        return Instances("count", (), exactly_one=False)
    if number == 1:
        return Instances("count", ((None, {"count": Value({"index": Value(0)})}),))
    if number <= MOST_INSTANCES and used(item, "count"):
        members = tuple((index, {"count": Value({"index": Value(index)})}) for index in range(int(number)))
        return Instances("count", members, exactly_one=False)
    index = unknown("count.index is different for each instance", may_be_missing=False)
    return Instances("count", ((None, {"count": Value({"index": index})}),), exactly_one=False)


def _by_each(item: Item, collection: Value) -> Instances:
    if collection.unknown is not None:
        return _one_for_all("for_each", collection.unknown.why)
    literal = collection.literal
    if isinstance(literal, Several):
        one = Instances("for_each", (), literal.exactly_one is False, literal.exactly_one)
        key = unknown("each.key is only known when Terraform runs", may_be_missing=False)
        return one._replace(members=((None, {"each": Value({"key": key, "value": literal.one})}),))
    found = pairs(collection)
    if not found:
        return Instances("for_each", (), exactly_one=False) if not collection.open else _one_for_all(
            "for_each", "the elements of for_each are only known in part"
        )  # fmt: skip
    is_set = type(literal) is tuple
    if is_set and any(element.unknown is not None for _, element in found):
        return _one_for_all("for_each", next(e.unknown.why for _, e in found if e.unknown is not None))
    if len(found) <= MOST_INSTANCES and (used(item, "each") or len(found) == 1):
        members = tuple(
            (str(element.literal if is_set else key.literal), {"each": _each(element if is_set else key, element)})
            for key, element in found
        )
        return Instances("for_each", members, collection.open, False)
    return _one_for_all("for_each", "each.value is different for each instance")._replace(open=collection.open)


def _each(key: Value, element: Value) -> Value:
    return Value({"key": follow(key, "each.key", "code"), "value": follow(element, "each.value", "code")})


def used(item: Item, name: str) -> bool:
    """Whether an item, or what overrides it, uses `name` ("each", "count") beside the meta-arguments."""
    return any(uses(one.body, name) for one in (item, *item.over))


def uses(body: nodes.Body, name: str) -> bool:
    """Whether an expression of the body uses `name` ("each", "count") beside the meta-arguments."""
    for item in body.items:
        if isinstance(item, nodes.Block):
            if uses(item.body, name):
                return True
        elif item.name not in ("count", "for_each") and any(root == name for root in _roots(item.value)):
            return True
    return False


def _roots(node: Any) -> Iterator[str]:
    """The first names of all references below a node; goes through the nodes without recursion."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, nodes.Reference):
            yield here.root
            continue
        if isinstance(here, (list, tuple)):
            waiting.extend(here)  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(here, nodes.Node):
            for slot in here.__class__.__slots__:
                if not slot.startswith("_"):
                    inner = getattr(here, slot, None)
                    if isinstance(inner, (nodes.Node, list, tuple)):
                        waiting.append(inner)
