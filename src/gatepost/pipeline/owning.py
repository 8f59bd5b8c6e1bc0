"""Finds the files that say who owns what: of the base, where there is one; never decides.

A change that writes itself an owner is judged by the owners of the base.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gatepost.context import tells_owners
from gatepost.model.findings import Finding
from gatepost.model.places import Source
from gatepost.model.policy import OwnersOf
from gatepost.model.problems import Problem
from gatepost.pipeline.policies import OfBase
from gatepost.services.git import repository_top
from gatepost.sources.discovery import Found
from gatepost.sources.reading import Files, Unreadable, decode, read_bytes

if TYPE_CHECKING:
    from gatepost.context.codeowners import CodeOwners
    from gatepost.context.owners import Owners

MOST_BYTES = 3 * 1024 * 1024  # GitHub reads no larger CODEOWNERS file
CATALOGUES = ("catalog-info.yaml", "catalog-info.yml")


def owners_of(
    found: Found, files: Files, base: OfBase | None, environment: Mapping[str, str]
) -> tuple[Owners, tuple[Problem, ...]]:
    """Return every source of owners there is, and what cannot be read of them."""
    from gatepost.context.catalogue import Component, read_catalogue
    from gatepost.context.owners import Owners

    top = repository_top(found.root) or found.root
    below = os.path.relpath(found.root, top).replace(os.sep, "/")
    prefix = "" if below == "." else f"{below}/"
    components: list[Component] = []
    problems: list[Problem] = []
    for path in found.files.get("data", ()):
        if path.rpartition("/")[2] in CATALOGUES:
            source = _trusted(path, prefix, files, base)
            if source is not None:
                read, wrong = read_catalogue(source)
                components += read
                problems += wrong
    return Owners(_codeowners(top, base, environment), tuple(components), prefix), tuple(problems)


def _trusted(path: str, prefix: str, files: Files, base: OfBase | None) -> Source | None:
    if base is not None:
        try:
            text = base.text(prefix + path)
        except KeyError:
            return None
        if text is not None:
            return Source(path, text, "data")
    return files.read(path)


def _codeowners(top: str, base: OfBase | None, environment: Mapping[str, str]) -> CodeOwners | None:
    """Return the CODEOWNERS file of the repository as the host reads it."""
    from gatepost.context.codeowners import PLACES, Dialect, read_codeowners

    dialect: Dialect = "gitlab" if environment.get("GITLAB_CI") or os.path.isdir(f"{top}/.gitlab") else "github"
    for place in PLACES[dialect]:
        text = _text(top, place, base)
        if text is not None:
            return read_codeowners(text, place, dialect)
    return None


def _text(top: str, place: str, base: OfBase | None) -> str | None:
    if base is not None:
        try:
            text = base.text(place)
        except KeyError:
            return None
        if text is not None:
            return text
    path = os.path.join(top, place)
    if not os.path.isfile(path):
        return None
    try:
        return decode(read_bytes(path, MOST_BYTES))
    except Unreadable:
        return None


def owners_where_told(
    found: Found, files: Files, base: OfBase | None, findings: Sequence[Finding]
) -> tuple[OwnersOf | None, tuple[Problem, ...]]:
    """Return what tells owners, None where there is no source of any: then nothing is loaded for it."""
    if not any(tells_owners(finding.tags) for finding in findings) and not _any_source(found):
        return None, ()
    owners, problems = owners_of(found, files, base, os.environ)
    return owners.owned, problems


def _any_source(found: Found) -> bool:
    if any(path.rpartition("/")[2] in CATALOGUES for path in found.files.get("data", ())):
        return True
    top = repository_top(found.root) or found.root
    return any(os.path.isfile(os.path.join(top, place, "CODEOWNERS")) for place in ("", ".github", ".gitlab", "docs"))
