"""IAM policy documents as statements, in whatever notation they are written; never which statement is bad.

Sources: the AWS documentation of the JSON policy elements (Version 2012-10-17) and of `aws_iam_policy_document`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatepost.conditions.sorts import TEXT, TEXTS, TRUTH, Attributes, Sort
from gatepost.model.changes import Plain
from gatepost.model.values import Value, gap_of
from gatepost.rules.readers import Written, iam_parts, iam_writing
from gatepost.rules.readers import json as json_reader

PRINCIPAL = Attributes({"kind": TEXT, "id": TEXT, "account": TEXT})
CONDITION = Attributes({"operator": TEXT, "key": TEXT, "values": TEXTS})
STATEMENT = Attributes(
    {
        "sid": TEXT,
        "effect": TEXT,
        "actions": Sort("patterns"),
        "resources": Sort("patterns"),
        "principals": Sort("list", PRINCIPAL),
        "conditions": Sort("list", CONDITION),
        "not_actions": TRUTH,
        "not_resources": TRUTH,
        "not_principals": TRUTH,
    }
)
SORT = Sort("list", STATEMENT)


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the statements as a list of maps; its `tree` is the document that they stand in.

    A statement has the attributes it is written with and no others; an `effect` that is not written in a policy
    document data source is Allow. NotAction and NotResource become complements. What is not known stays so.
    """
    document = json_reader.read(value, options)
    if document.unknown is not None:
        return document._replace(tree=None)
    if document.literal is None:
        return document
    if document.is_list:
        return _statements(document, document)
    if not document.is_map:
        return iam_parts.unreadable(document, "it is no policy document")
    body = cast("Mapping[str, Value | None]", document.literal)
    written = body.get("Statement") or body.get("statement")
    if written is None or written.literal is None:
        return Value((), document.span, document.origins, document.open, tree=document, gap=document.gap)
    return _statements(written, document)


def _statements(written: Value, document: Value) -> Value:
    if written.unknown is not None:
        return written._replace(tree=None)
    members = cast("tuple[Value, ...]", written.literal) if written.is_list else (written,)
    found = tuple(_statement(member, document) for member in members)
    is_open = written.open or document.open
    return Value(
        found, written.span, written.origins or document.origins, is_open, notation=written.notation, tree=document,
        gap=gap_of(written, document),
    )  # fmt: skip


def _statement(written: Value, document: Value) -> Value:
    if not written.is_map:
        return written if written.unknown is not None else iam_parts.unreadable(written, "it is no statement")
    body = cast("Mapping[str, Value | None]", written.literal)
    json = iam_writing.is_json_style(written)
    said = iam_parts.said(body, json)
    found: dict[str, Value] = {}
    for name in ("sid", "effect"):
        value = said(name)
        if value is not None:
            found[name] = value
    if "effect" not in found and not json:
        found["effect"] = Value("Allow", written.span)
    for name, fold in (("actions", True), ("resources", False)):
        plain, negative = said(name), said("not_" + name)
        chosen = plain if plain is not None else negative
        if chosen is not None:
            found[name] = iam_parts.patterns(chosen, plain is None, fold)
            found["not_" + name] = Value(plain is None, chosen.span)
    everyone, others = said("principals"), said("not_principals")
    if everyone is not None or others is not None:
        found["principals"] = iam_parts.principals(everyone or cast("Value", others), everyone is None)
        found["not_principals"] = Value(everyone is None, (everyone or cast("Value", others)).span)
    conditions = said("conditions")
    if conditions is not None:
        found["conditions"] = iam_parts.conditions(conditions)
    statement = iam_writing.Statement(found, written, document)
    return Value(statement, written.span, written.origins, written.open, notation=written.notation, gap=written.gap)


def write(element: Value, attribute: str, new: Plain) -> Written:
    """Return the raw place of an attribute of a statement and its new value there; raises CannotWrite."""
    return iam_writing.write(element, attribute, new)


def add(result: Value, new: Mapping[str, Plain]) -> Written:
    """Return the list of statements and a new statement in its form; raises CannotWrite.

    For a result that stands nowhere (no document yet) the new value is a whole document and the steps are empty.
    """
    return iam_writing.add(result, new)
