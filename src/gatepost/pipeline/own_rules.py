"""Adds the user's own rules to the shipped ones; never lets them take a shipped one's place."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.rules.catalogue import Catalogue, add_files

if TYPE_CHECKING:
    from gatepost.pipeline.base_commit import Base


def with_own_rules(catalogue: Catalogue, folders: Sequence[str], base: Base | None = None) -> Catalogue:
    """Return the catalogue with the rules of some folders, as the base has them where the change edits them.

    A folder holds `rules` and `resources`, as `gatepost new rule` makes them. Raises `UsageError` for one that does not
    load, and for a rule with a shipped rule's id: a repository can add to what is judged, and never soften it.
    """
    if not folders:
        return catalogue
    if base is not None:
        from gatepost.pipeline.handed_in import as_base_has

        with ExitStack() as stack:
            had = [stack.enter_context(as_base_has(folder, base)) for folder in folders]
            return with_own_rules(catalogue, [folder for folder in had if folder is not None])
    from gatepost.rules.folders import policy_files

    shipped = frozenset(catalogue.ids())
    ours: set[str] = set()
    for folder in folders:
        if not os.path.isdir(os.path.join(folder, "rules")):
            hint = "name the folder above, as in --rules policies for policies/rules/acme/name.yaml"
            raise UsageError(f"there is no folder {os.path.join(folder, 'rules')!r}", hint=hint)
        rules, resources = policy_files(folder)
        for id, source in rules:
            if id in shipped:
                hint = "give it an id of its own, or change the rule's severity and settings in the policy"
                raise UsageError(f"{source.path}: {id} is a rule that comes with Gatepost", hint=hint)
        _require_new(catalogue, resources, ours)
        add_files(catalogue, rules, resources)
    return catalogue


def _require_new(catalogue: Catalogue, resources: Sequence[Source], ours: set[str]) -> None:
    """Raise `UsageError` for a concept or table that comes with Gatepost: shipped rules would speak of another one."""
    from gatepost.rules.loading import read_resource_file

    for source in resources:
        file = read_resource_file(source)
        for name in (*(concept.name for concept in file.concepts), *file.tables):
            if name not in ours and (catalogue.has_concept(name) or name in catalogue.tables()):
                raise UsageError(f"{source.path}: {name} comes with Gatepost", hint="give it a name of its own")
            ours.add(name)
