"""Networks as a set, from CIDRs, addresses, first-last and service tags; never which network is trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from gatepost.conditions.intervals import EVERY4, EVERY6, NAMED_NETWORKS, NetworkSet, minus, union
from gatepost.conditions.scalars import scalar_text
from gatepost.conditions.sorts import Sort
from gatepost.model.regexes import regex
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers.embedded import more_of, unreadable

SORT = Sort("networks")

# Azure's documentation of network security groups: `*`, "Any" and "Internet" stand for every public address.
_EVERYTHING = frozenset({"*", "any", "all", "internet", "<nw>/0", "/0"})
_PRIVATE = NAMED_NETWORKS["private"]
_TAGS = {"virtualnetwork": _PRIVATE, "azureloadbalancer": NetworkSet.parse("168.63.129.16")}
_TAG = regex(r"[A-Z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)?")
_NARROW = regex(r"/(?:[1-9]\d{0,2})\Z", re.ASCII)


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the addresses; a list that is open, or members that are not known, may hold any address besides.

    What is not known but surely names something narrower (a service tag, the network of a resource, an address with
    a prefix length) may be any of its kind, and never the whole internet.
    """
    del options
    if value.literal is None or isinstance(value.literal, NetworkSet):
        return value
    if not value.is_list:
        one = _one(value)
        if one is not None:
            return value._replace(literal=one, tree=None)
        if value.unknown is not None:
            return value
        return value._replace(literal=Unknown("it is no network", False))
    sets: list[NetworkSet] = []
    for member in cast("tuple[Value, ...]", value.literal):
        if member.literal is None or member.literal == "":
            continue
        one = _one(member) or NetworkSet((), (), EVERY4, EVERY6, (unreadable(member, "network"),))
        sets.append(one._replace(parts=((one, member),)))
    if value.open:
        sets.append(NetworkSet((), (), EVERY4, EVERY6, (more_of(value),)))
    return value._replace(literal=NetworkSet().union(*sets), repeated=False, tree=None)


def _one(value: Value) -> NetworkSet | None:
    literal: Any = value.literal
    if isinstance(literal, NetworkSet):
        return literal
    unknown = value.unknown
    if unknown is not None:
        return NetworkSet((), (), _SOME4, _SOME6, (value,)) if _narrow(value, unknown) else None
    text = scalar_text(literal)
    if text is None:
        return None
    word = text.strip().lower()
    if word in _EVERYTHING:
        return NAMED_NETWORKS["all"]
    try:
        return NetworkSet.parse(text)
    except ValueError:
        pass
    tag = _TAGS.get(word)
    if tag is not None:
        return tag
    if not _TAG.fullmatch(text):
        return None
    stands_for = value._replace(literal=Unknown(f"which addresses {text} stands for is the cloud's to say", False))
    return NetworkSet((), (), _SOME4, _SOME6, (stands_for,))


def _narrow(value: Value, unknown: Unknown) -> bool:
    last = unknown.pieces[-1] if unknown.pieces else None
    if last is not None and _NARROW.search(last) is not None:
        return True
    if value.refers_to is None:
        return False
    attribute = value.refers_to.attribute.lower()
    return "cidr" in attribute or "ip" in attribute.split("_") or "address" in attribute


# What the addresses of a service or of somebody's network can be: public unicast or private, never all there is.
_SOME4 = minus(EVERY4, union([(0, (1 << 24) - 1), (224 << 24, (1 << 32) - 1)]))
_SOME6 = minus(EVERY6, union([(0, 1), (0xFF << 120, (1 << 128) - 1)]))
