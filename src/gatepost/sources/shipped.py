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


STANDARDS = "standards.bin"
_STANDARDS = os.path.join(_HERE, "..", "..", "..", "policies", "standards")


def shipped_standards() -> dict[str, str]:
    """Return the texts of the files on standards by their names; raises `UsageError` when this installation lacks them.

    They are in the wheel as they are: few people ask for them, and not often.
    """
    try:
        with open(os.path.join(os.path.dirname(COMPILED), STANDARDS), "rb") as file:
            return marshal.loads(file.read())
    except FileNotFoundError:
        pass  # a checkout: its own files are read
    try:
        names = [name for name in sorted(os.listdir(_STANDARDS)) if name.endswith(".yaml")]
    except OSError:
        raise UsageError(
            "the files on standards are missing from this installation", hint="install Gatepost again"
        ) from None
    found: dict[str, str] = {}
    for name in names:
        with open(os.path.join(_STANDARDS, name), encoding="utf-8") as file:
            found[name.removesuffix(".yaml")] = file.read()
    return found


def shipped_policy(name: str) -> Source:
    """Return the source of a shipped policy; raises `UsageError` when this installation lacks it."""
    shown = f"{name} (shipped)"
    try:
        with open(COMPILED, "rb") as file:
            text, frozen = marshal.loads(file.read())[name]
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
