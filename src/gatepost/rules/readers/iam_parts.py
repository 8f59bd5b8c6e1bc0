"""The parts of an IAM statement: pattern sets, principals and conditions from what is written; never statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from gatepost.conditions.patterns import PatternSet, pieces_glob
from gatepost.conditions.scalars import scalar_text
from gatepost.model.values import Unknown, Value, gap_of
from gatepost.rules.readers.embedded import more_of

# Our word for a part → the key in JSON and the name in a policy document data source.
JSON_KEYS = {
    "sid": "Sid", "effect": "Effect", "actions": "Action", "not_actions": "NotAction", "resources": "Resource",
    "not_resources": "NotResource", "principals": "Principal", "not_principals": "NotPrincipal",
    "conditions": "Condition",
}  # fmt: skip
HCL_NAMES = {
    "sid": "sid", "effect": "effect", "actions": "actions", "not_actions": "not_actions", "resources": "resources",
    "not_resources": "not_resources", "principals": "principals", "not_principals": "not_principals",
    "conditions": "condition",
}  # fmt: skip

# IAM allows no patterns near this long; longer ones are not followed.
_LONGEST_PATTERN, _MOST_MARKS = 2048, 12
_ACCOUNT = re.compile(r"(?:arn:[a-z-]*:(?:iam|sts)::)?(\d{12})(?::|$)", re.ASCII)


def unreadable(value: Value, why: str) -> Value:
    """Return the value as one that is not known."""
    return value._replace(literal=Unknown(why, False), tree=None)


def said(body: Mapping[str, Value | None], json: bool) -> Callable[[str], Value | None]:
    """Return a function from our word for a part to what is written, None for what is not (or null, or no block)."""
    names = JSON_KEYS if json else HCL_NAMES
    other = HCL_NAMES if json else JSON_KEYS

    def find(name: str) -> Value | None:
        value = body.get(names[name]) or body.get(other[name])
        if value is None or value.literal is None:
            return None
        if not json and value.literal == () and not value.open:
            return None  # in the data source an empty list is as good as none
        return value

    return find


def members(value: Value) -> tuple[Value, ...]:
    """Return the members of a list, or the value as the only one."""
    return cast("tuple[Value, ...]", value.literal) if value.is_list else (value,)


def patterns(value: Value, complement: bool, fold: bool) -> Value:
    """Return actions or resources as a set of patterns; a reference counts as some ARN."""
    known: list[str] = []
    possible: list[str] = []
    unknowns: list[Value] = []
    parts: list[tuple[PatternSet, Value]] = []
    if value.unknown is not None and not value.unknown.pieces and value.refers_to is None:
        return value._replace(tree=None)
    for member in members(value):
        text = scalar_text(member.literal)
        if text is not None and len(text) <= _LONGEST_PATTERN and text.count("?") <= _MOST_MARKS:
            pattern = "*" if text in ("*", "*:*", "**") else text
            known.append(pattern)
            parts.append((PatternSet((pattern,), complement, ignore_case=fold), member))
        elif member.literal is not None:
            possible.append(_possible(member))
            unknowns.append(member)
    if value.open:
        possible.append("*")
        unknowns.append(more_of(value))
    found = PatternSet(tuple(known), complement, tuple(possible), tuple(unknowns), fold, tuple(parts))
    return value._replace(literal=found, tree=None, repeated=False)


def _possible(member: Value) -> str:
    """Return the pattern of all that a member that is not known may say."""
    unknown = member.unknown
    if unknown is not None and unknown.pieces:
        pattern = pieces_glob(unknown.pieces)
        return pattern if len(pattern) <= _LONGEST_PATTERN else "*"
    if member.refers_to is not None:
        # What a resource is called or numbered is never "*".
        return "arn:*" if "arn" in member.refers_to.attribute else "?*?"
    return "*"


class Principal(dict[str, Value]):
    """A principal; says itself whether it is everybody."""

    __slots__ = ()

    def covers(self, wanted: str) -> bool | None:
        """Whether this is everybody ("all" or "*"), or the one that is called so."""
        kind, name = self["kind"].literal, self["id"]
        if wanted in ("all", "*"):
            if kind not in ("*", "AWS") or name.refers_to is not None:
                return False
            wanted = "*"
        text = scalar_text(name.literal)
        if text is not None:
            return text == wanted and kind != "not"
        unknown = name.unknown
        pieces = unknown.pieces if unknown is not None else ()
        return None if not any(piece for piece in pieces) else False


def principals(value: Value, negative: bool) -> Value:
    """Return principals as a list of kind, id and account."""
    found: list[Value] = []
    is_open, gap = value.open, value.gap
    if value.unknown is not None:
        return value._replace(tree=None)
    for kind, names in _by_kind(value):
        is_open, gap = is_open or names.open, gap or gap_of(names)
        if names.unknown is not None and not names.unknown.pieces and names.refers_to is None:
            is_open = is_open or kind.literal != "Service"  # more services than one are services, too
        found.extend(_principal(kind, name, negative) for name in members(names))
    literal = tuple(found)
    return value._replace(literal=literal, open=is_open, tree=None, repeated=False, gap=gap if is_open else "")


def _by_kind(value: Value) -> Iterator[tuple[Value, Value]]:
    if value.is_map and "type" not in cast("Mapping[str, Any]", value.literal):
        for kind, names in cast("Mapping[str, Value | None]", value.literal).items():
            if names is not None:
                yield Value(kind, names.span), names
        return
    for member in members(value):
        if member.is_map:
            block = cast("Mapping[str, Value | None]", member.literal)
            kind, names = block.get("type"), block.get("identifiers")
            if names is not None:
                yield kind or Value("AWS"), names
        else:
            yield Value("*", member.span), member


def _principal(kind: Value, name: Value, negative: bool) -> Value:
    made = Principal({"kind": Value("not", kind.span) if negative else kind, "id": name})
    text = scalar_text(name.literal)
    if text is not None:
        number = _ACCOUNT.match(text)
        if number is not None:
            made["account"] = name._replace(literal=number[1])
    elif name.unknown is not None:
        known = name.unknown.pieces[0] if name.unknown.pieces else None
        number = _ACCOUNT.match(known or "")
        made["account"] = name._replace(literal=number[1] if number else Unknown(name.unknown.why), tree=None)
    return Value(made, name.span, name.origins, notation=name.notation)


def conditions(value: Value) -> Value:
    """Return conditions as a list of operator, key and values."""
    if value.unknown is not None:
        return value._replace(tree=None)
    found: list[Value] = []
    is_open, gap = value.open, value.gap
    if value.is_map and "test" not in cast("Mapping[str, Any]", value.literal):
        for operator, keys in cast("Mapping[str, Value | None]", value.literal).items():
            if keys is None or not keys.is_map:
                is_open, gap = is_open or keys is not None, gap or gap_of(keys)
                continue
            is_open, gap = is_open or keys.open, gap or keys.gap
            for key, values in cast("Mapping[str, Value | None]", keys.literal).items():
                if values is not None:
                    found.append(_condition(Value(operator, values.span), Value(key, values.span), values, values))
    else:
        for block in members(value):
            if not block.is_map:
                is_open, gap = True, gap or gap_of(block)
                continue
            said_there = cast("Mapping[str, Value | None]", block.literal)
            operator, key = said_there.get("test"), said_there.get("variable")
            values = said_there.get("values")
            if operator is not None and key is not None and values is not None:
                found.append(_condition(operator, key, values, block))
    return value._replace(literal=tuple(found), open=is_open, tree=None, repeated=False, gap=gap)


def _condition(operator: Value, key: Value, values: Value, place: Value) -> Value:
    text = scalar_text(key.literal)
    if text is not None:
        key = key._replace(literal=_GLOBAL_KEYS.get(text.lower(), text))
    listed = values if values.is_list or values.unknown is not None else values._replace(literal=(values,), tree=None)
    return Value({"operator": operator, "key": key, "values": listed}, place.span, notation=place.notation)


# Condition keys compare without case; rules name them as the documentation does.
_GLOBAL_KEYS = {
    key.lower(): key
    for key in (
        "aws:CalledVia", "aws:CurrentTime", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent",
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalType", "aws:RequestedRegion",
        "aws:ResourceAccount", "aws:ResourceOrgID", "aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn",
        "aws:SourceIp", "aws:SourceOrgID", "aws:SourceVpc", "aws:SourceVpce", "aws:UserAgent", "aws:userid",
        "aws:username", "aws:ViaAWSService", "aws:VpcSourceIp", "s3:TlsVersion", "s3:x-amz-acl",
        "s3:x-amz-server-side-encryption", "kms:CallerAccount", "kms:ViaService", "sts:ExternalId",
    )
}  # fmt: skip
