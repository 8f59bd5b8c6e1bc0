"""Which resources an edit makes come and go, looked for where it may have; never what they say."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from gatepost.languages.terraform.instances import ONE, instance_text
from gatepost.languages.terraform.modules import Item
from gatepost.languages.terraform.scope import Scope
from gatepost.model.documents import ReadKey, Resource

if TYPE_CHECKING:
    from gatepost.languages.terraform.document import TerraformDocument
    from gatepost.languages.terraform.instances import Instances

# What was read to know the instances of blocks: for each read, the numbers of their scopes and their keys.
Blocks = dict[ReadKey, list[tuple[int, str]]]
_REPEATED = ("resource", "module", "data", "ephemeral")


def instances_in(scope: Scope, item: Item) -> Instances:
    """Return the instances of any item; what cannot be repeated is one."""
    return scope.instances(item) if item.kind in _REPEATED else ONE


def blocks_by_read(document: TerraformDocument, type: str) -> Blocks:
    """Return the blocks of a type by what was read to know their instances."""
    found: Blocks = {}
    memo = document.state.memo
    for number, scope in enumerate(document.scopes()):
        for key in scope.directory.types.get(type, ()):
            place = scope.prefix + key
            instances_in(scope, scope.directory.index[key])
            entry = memo.get((place, "(instances)"))
            for read in entry.reads if entry is not None else ((place, "count"), (place, "for_each")):
                found.setdefault(read, []).append((number, key))
    return found


def came_and_went(
    before: TerraformDocument, after: TerraformDocument, type: str, changed: Set[ReadKey], blocks: Blocks
) -> tuple[Sequence[Resource], Sequence[Resource]]:
    """Return the resources of a type that are only there after, and only before; both have the same modules."""
    touched = {block for read in changed for block in blocks.get(read, ())}
    pairs = list(zip(before.scopes(), after.scopes(), strict=True))
    for number, (was, now) in enumerate(pairs):
        old, new = was.directory.types.get(type, ()), now.directory.types.get(type, ())
        if old is not new:
            touched.update((number, key) for key in set(old) ^ set(new))
    came: list[str] = []
    went: list[str] = []
    for number, key in sorted(touched):
        had, has = _keys(pairs[number][0], key), _keys(pairs[number][1], key)
        came += [one for one in has if one not in had]
        went += [one for one in had if one not in has]
    return _resources(after, type, came), _resources(before, type, went)


def _keys(scope: Scope, key: str) -> dict[str, None]:
    item = scope.directory.index.get(key)
    if item is None:
        return {}
    place = scope.prefix + key
    return {place + instance_text(one): None for one, _ in instances_in(scope, item).members}


def _resources(document: TerraformDocument, type: str, keys: Sequence[str]) -> list[Resource]:
    found = (document.resource(type, key) for key in keys)
    return [resource for resource in found if resource is not None]
