"""The cases of all shipped rules at once, for who shows them to people; never on the way to a verdict."""

from __future__ import annotations

import marshal
import os
from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.rules.compiled import compiled_folder


def shipped_cases(folder: str | None = None) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the cases by rule; nothing where nothing is compiled (in a checkout): the rules have them themselves."""
    try:
        with open(os.path.join(folder or compiled_folder(), "cases.bin"), "rb") as file:
            return marshal.loads(file.read())
    except OSError:
        return {}
