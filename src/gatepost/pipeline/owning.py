"""Finds the files that say who owns what: of the base, where there is one; never decides.

A change that writes itself an owner is judged by the owners of the base.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from gatepost.context.catalogue import FILES, Component, read_catalogue
from gatepost.context.codeowners import MOST_BYTES, PLACES, CodeOwners, Dialect, read_codeowners
from gatepost.context.owners import Owners
from gatepost.model.places import Source
from gatepost.model.problems import Problem
from gatepost.pipeline.policies import OfBase
from gatepost.services.git import repository_top
from gatepost.sources.discovery import Found
from gatepost.sources.reading import Files, Unreadable, decode, read_bytes


def owners_of(
    found: Found, files: Files, base: OfBase | None, environment: Mapping[str, str]
) -> tuple[Owners, tuple[Problem, ...]]:
    """Return every source of owners there is, and what cannot be read of them."""
    top = repository_top(found.root) or found.root
    below = os.path.relpath(found.root, top).replace(os.sep, "/")
    prefix = "" if below == "." else f"{below}/"
    components: list[Component] = []
    problems: list[Problem] = []
    for path in found.files.get("data", ()):
        if path.rpartition("/")[2] in FILES:
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
    try:
        return decode(read_bytes(os.path.join(top, place), MOST_BYTES))
    except Unreadable:
        return None
