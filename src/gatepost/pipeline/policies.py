"""Finds and loads the policies of a run; never decides."""

from __future__ import annotations

import os

from gatepost.gate import Policy, load, load_shipped
from gatepost.gate.policy import KnownRules
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.pipeline.request import Request
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes
from gatepost.sources.shipped import shipped_policy

POLICY_FILE = "gatepost.yaml"


def load_policies(request: Request, root: str, known: KnownRules) -> tuple[Policy, Policy | None]:
    """Return the policy that decides and the organisation's, if one is given.

    The first is the one the request names, else `gatepost.yaml` in the scanned root, else the shipped `recommended`.
    `known` maps rule ids to their settings. Raises `UsageError`.
    """
    beside = os.path.join(root, POLICY_FILE)
    if request.policy is not None:
        policy = load_file(request.policy, known)
    elif os.path.isfile(beside):
        policy = load_file(beside, known, POLICY_FILE)
    else:
        policy = load_shipped("recommended", shipped_policy)
    if request.organisation_policy is None:
        return policy, None
    return policy, load_file(request.organisation_policy, known)


def load_file(path: str, known: KnownRules | None, shown: str = "") -> Policy:
    """Return the policy in a file, or the shipped one of that name; raises `UsageError`."""
    if path in ("recommended", "strict", "observe") and not os.path.exists(path):
        return load_shipped(path, shipped_policy)
    try:
        text = decode(read_bytes(path))
    except Unreadable as error:
        raise UsageError(f"the policy {printable_path(path)!r} cannot be used: {error.what}", hint=error.hint) from None
    return load(Source(shown or printable_path(path), text, "policy"), shipped_policy, known)
