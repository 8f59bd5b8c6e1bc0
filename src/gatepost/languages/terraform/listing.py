"""The addresses of instances that are judged as one, because they are equal in what is written; never their values."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.languages.terraform.instances import EVERY, MOST_INSTANCES, instance_text
from gatepost.languages.terraform.modules import Item
from gatepost.languages.terraform.scope import Scope


def prefixes(scopes: Sequence[Scope]) -> dict[str, tuple[str, ...]]:
    """Return for each scope's prefix, callers before called, those of the module instances that it stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for scope in scopes:
        parent, call = scope.parent, scope.arguments
        if parent is None or call is None:
            found[scope.prefix] = (scope.prefix,)
            continue
        suffix = scope.prefix[len(parent.prefix) :]
        endings = _keyed(parent, call.item, suffix == f"{call.item.key}.")
        around = found[parent.prefix]
        if len(around) * len(endings) > MOST_INSTANCES:
            around, endings = around[:1], (instance_text(EVERY),)
        head = suffix[:-1]
        found[scope.prefix] = tuple(f"{before}{head}{ending}." for before in around for ending in endings)
    return found


def every_address(scope: Scope, item: Item, address: str, around: Sequence[str]) -> list[str]:
    """Return the addresses of all instances that one stands for; `around` are the prefixes of its module instances."""
    inside = address[len(scope.prefix) :]
    endings = _keyed(scope, item, not inside.endswith("]"))
    if len(around) * len(endings) > MOST_INSTANCES:
        around, endings = around[:1], (instance_text(EVERY),)
    return [f"{before}{inside}{ending}" for before in around for ending in endings]


def _keyed(scope: Scope, item: Item, bare: bool) -> tuple[str, ...]:
    keys = scope.instances(item).keys if bare else ()
    return tuple(map(instance_text, keys)) or ("",)
