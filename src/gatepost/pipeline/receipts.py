"""Compares a receipt with a checkout: which inputs are there as it says; never whether its signature is genuine."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from gatepost.gate import SHIPPED
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.reports.receipt import PREDICATE_TYPE, STATEMENT_TYPE, inputs_digest
from gatepost.rules.library import library_digest
from gatepost.services.git import head_commit, repository_top
from gatepost.services.git_base import GitRefused, Tree
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes
from gatepost.sources.shipped import shipped_policy
from gatepost.version import __version__

MOST_BYTES = 256 * 1024 * 1024
_SHIPPED = " (shipped)"
_HEX = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_HOW = "write one: gatepost check --receipt receipt.json"


class Compared(NamedTuple):
    """One thing that a receipt names, and how it is here: "same", "differs" or "gone", with a word on it."""

    name: str
    role: str
    how: str
    told: str = ""


def read_receipt(path: str) -> Mapping[str, Any]:
    """Return the statement in a file, also out of a DSSE envelope or a Sigstore bundle, whose signature nobody checks.

    Raises `UsageError` for what is no receipt.
    """
    shown = printable_path(path)
    try:
        found: Any = json.loads(decode(read_bytes(path, MOST_BYTES)))
        if isinstance(found, dict) and isinstance(found.get("dsseEnvelope"), dict):  # pyright: ignore[reportUnknownMemberType]
            found = found["dsseEnvelope"]  # pyright: ignore[reportUnknownVariableType]
        if isinstance(found, dict) and isinstance(found.get("payload"), str):  # pyright: ignore[reportUnknownMemberType]
            found = json.loads(base64.b64decode(found["payload"]))  # pyright: ignore[reportUnknownArgumentType]
    except Unreadable as error:
        raise UsageError(f"{shown!r} cannot be read: {error.what}", hint=_HOW) from None
    except (ValueError, RecursionError, binascii.Error):
        raise UsageError(f"{shown!r} is not a receipt", hint=_HOW) from None
    statement = cast("Mapping[str, Any]", found if isinstance(found, dict) else {})
    if statement.get("_type") != STATEMENT_TYPE or statement.get("predicateType") != PREDICATE_TYPE:
        raise UsageError(f"{shown!r} is not a receipt of Gatepost", hint=_HOW)
    try:
        list(_inputs(statement))
    except (KeyError, TypeError, AttributeError):
        raise UsageError(f"{shown!r} is a receipt without the inputs that it needs", hint=_HOW) from None
    return statement


def compare(statement: Mapping[str, Any], root: str) -> Iterator[Compared]:
    """Yield how everything that a receipt names is below a folder: its inputs, then commit, rules and the whole."""
    named: list[tuple[str, str]] = []
    for name, role, sha256, commit in _inputs(statement):
        named.append((name, sha256))
        data = _bytes_of(name, role, commit, root)
        if data is None:
            yield Compared(name, role, "gone", f"commit {commit[:12]}" if commit else "")
        else:
            yield Compared(name, role, "same" if hashlib.sha256(data).hexdigest() == sha256 else "differs")
    whole = next((one["digest"].get("sha256") for one in statement["subject"] if one.get("name") == "inputs"), "")
    if whole != inputs_digest(named):
        yield Compared("inputs", "subject", "differs", "the digest of all inputs is not that of those it lists")
    judged, tool = statement["predicate"]["judged"], statement["predicate"]["tool"]
    head = head_commit(root)
    if judged.get("commit") != (head or None):
        here = f"{head[:12] or 'none'} is checked out"
        yield Compared(str(judged.get("commit") or "none")[:12], "commit", "differs", here)
    if tool.get("version") != __version__ or tool["rules"].get("sha256") != library_digest():
        yield Compared(
            f"gatepost {tool.get('version')}", "rules", "differs", f"this is {__version__}, with other rules"
        )


def told_result(statement: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a receipt says came of it, and the day (ISO) it was judged by."""
    predicate = cast("Mapping[str, Any]", statement["predicate"])
    result: Any = predicate.get("result")
    action = cast("Mapping[str, Any]", result).get("action") if isinstance(result, dict) else None
    return str(action), str(predicate.get("today"))


def _inputs(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, role, SHA-256, commit) of each input; raises for a statement of another shape."""
    for one in statement["predicate"]["inputs"]:
        name, role, sha256, commit = one["name"], one["role"], one["digest"]["sha256"], one["commit"] or ""
        if not all(isinstance(text, str) for text in (name, role, sha256, commit)):
            raise TypeError
        yield name, role, sha256, commit
    for subject in statement["subject"]:
        subject["digest"].get("sha256")
    statement["predicate"]["judged"].get("commit")
    statement["predicate"]["tool"]["rules"].get("sha256")


def _bytes_of(name: str, role: str, commit: str, root: str) -> bytes | None:
    """Return what an input holds here, None where there is none."""
    shipped = name.removesuffix(_SHIPPED)
    if shipped in SHIPPED and name.endswith(_SHIPPED):
        return shipped_policy(shipped).text.encode()
    try:
        data = _of_commit(commit, name, root) if commit else read_bytes(os.path.join(root, name), MOST_BYTES)
        if data is None or not role.endswith("policy"):
            return data
        return decode(data).encode()  # a policy counts by its text
    except (Unreadable, GitRefused, ValueError):
        return None


def _of_commit(commit: str, name: str, root: str) -> bytes | None:
    top = repository_top(root)
    if top is None or not _HEX.match(commit):
        return None
    inside = os.path.relpath(os.path.join(os.path.realpath(root), name), top).replace(os.sep, "/")
    with Tree(top, commit) as tree:
        return tree.read(inside)
