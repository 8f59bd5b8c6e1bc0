"""Which instances of a resource or module call there are, by count and for_each; never their attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import Fails, derived_origins, number_of_scalar, pairs, text_of_scalar
from gatepost.languages.terraform.evaluate import evaluate
from gatepost.languages.terraform.steps import Several, follow
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex
from gatepost.model.values import Unknown, Value, gap_of, unknown

if TYPE_CHECKING:
    from gatepost.languages.terraform.modules import Item
    from gatepost.languages.terraform.scope import Scope

MOST_INSTANCES = 10_000


class Every(str):
    """The key of the one instance that stands for more than are told apart."""

    __slots__ = ()


EVERY = Every("*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "$": "$$", "%": "%%"}
_ESCAPED = regex(r'[\\"\n\r\t]|[$%](?=\{)')
Key: TypeAlias = "str | int | None"


class Instances(NamedTuple):
    """The instances of one block.

    `kind` is "", "count" or "for_each". `members` are those to judge: each key (None: written without one, because
    there is no count, because how many there are is not known, or because all are equal in what is written) with the
    names that its expressions may use. `keys` are the keys of all instances where they are known. `open`: how many
    there are is not known, the one member stands for none, one or many; `exactly_one` is the opposite.
    """

    kind: str
    members: tuple[tuple[Key, Mapping[str, Value]], ...]
    open: bool = False
    exactly_one: bool = True
    why: str = ""
    keys: tuple[str | int, ...] = ()


ONE = Instances("", ((None, {}),))


def instance_text(key: Key) -> str:
    """Return how a key is written behind an address."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    if key is EVERY:
        return "[*]"
    escaped = key if key.isalnum() else _ESCAPED.sub(lambda found: _ESCAPES[found[0]], key)
    return f'["{escaped}"]'


def instances_of(item: Item, scope: Scope) -> Instances:
    """Return the instances that a block's count or for_each makes."""
    attributes = item.attributes
    each, count = attributes.get("for_each"), attributes.get("count")
    kind = "count" if each is None else "for_each"
    try:
        if each is not None:
            found = _by_each(item, evaluate(each.value, scope.frame(item.home("for_each"))))
        elif count is not None:
            found = _by_count(item, evaluate(count.value, scope.frame(item.home("count"))))
        else:
            return ONE
    except Fails as failure:
        return _one_for_all(kind, str(failure))
    if found.members and found.members[0][0] is EVERY:
        _tell(item, scope, kind)
    return found


def _tell(item: Item, scope: Scope, kind: str) -> None:
    home = item.home(kind)
    span = scope.directory.span(home, home.attributes[kind])
    what = f"{scope.address(item)} has more than {MOST_INSTANCES} instances, which are judged as one"
    hint = f"What {'count.index' if kind == 'count' else 'each.key and each.value'} decides is not known in it"
    scope.state.trouble.setdefault(f"{scope.directory.path}:{item.key}:{kind}", Problem(span.location, what, hint))


def _one_for_all(kind: str, why: str, key: Key = None) -> Instances:
    present = Value(Unknown(why, False))
    if kind == "count":
        names = {"count": Value({"index": present})}
    else:
        names = {"each": Value({"key": present, "value": Value(Unknown(why))})}
    return Instances(kind, ((key, names),), True, False, why)


def _by_count(item: Item, count: Value) -> Instances:
    if count.unknown is not None:
        return _one_for_all("count", count.unknown.why)
    number = number_of_scalar(count.literal)
    if number <= 0:
        return Instances("count", (), exactly_one=False)
    if number > MOST_INSTANCES:
        return _one_for_all("count", "count.index is different for each instance", EVERY)
    keys = tuple(range(int(number)))
    if number == 1 or used(item, "count"):
        members = tuple((index, {"count": Value({"index": Value(index)})}) for index in keys)
        return Instances("count", members, exactly_one=number == 1, keys=keys)
    return Instances("count", ((None, {}),), exactly_one=False, keys=keys)


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
            "for_each", collection.gap or "the elements of for_each are only known in part"
        )  # fmt: skip
    is_set = type(literal) is tuple
    if is_set and any(element.unknown is not None for _, element in found):
        return _one_for_all("for_each", next(e.unknown.why for _, e in found if e.unknown is not None))
    if collection.sensitive or any((element if is_set else key).sensitive for key, element in found):
        # Keys stand in addresses, which are printed.
        return _one_for_all("for_each", "for_each has keys that are not printed")
    if len(found) > MOST_INSTANCES:
        return _one_for_all("for_each", "each.value is different for each instance", EVERY)
    named = {_key_text(element if is_set else key): (element if is_set else key, element) for key, element in found}
    keys = () if collection.open else tuple(named)
    if len(named) == 1 or used(item, "each"):
        members = tuple((text, {"each": _each(key, element, collection)}) for text, (key, element) in named.items())
        return Instances("for_each", members, collection.open, len(keys) == 1, gap_of(collection), keys)
    return Instances("for_each", ((None, {}),), collection.open, False, gap_of(collection), keys)


def _key_text(key: Value) -> str:
    return text_of_scalar(key.literal)


def _each(key: Value, element: Value, collection: Value) -> Value:
    if key.span is None and not key.origins:
        key = key._replace(span=collection.span, origins=derived_origins([collection]), notation="")
    return Value({"key": follow(key, "each.key", "code"), "value": follow(element, "each.value", "code")})


def used(item: Item, name: str) -> bool:
    """Whether an item, or what overrides it, uses `name` ("each", "count") beside the meta-arguments."""
    return any(uses(one.body, name) for one in (item, *item.over))


def uses(body: nodes.Body, name: str, inner: bool = False) -> bool:
    """Whether an expression of the body uses `name` ("each", "count") beside the meta-arguments.

    `inner`: the body is that of a nested block, where for_each repeats a block by what is in `name`, too.
    """
    for item in body.items:
        if isinstance(item, nodes.Block):
            if uses(item.body, name, True):
                return True
        elif (inner or item.name not in ("count", "for_each")) and any(root == name for root in _roots(item.value)):
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
