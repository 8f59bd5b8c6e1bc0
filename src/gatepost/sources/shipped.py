"""Reads the policies that come with Gatepost; never others."""

from __future__ import annotations

import marshal
import os
from typing import Any

from gatepost.model.places import Source
from gatepost.model.problems import UsageError

_HERE = os.path.dirname(os.path.abspath(__file__))
COMPILED = os.path.join(os.path.dirname(_HERE), "rules", "data", "gates.bin")
_CHECKOUT = os.path.join(_HERE, "..", "..", "..", "policies", "gates")


class ShippedSource(Source):
    """A shipped policy with the tree that its text was read into when the wheel was built (plain data)."""

    __slots__ = ("frozen",)

    def __init__(self, path: str, text: str, frozen: tuple[Any, ...]) -> None:
        super().__init__(path, text, "policy")
        self.frozen = frozen


def shipped_policy(name: str) -> Source:
    """Return the source of a shipped policy; raises `UsageError` when this installation lacks it."""
    shown = f"{name} (shipped)"
    try:
        with open(COMPILED, "rb") as file:
            text, frozen = marshal.load(file)[name]
            return ShippedSource(shown, text, frozen)
    except FileNotFoundError:
        pass  # a checkout: its own files are read
    path = os.path.join(_CHECKOUT, f"{name}.yaml")
    if not os.path.isfile(path):
        raise UsageError(
            f"the shipped policy {name!r} is missing from this installation", hint="install Gatepost again"
        )
    with open(path, encoding="utf-8") as file:
        return Source(shown, file.read(), "policy")
