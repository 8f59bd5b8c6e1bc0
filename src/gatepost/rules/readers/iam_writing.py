"""IAM statements written back, in the form of the document they stand in; never read from it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatepost.model.changes import JsonText, Plain, Step
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Value
from gatepost.rules.readers import Written
from gatepost.rules.readers.iam_parts import HCL_NAMES, JSON_KEYS


class Statement(dict[str, Value]):
    """What a statement says, with the raw statement and document that it was read from."""

    __slots__ = ("document", "raw")

    def __init__(self, said: Mapping[str, Value], raw: Value, document: Value) -> None:
        super().__init__(said)
        self.raw = raw
        self.document = document


def is_json_style(written: Value) -> bool:
    """Whether a document or statement has the keys of JSON; else it is a block of a policy document data source."""
    if not written.is_map:
        return True
    keys = cast("Mapping[str, Any]", written.literal)
    blocks = written.span is not None and written.notation == "hcl" and not written.span.text.lstrip().startswith("{")
    if any(key in keys for key in ("statement", "effect", "actions", "not_actions", "principals", "condition")):
        return False
    return not blocks


def write(element: Value, attribute: str, new: Plain) -> Written:
    """Return the raw statement, the steps to the attribute, and the value in the form of the document."""
    if not isinstance(element.literal, Statement):
        raise CannotWrite("the statement does not stand in a policy document that can be written")
    raw = element.literal.raw
    _writable(raw)
    if attribute not in _FORMS:
        raise CannotWrite(f"{attribute} of a statement cannot be written")
    json = is_json_style(raw)
    names = JSON_KEYS if json else HCL_NAMES
    opposite = names.get("not_" + attribute)
    if opposite is not None and opposite in cast("Mapping[str, Any]", raw.literal):
        raise CannotWrite(f"the statement says what it leaves out ({opposite})")
    return Written(raw, (names[attribute],), _form(attribute, new, json))


def add(result: Value, new: Mapping[str, Plain]) -> Written:
    """Return the document, the steps to its statements, and the new statement in its form."""
    document = result.tree
    if not isinstance(document, Value):
        whole: Mapping[str, Plain] = JsonText({"Version": "2012-10-17", "Statement": [_statement(new, True)]})
        return Written(Value((), None), (), whole)
    _writable(document)
    json = is_json_style(document)
    steps: tuple[Step, ...] = ("Statement" if json else "statement",)
    if document.is_map:
        written = cast("Mapping[str, Value | None]", document.literal).get(str(steps[0]))
        if written is not None and not written.is_list:
            raise CannotWrite("the only statement does not stand in a list")
    return Written(document, steps if document.is_map else (), _statement(new, json))


def _writable(raw: Value) -> None:
    if raw.span is None or not raw.notation or raw.set_at is None:
        raise CannotWrite("the policy document is put together from pieces")


def _statement(new: Mapping[str, Plain], json: bool) -> dict[str, Plain]:
    names = JSON_KEYS if json else HCL_NAMES
    unknown = [name for name in new if name not in _FORMS]
    if unknown:
        raise CannotWrite(f"a statement has no {unknown[0]} that can be written")
    return {names[name]: _form(name, new[name], json) for name in _FORMS if new.get(name) is not None}


def _form(name: str, new: Plain, json: bool) -> Plain:
    return _FORMS[name](new, json)


def _as_is(new: Plain, json: bool) -> Plain:
    del json
    return new


def _list_or_one(new: Plain, json: bool) -> Plain:
    found = ["*" if one == "all" else one for one in (new if isinstance(new, list) else [new])]
    return found[0] if json and len(found) == 1 else found


def _principals(new: Plain, json: bool) -> Plain:
    kinds: dict[str, list[Plain]] = {}
    for one in new if isinstance(new, list) else [new]:
        if isinstance(one, Mapping) and "id" in one:
            kinds.setdefault(str(one.get("kind") or "AWS"), []).append(one["id"])
        elif isinstance(one, Mapping):
            for kind, names in one.items():
                kinds.setdefault(kind, []).extend(names if isinstance(names, list) else [names])
        else:
            kinds.setdefault("*" if one in ("all", "*") else "AWS", []).append("*" if one == "all" else one)
    if not json:
        return [{"type": kind, "identifiers": names} for kind, names in kinds.items()]
    if list(kinds) == ["*"]:
        return "*"
    return {kind: names[0] if len(names) == 1 else names for kind, names in kinds.items()}


def _conditions(new: Plain, json: bool) -> Plain:
    listed = new if isinstance(new, list) else [new]
    blocks: list[Plain] = []
    tree: dict[str, dict[str, Plain]] = {}
    for one in listed:
        if not isinstance(one, Mapping) or not {"operator", "key", "values"} <= set(one):
            raise CannotWrite("a condition needs an operator, a key and values")
        operator, key, values = str(one["operator"]), str(one["key"]), one["values"]
        members: list[Plain] = values if isinstance(values, list) else [values]
        if not members:
            raise CannotWrite("a condition needs an operator, a key and values")
        block: dict[str, Plain] = {"test": operator, "variable": key, "values": members}
        blocks.append(block)
        only: Plain = members[0]
        tree.setdefault(operator, {})[key] = only if len(members) == 1 else members
    return dict(tree) if json else blocks


_FORMS = {
    "sid": _as_is,
    "effect": _as_is,
    "principals": _principals,
    "actions": _list_or_one,
    "resources": _list_or_one,
    "conditions": _conditions,
}
