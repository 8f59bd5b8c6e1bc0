"""Calls of modules: which directory they lead to and whether it can be read; never what is in it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.fetched import folder_of as fetched_folder
from gatepost.languages.terraform.fetched import is_fetched
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


def folder_of(scope: Scope, item: Item) -> str | None:
    """Return the folder of a call's module; None when it is not there, or outside of what is scanned."""
    source = source_of(item)
    if is_local(source):
        return scope.state.inside(scope.directory.path, source)
    return fetched_folder(scope, item, source) if source else None


def why_unread(scope: Scope, item: Item) -> str:
    """Return in one sentence why a call's module is not read."""
    source = source_of(item)
    address = scope.address(item)
    if not source:
        return f"{address} has a source that is not plain text"
    if folder_of(scope, item) is not None:
        return f"{address} ({source}) cannot be read"
    if is_local(source):
        return f"{address} ({source}) lies outside the folder that is scanned"
    return f"{address} ({source}) is not there: terraform init fetches it"


def child_scope(scope: Scope, item: Item, key: str | int | None, names: Mapping[str, Value]) -> Scope | None:
    """Return the scope of a call's module; None when it is not there, too deep, or calls itself."""
    state = scope.state
    prefix = f"{scope.prefix}{item.key}{instance_text(key)}."
    state.ledger.note(scope.prefix + item.key, "source")
    if prefix in state.scopes:
        return state.scopes[prefix]
    directory = _directory_of(scope, item)
    made: Scope | None = None
    if directory is not None and len(state.scopes) >= MOST_SCOPES:
        _refuse(
            scope, item, f"there are more than {MOST_SCOPES} module instances; those of module {item.name} are not read"
        )
    elif directory is not None:
        body = scope.body(item, key, names)
        made = Scope(state, directory, prefix, scope, ModuleCall(scope, item, body, names))
    state.scopes[prefix] = made
    return made


def _directory_of(scope: Scope, item: Item) -> Directory | None:
    state = scope.state
    path = folder_of(scope, item)
    if path is None:
        return None
    around: Scope | None = scope
    chain = [item.name]
    while around is not None:
        if around.directory.path == path:
            _refuse(scope, item, _circle(around, chain))
            return None
        chain.insert(0, around.arguments.name if around.arguments is not None else "")
        around = around.parent
    if len(chain) > DEEPEST_CALL:
        _refuse(scope, item, f"module {item.name} is called too deep down")
        return None
    directory = state.directory(path)
    if not directory.files:
        _refuse(scope, item, f"there is no module in {path}")
        return None
    return directory


def _circle(entered: Scope, chain: Sequence[str]) -> str:
    steps = " calls ".join(f"module {name}" for name in chain if name)
    folder = "the root module" if entered.parent is None else entered.directory.path
    return f"the modules call each other in a circle: {folder} calls {steps}, which is {folder} again"


def _refuse(scope: Scope, item: Item, what: str) -> None:
    written = item.attributes.get("source")
    home = item.home("source")
    span = scope.directory.span(home, written if written is not None else home.node)
    hint = "Mend the source of this module call; what the module makes is not judged"
    scope.state.trouble.setdefault(f"{scope.directory.path}:{item.key}", Problem(span.location, what, hint))


def call_of(scopes: Sequence[Scope], path: str, address: str) -> tuple[Scope, Item] | None:
    """Return the call in a file of ours that leads to a fetched module's file; `address` is a resource in it, or ""."""
    folder = posixpath.dirname(path) or "."
    there = [scope for scope in scopes if scope.directory.path == folder]
    fitting = [scope for scope in there if address.startswith(scope.prefix)] or there
    scope = max(fitting, key=lambda one: len(one.prefix)) if fitting else None
    while scope is not None and scope.parent is not None and scope.arguments is not None:
        if not is_fetched(scope.parent.directory.path):
            return scope.parent, scope.arguments.item
        scope = scope.parent
    return None
