"""Reads the policies that come with Gatepost; never others."""

from __future__ import annotations

import os

from gatepost.model.places import Source
from gatepost.model.problems import UsageError

_HERE = os.path.dirname(os.path.abspath(__file__))
# Beside the package's modules when installed; at the top of a checkout.
_FOLDERS = (
    os.path.join(os.path.dirname(_HERE), "policies", "gates"),
    os.path.join(_HERE, "..", "..", "..", "policies", "gates"),
)


def shipped_policy(name: str) -> Source:
    """Return the source of a shipped policy; raises `UsageError` when this installation lacks it."""
    for folder in _FOLDERS:
        path = os.path.join(folder, f"{name}.yaml")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return Source(f"{name} (shipped)", file.read(), "policy")
    raise UsageError(f"the shipped policy {name!r} is missing from this installation", hint="install Gatepost again")
