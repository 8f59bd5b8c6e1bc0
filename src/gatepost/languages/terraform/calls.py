"""Calls of modules: which directory they lead to and whether it can be read; never what is in it."""

from __future__ import annotations

from collections.abc import Mapping

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.instances import instance_text
from gatepost.languages.terraform.modules import Directory, Item
from gatepost.languages.terraform.scope import ModuleCall, Scope
from gatepost.languages.terraform.state import MOST_SCOPES
from gatepost.model.problems import Problem
from gatepost.model.values import Value

DEEPEST_CALL = 24


def source_of(item: Item) -> str:
    """Return the text of a call's source, "" when it is no plain text."""
    written = item.attributes.get("source")
    value = written.value if written is not None else None
    return value.value if isinstance(value, nodes.Literal) and isinstance(value.value, str) else ""


def is_local(source: str) -> bool:
    """Whether a source is a directory beside the calling one."""
    return source.startswith(("./", "../")) or source in (".", "..")


def child_scope(scope: Scope, item: Item, key: str | int | None, names: Mapping[str, Value]) -> Scope | None:
    """Return the scope of a call's module; None when it is remote, not there, or calls itself."""
    state = scope.state
    prefix = f"{scope.prefix}{item.key}{instance_text(key)}."
    state.ledger.note(scope.prefix + item.key, "source")
    if prefix in state.scopes:
        return state.scopes[prefix]
    directory = _directory_of(scope, item)
    made: Scope | None = None
    if directory is not None and len(state.scopes) < MOST_SCOPES:
        body = scope.body(item, key, names)
        made = Scope(state, directory, prefix, scope, ModuleCall(scope, item, body, names))
    state.scopes[prefix] = made
    return made


def _directory_of(scope: Scope, item: Item) -> Directory | None:
    state = scope.state
    source = source_of(item)
    if not is_local(source):
        return None
    path = state.inside(scope.directory.path, source)
    if path is None:
        return None
    around: Scope | None = scope
    depth = 0
    while around is not None:
        if around.directory.path == path:
            _refuse(scope, item, f"module {item.name} calls the module it stands in")
            return None
        around, depth = around.parent, depth + 1
    if depth > DEEPEST_CALL:
        _refuse(scope, item, f"module {item.name} is called too deep down")
        return None
    directory = state.directory(path)
    if not directory.files:
        _refuse(scope, item, f"there is no module in {path}")
        return None
    return directory


def _refuse(scope: Scope, item: Item, what: str) -> None:
    written = item.attributes.get("source")
    home = item.home("source")
    span = scope.directory.span(home, written if written is not None else home.node)
    hint = "Mend the source of this module call; what the module makes is not judged"
    scope.state.trouble.setdefault(f"{scope.directory.path}:{item.key}", Problem(span.location, what, hint))
