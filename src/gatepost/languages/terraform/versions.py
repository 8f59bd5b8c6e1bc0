"""Versions of providers: from the lock file, else what required_providers demands; never from a registry."""

from __future__ import annotations

import posixpath

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.scope import Scope
from gatepost.languages.terraform.state import State
from gatepost.languages.terraform.syntax import parse

LOCK_FILE = ".terraform.lock.hcl"


def provider_versions(state: State, root: Scope) -> tuple[tuple[str, str], ...]:
    """Return (provider, exact version or constraint) in order of the providers' names."""
    locked = _locked(state)
    found: dict[str, str] = {}
    for key in root.directory.types.get("terraform", ()):
        for block in root.directory.index[key].body.blocks("required_providers"):
            for attribute in block.body.items:
                if isinstance(attribute, nodes.Attribute):
                    source, wanted = _required(attribute)
                    version = locked.get(source) or locked.get(f"hashicorp/{attribute.name}") or wanted
                    if version:
                        found[attribute.name] = version
    for source, version in locked.items():
        found.setdefault(source.rpartition("/")[2], version)
    for key in sorted(root.directory.index):
        if key.startswith("provider.") and key.count(".") == 1:
            version = _text(root.directory.index[key].body.attributes.get("version"))
            if version:
                found.setdefault(key.partition(".")[2], version)
    return tuple(sorted(found.items()))


def _required(attribute: nodes.Attribute) -> tuple[str, str]:
    value = attribute.value
    if isinstance(value, nodes.Literal):
        return "", str(value.value)
    source = version = ""
    if isinstance(value, nodes.ObjectExpression):
        for key, inner in value.items:
            if isinstance(key, nodes.Literal) and isinstance(inner, nodes.Literal):
                if key.value == "source":
                    source = str(inner.value)
                elif key.value == "version":
                    version = str(inner.value)
    return source.removeprefix("registry.terraform.io/"), version


def _locked(state: State) -> dict[str, str]:
    source = state.reader.read(posixpath.normpath(posixpath.join(state.path, LOCK_FILE)))
    if source is None:
        return {}
    body, _ = parse(source.text)
    found: dict[str, str] = {}
    for block in body.blocks("provider"):
        version = _text(block.body.attributes.get("version"))
        if version and block.labels:
            found[block.labels[0].removeprefix("registry.terraform.io/")] = version
    return found


def _text(attribute: nodes.Attribute | None) -> str:
    value = attribute.value if attribute is not None else None
    return value.value if isinstance(value, nodes.Literal) and isinstance(value.value, str) else ""
