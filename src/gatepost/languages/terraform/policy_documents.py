"""aws_iam_policy_document data sources as the policy document they make; never judges a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from gatepost.languages.terraform.bodies import BodyMap
from gatepost.languages.terraform.conversions import wrap
from gatepost.model.places import Span
from gatepost.model.values import Unknown, Value, gap_of, unknown

# HCL attribute of a statement -> key of the JSON document, after the data source's own documentation.
STATEMENT_KEYS = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
    "principals": "Principal",
    "not_principals": "NotPrincipal",
    "condition": "Condition",
}
_TEXTS = ("sid", "effect", "actions", "not_actions", "resources", "not_resources")
NO_TEXT = "the text of a policy document is put together when Terraform runs"


def policy_text(body: BodyMap) -> Value:
    """Return the json attribute of a policy document: text that is not known, its `tree` the document with places."""
    tree = policy_document(body)
    return unknown(NO_TEXT, tree.span, may_be_missing=False, tree=tree, notation="hcl")


def policy_document(body: BodyMap) -> Value:
    """Return the document as a map like its JSON: Version, Id and a list of statements, sources merged in."""
    span = Span(body.frame.source, body.body.start + body.frame.delta, body.body.end + body.frame.delta)
    statements = _Statements()
    for name in ("source_json", "source_policy_documents"):
        for source in _documents(body.get(name), statements):
            statements.take(source)
    own: Value | None = body.get("statement")
    if own is not None:
        statements.merge(own, [_statement(block) for block in _blocks(own)])
    for name in ("override_json", "override_policy_documents"):
        for source in _documents(body.get(name), statements, overrides=True):
            statements.take(source)
    version: Value | None = body.get("version")
    document = {"Version": version if version is not None else Value("2012-10-17")}
    policy_id: Value | None = body.get("policy_id")
    if policy_id is not None:
        document["Id"] = policy_id
    place = own.span if own is not None else span
    document["Statement"] = Value(
        tuple(statements.found), place, open=statements.open, notation="hcl", repeated=True, gap=statements.gap
    )
    return Value(document, span, notation="hcl")


class _Statements:
    __slots__ = ("found", "gap", "open")

    def __init__(self) -> None:
        self.found: list[Value] = []
        self.open = False
        self.gap = ""

    def take(self, document: Value) -> None:
        """Merge in a whole document."""
        literal = document.literal
        written = cast("Mapping[str, Value]", literal).get("Statement") if isinstance(literal, Mapping) else None
        if written is None or written.unknown is not None:
            self.may_have_more(gap_of(written or document))
            return
        self.merge(written, list(_blocks(written)))

    def merge(self, outer: Value, statements: list[Value]) -> None:
        """Add statements; one with the Sid of an earlier one takes its place."""
        if outer.open:
            self.may_have_more(outer.gap)
        for statement in statements:
            sid = _sid(statement)
            at = next((i for i, other in enumerate(self.found) if sid and _sid(other) == sid), None)
            if at is None:
                self.found.append(statement)
            else:
                self.found[at] = statement

    def may_have_more(self, why: str) -> None:
        """There may be statements that nobody knows."""
        self.open, self.gap = True, self.gap or why

    def doubt(self, why: str) -> None:
        """An unknown document may replace every statement that has a Sid."""
        self.may_have_more(why)
        self.found = [Value(Unknown(why), old.span) if _sid(old) else old for old in self.found]


def _sid(statement: Value) -> str:
    literal = statement.literal
    sid = cast("Mapping[str, Value]", literal).get("Sid") if isinstance(literal, Mapping) else None
    return sid.literal if sid is not None and isinstance(sid.literal, str) else ""


def _blocks(value: Value) -> tuple[Value, ...]:
    literal = value.literal
    return cast("tuple[Value, ...]", literal) if type(literal) is tuple else (value,)


def _documents(value: Value | None, statements: _Statements, overrides: bool = False) -> Iterable[Value]:
    if value is None or value.literal is None:
        return
    if value.unknown is not None and value.tree is None:
        (statements.doubt if overrides else statements.may_have_more)(value.unknown.why)
        return
    if value.open:
        statements.may_have_more(value.gap)
    for element in _blocks(value):
        tree = element.tree if isinstance(element.tree, Value) else _parsed(element)
        if tree is not None:
            yield tree
        elif element.unknown is not None and overrides:
            statements.doubt(element.unknown.why)
        elif element.literal not in (None, ""):
            statements.may_have_more(gap_of(element))


def _parsed(element: Value) -> Value | None:
    from json import loads

    if not isinstance(element.literal, str):
        return None
    try:
        return _placed(wrap(loads(element.literal)), element)
    except (ValueError, RecursionError):
        return None


def _placed(value: Value, at: Value) -> Value:
    """Everything in a parsed text stands where the text does."""
    literal: Any = value.literal
    if type(literal) is tuple:
        literal = tuple([_placed(inner, at) for inner in cast("tuple[Value, ...]", literal)])
    elif type(literal) is dict:
        literal = {key: _placed(inner, at) for key, inner in cast("dict[str, Value]", literal).items()}
    return Value(literal, at.span, at.origins)


def _statement(block: Value) -> Value:
    literal = block.literal
    if not isinstance(literal, Mapping):
        return block
    written = cast("Mapping[str, Value]", literal)
    made: dict[str, Value] = {}
    for name in _TEXTS:
        value = written.get(name)
        if value is not None and value.literal is not None:
            made[STATEMENT_KEYS[name]] = _unmarked(value)
    made.setdefault("Effect", Value("Allow"))
    for name in ("principals", "not_principals"):
        if name in written:
            made[STATEMENT_KEYS[name]] = _principals(written[name])
    if "condition" in written:
        made["Condition"] = _conditions(written["condition"])
    return block._replace(literal=made, notation="hcl")


def _entries(literal: object) -> Mapping[str, Value]:
    return cast("Mapping[str, Value]", literal) if isinstance(literal, Mapping) else {}


def _unmarked(value: Value) -> Value:
    """The data source writes `&{` where the policy has `${`."""
    literal: Any = value.literal
    if isinstance(literal, str):
        return value._replace(literal=literal.replace("&{", "${")) if "&{" in literal else value
    if type(literal) is tuple:
        return value._replace(literal=tuple([_unmarked(inner) for inner in cast("tuple[Value, ...]", literal)]))
    if isinstance(literal, Unknown) and any(piece and "&{" in piece for piece in literal.pieces):
        pieces = tuple(piece.replace("&{", "${") if piece else piece for piece in literal.pieces)
        return value._replace(literal=literal._replace(pieces=pieces))
    return value


def _principals(blocks: Value) -> Value:
    kinds: dict[str, Value] = {}
    is_open, gap = blocks.open, blocks.gap
    for block in _blocks(blocks):
        literal = block.literal
        entries = _entries(literal)
        kind, names = entries.get("type"), entries.get("identifiers")
        if kind is None or names is None or not isinstance(kind.literal, str):
            is_open, gap = True, gap or gap_of(block, kind, names)
            continue
        names = _unmarked(names)
        if kind.literal == "*":
            everyone = names.unknown is None and any(name.literal == "*" for name in _blocks(names))
            if everyone and not kinds:
                return Value("*", names.span or kind.span, names.origins, notation="hcl")
        kinds[kind.literal] = _joined(kinds.get(kind.literal), names)
    return Value(kinds, blocks.span, open=is_open, notation="hcl", gap=gap)


def _joined(before: Value | None, more: Value) -> Value:
    if before is None:
        return more
    if before.is_list and more.is_list:
        both: tuple[Value, ...] = before.literal + more.literal
        return before._replace(literal=both, open=before.open or more.open, gap=before.gap or more.gap)
    listed, other = (before, more) if before.is_list else (more, before)
    return listed._replace(open=True, gap=listed.gap or gap_of(other)) if listed.is_list else before


def _conditions(blocks: Value) -> Value:
    tests: dict[str, dict[str, Value]] = {}
    is_open, gap = blocks.open, blocks.gap
    for block in _blocks(blocks):
        literal = block.literal
        entries = _entries(literal)
        test, variable, values = entries.get("test"), entries.get("variable"), entries.get("values")
        if (
            test is None
            or variable is None
            or values is None
            or not isinstance(test.literal, str)
            or not isinstance(variable.literal, str)
        ):
            is_open, gap = True, gap or gap_of(block, test, variable, values)
        else:
            keys = tests.setdefault(test.literal, {})
            keys[variable.literal] = _joined(keys.get(variable.literal), _unmarked(values))
    literal = {test: Value(keys, blocks.span, notation="hcl") for test, keys in tests.items()}
    return Value(literal, blocks.span, open=is_open, notation="hcl", gap=gap)
