"""Modules from elsewhere that `terraform init` has put beside the root module; never fetches one."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.modules import Item
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex

if TYPE_CHECKING:
    from gatepost.languages.terraform.scope import Scope
    from gatepost.languages.terraform.state import State

# What Terraform 0.13 and newer write, after "Modules" in `terraform init`'s own manifest (internal/modsdir).
MANIFEST = ".terraform/modules/modules.json"
FOLDER = ".terraform"
_EXACT = regex(r"=?\s*(\d+\.\d+\.\d+)\s*")
_REGISTRY = regex(r"(?:[\w.-]+\.[\w.-]+(?::\d+)?/)?[\w-]+/[\w-]+/[\w-]+(?://.*)?")
LONGEST_PATH = 1_000


class Fetched(NamedTuple):
    """One line of the manifest: where the module came from, its version, its folder relative to the root module."""

    source: str
    version: str
    folder: str


def manifest(state: State) -> Mapping[str, Fetched]:
    """Return the fetched modules by the names of the calls on the way to them ("vpc.subnets"), read once."""
    found = state.fetched
    if found is None:
        found = state.fetched = _read(state)
    return found


def _read(state: State) -> dict[str, Fetched]:
    source = state.reader.read(posixpath.normpath(posixpath.join(state.path, MANIFEST)))
    if source is None:
        return {}
    from json import loads

    try:
        data = loads(source.text)
    except (ValueError, RecursionError):
        return {}
    lines: Any = cast("dict[str, Any]", data).get("Modules") if isinstance(data, dict) else None
    found: dict[str, Fetched] = {}
    for line in cast("list[Any]", lines) if isinstance(lines, list) else ():
        if isinstance(line, dict):
            entry = cast("dict[str, Any]", line)
            texts = [entry.get(name, "") for name in ("Key", "Source", "Version", "Dir")]
            if all(isinstance(text, str) and len(text) <= LONGEST_PATH for text in texts):
                found[texts[0]] = Fetched(*texts[1:])
    return found


def folder_of(scope: Scope, item: Item, source: str) -> str | None:
    """Return the folder of a call's module that was fetched, relative to the scanned root.

    None when it is not there, or when the manifest speaks of another source or version than the call does now.
    """
    state = scope.state
    state.ledger.note(scope.prefix + item.key, "version")
    names = [item.name]
    around = scope
    while around.arguments is not None and around.parent is not None:
        names.append(around.arguments.name)
        around = around.parent
    entry = manifest(state).get(".".join(reversed(names)))
    if entry is None or not entry.folder or _stale(entry, source, item):
        return None
    return state.inside(state.path, entry.folder)


def _stale(entry: Fetched, source: str, item: Item) -> bool:
    if _REGISTRY.fullmatch(source) and not entry.source.endswith(source):
        return True
    attribute = item.attributes.get("version")
    wanted = attribute.value if attribute is not None else None
    exact = _EXACT.fullmatch(str(wanted.value)) if isinstance(wanted, nodes.Literal) else None
    return exact is not None and bool(entry.version) and entry.version != exact[1]


def is_fetched(path: str) -> bool:
    """Whether a file or folder lies where `terraform init` puts what is not ours."""
    return FOLDER in path.split("/")
