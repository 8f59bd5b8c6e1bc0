"""Lays what a plan says over what the source says: the plan's values at the source's places; never finds a resource.

Three values meet for every attribute: the planned one (plain data), the source's when the plan was matched with it
(`was`), and the source's now. Where the source has been edited since, it counts, because the plan knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from gatepost.languages.plans.pairing import pair_elements, same
from gatepost.model.records import NamedTuple
from gatepost.model.values import Origin, Reference, Unknown, Value

AS_PLANNED = " as the plan has it"
LATER = "known only after apply"


class Laid(NamedTuple):
    """The planned side of one value: plain data, and what is marked unknown and sensitive in it."""

    data: Any
    unknown: Any = None
    sensitive: Any = None

    def inner(self, key: Any) -> Laid:
        """Return a member or an element."""
        return Laid(_part(self.data, key), _part(self.unknown, key), _part(self.sensitive, key))


def _part(whole: Any, key: Any) -> Any:
    if whole is True:
        return True
    if isinstance(whole, dict):
        return cast("dict[Any, Any]", whole).get(key)
    if isinstance(whole, list) and isinstance(key, int):
        listed = cast("list[Any]", whole)
        return listed[key] if key < len(listed) else None
    return None


class Renaming(NamedTuple):
    """A module instance's prefix in the source's addresses, and in the plan's; equal for most.

    `output` tells which resource is meant by an output of a module that the source does not have.
    """

    source: str
    plan: str
    output: Callable[[Reference], Reference | None] | None = None

    def reference(self, reference: Reference | None) -> Reference | None:
        """Return a reference with the plan's address."""
        if reference is None:
            return None
        if self.source != self.plan and reference.address.startswith(self.source):
            reference = reference._replace(address=self.plan + reference.address[len(self.source) :])
        if self.output is not None and reference.address.startswith("module."):
            return self.output(reference) or reference
        return reference

    def value(self, value: Value, depth: int = 0) -> Value:
        """Return a value whose references have the plan's addresses."""
        if self.source == self.plan or depth > 50:
            return value
        literal: Any = value.literal
        if type(literal) is tuple:
            literal = tuple([self.value(one, depth + 1) for one in cast("tuple[Value, ...]", literal)])
        elif type(literal) is dict:
            items = cast("dict[str, Value]", literal).items()
            literal = {key: self.value(one, depth + 1) for key, one in items}
        return value._replace(literal=literal, refers_to=self.reference(value.refers_to))


def lay(planned: Laid, was: Value | None, now: Value | None, names: Renaming) -> Value | None:
    """Return the value of something that is (or was) written, None when it is missing."""
    if now is None or was is None:
        return names.value(now) if now is not None else None
    if planned.unknown is True:
        return _later(now, names) if now is was or same(was, now) else names.value(now)
    data = planned.data
    alone = _alone(planned, was, now)
    if alone is not None:
        inner = lay(*alone, names)
        return now._replace(literal=(inner,) if inner is not None else ()) if now.is_list else inner
    if isinstance(data, dict):
        return _map(planned, was, now, names)
    if isinstance(data, list):
        return _list(planned, was, now, names)
    if now is not was and not same(was, now):
        return names.value(now)
    return _scalar(planned, now, names)


def _alone(planned: Laid, was: Value, now: Value) -> tuple[Laid, Value, Value] | None:
    """Return what is to be laid where a list of one stands on one side, and what is in it on the other."""
    data: Any = planned.data
    if now.is_list and was.is_list and len(now.literal) == 1 == len(was.literal) and not isinstance(data, list):
        return None if data is None else (planned, was.literal[0], now.literal[0])
    plain = now.unknown is None and not (now.is_list or now.is_map or was.is_list or was.is_map)
    if isinstance(data, list) and plain and len(cast("list[Any]", data)) == 1:
        return planned.inner(0), was, now
    return None


def _map(planned: Laid, was: Value, now: Value, names: Renaming) -> Value:
    template_was, template = _template(was), _template(now)
    if template_was is None or template is None:
        if now is not was and not same(was, now):
            return names.value(now)
        return _standing(planned, now, names)
    content: dict[str, Value] = {}
    for key, inner in template.items():
        found = member(planned, key, template_was.get(key), inner, names)
        if found is not None:
            content[key] = found
    for key in planned.data:
        if key not in template and key not in template_was:
            found = unwritten(planned.inner(key))
            if found is not None:
                content[str(key)] = found
    return now._replace(
        literal=content, tree=None, refers_to=names.reference(now.refers_to), sensitive=_hidden(planned, now)
    )


def member(planned: Laid, key: str, was: Value | None, now: Value | None, names: Renaming) -> Value | None:
    """Return what is under a key of a map that is written."""
    if key not in planned.data and not _marked(planned.unknown, key):
        return names.value(now) if now is not None else None  # the plan does not know such a thing
    return lay(planned.inner(key), was, now, names)


def _marked(marks: Any, key: str) -> bool:
    return marks is True or (isinstance(marks, dict) and bool(cast("dict[str, Any]", marks).get(key)))


def _template(value: Value) -> Mapping[str, Value] | None:
    """Return the map that is written; of a block that is repeated for unknown elements, the block itself."""
    literal: Any = value.literal
    if type(literal) is Unknown and isinstance(value.tree, Value):
        literal = value.tree.literal
    return cast("Mapping[str, Value]", literal) if isinstance(literal, Mapping) else None


def _list(planned: Laid, was: Value, now: Value, names: Renaming) -> Value:
    data = cast("list[Any]", planned.data)
    if was.is_map and now.is_map and len(data) == 1 and isinstance(data[0], dict):
        return _map(planned.inner(0), was, now, names)
    if not was.is_list or not now.is_list:
        if now is not was and not same(was, now):
            return names.value(now)
        return _standing(planned, now, names)
    elements: list[Value] = []
    left = dict.fromkeys(range(len(data)))
    for pair in pair_elements(data, was.literal, now.literal):
        for number in pair.planned:
            left.pop(number, None)
            found = lay(planned.inner(number), pair.was, pair.now, names)
            if found is not None:
                elements.append(found)
        if pair.was is None and pair.now is not None:
            elements.append(names.value(pair.now))  # put in since
    if now is was or same(was, now):
        elements += [_standing(planned.inner(number), now, names) for number in left]
    return now._replace(literal=tuple(elements), open=False, gap="", sensitive=_hidden(planned, now))


def _scalar(planned: Laid, now: Value, names: Renaming) -> Value | None:
    """Return a scalar at its place; the way to where it is set is cut where that says something else."""
    data = planned.data
    if data is None and now.literal is None:
        return now
    hidden = _hidden(planned, now)
    if now.unknown is not None or equal_text(now.literal, data):
        tree = now.tree
        if isinstance(tree, Value):
            tree = _laid_tree(data, tree, names)
        refers = names.reference(now.refers_to)
        return now._replace(literal=data, refers_to=refers, sensitive=hidden, tree=tree)
    if isinstance(now.tree, Value):  # text that is encoded: how it is written differs, not what it says
        return now._replace(literal=data, tree=_laid_tree(data, now.tree, names), sensitive=hidden)
    return _cut(now)._replace(literal=data, refers_to=None, sensitive=hidden)


def _laid_tree(data: Any, tree: Value, names: Renaming) -> Value:
    """Return the value that a text encodes with what the planned text says, where that is JSON."""
    if not isinstance(data, str) or data[:1] not in ("{", "["):
        return names.value(tree)
    from gatepost.languages.plans.json_files import NotData, read_data

    try:
        content: Any = read_data(data.encode()) if data[0] == "{" else read_data(f'{{"":{data}}}'.encode())[""]
    except NotData:
        return names.value(tree)
    return lay(Laid(content), tree, tree, names) or tree


def _cut(now: Value) -> Value:
    """Return the value with an origin that says that its way does not lead to what the plan has."""
    if not now.origins:
        return now
    first = now.origins[0]
    return now._replace(origins=(Origin(first.what + AS_PLANNED, "shown_input", None),), tree=None)


def _later(now: Value, names: Renaming) -> Value:
    unknown = now.unknown
    shown = now.refers_to.expression if now.refers_to is not None else ""
    why = f"{shown or 'it'} is {LATER}"
    pieces = unknown.pieces if unknown is not None else ()
    return now._replace(literal=Unknown(why, False, pieces), refers_to=names.reference(now.refers_to))


def _hidden(planned: Laid, now: Value) -> bool:
    return now.sensitive or planned.sensitive is True


def _standing(planned: Laid, place: Value, names: Renaming) -> Value:
    """Return planned data that all stands at one place, whose own value is not known or another."""
    known = place.unknown is None
    at = _cut(place) if known else place
    refers = None if known else names.reference(place.refers_to)
    at = at._replace(refers_to=refers, tree=None, open=False, gap="", repeated=False)
    return plain_value(planned, at, 0)


def plain_value(planned: Laid, at: Value, depth: int) -> Value:
    """Return planned data as a value; every part of it has the place, the origins and the reference of `at`."""
    data: Any = planned.data
    sensitive = at.sensitive or planned.sensitive is True
    if planned.unknown is True:
        return at._replace(literal=Unknown(f"it is {LATER}", False), sensitive=sensitive)
    if isinstance(data, dict):
        keys = {str(key): key for key in cast("dict[Any, Any]", data)}
        marks = planned.unknown
        if isinstance(marks, dict):
            keys.update({str(key): key for key, mark in cast("dict[Any, Any]", marks).items() if mark is True})
        inner = {name: plain_value(planned.inner(key), at, depth + 1) for name, key in keys.items()}
        data = {name: one for name, one in inner.items() if not is_empty(one)}
    elif isinstance(data, list):
        listed = cast("list[Any]", data)
        data = tuple([plain_value(planned.inner(number), at, depth + 1) for number in range(len(listed))])
    return at._replace(literal=data, sensitive=sensitive)


def is_empty(value: Value) -> bool:
    """Whether a value says nothing: a schema puts null, "" and empty lists where nothing is written."""
    literal: Any = value.literal
    return literal is None or (isinstance(literal, str | tuple | Mapping) and len(cast("Any", literal)) == 0)


NOWHERE = Value(None)


def unwritten(planned: Laid) -> Value | None:
    """Return what counts of an attribute that nobody wrote: a plain value the provider gives it, else None.

    What the provider will choose is what the rules' defaults are about, and lists and texts of blocks that are not
    written (a policy, rules of a group) repeat what other resources in the plan say.
    """
    data: Any = planned.data
    if planned.unknown is True or data is None or data == "":
        return None
    if isinstance(data, bool | int | float):
        return plain_value(planned, NOWHERE, 0)
    if isinstance(data, str):
        return None if data[:1] in ("{", "[") else plain_value(planned, NOWHERE, 0)
    if isinstance(data, dict) and data:
        members: Sequence[Any] = list(cast("dict[str, Any]", data).values())
        if not any(isinstance(one, dict | list) for one in members):
            return plain_value(planned, NOWHERE, 0)
    return None


def equal_text(literal: Any, data: Any) -> bool:
    """Whether two scalars are the same as Terraform compares them: by text, so that 22 is "22"."""
    if isinstance(literal, tuple | Mapping):
        return False
    mine, theirs = scalar_text(literal), scalar_text(data)
    if mine == theirs or mine is None or theirs is None or mine.isascii():
        return mine == theirs
    from unicodedata import normalize  # Terraform writes text in this form

    return normalize("NFC", mine) == normalize("NFC", theirs)


def scalar_text(data: Any) -> str | None:
    """Return a scalar as text, None for null."""
    if data is None:
        return None
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, float) and data.is_integer():
        return str(int(data))
    return str(data)
