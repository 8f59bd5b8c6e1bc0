"""Regular expressions that are compiled when they are first used; never what they look for.

Compiling takes longer than most runs then spend on searching. Expressions that a module needs in some runs only are
made here, those that it always needs by `re.compile`.
"""

from __future__ import annotations

import re
from typing import cast


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` would, compiled when a method is first asked for."""
    return cast("re.Pattern[str]", _Regex(pattern, flags))


class _Regex:
    """Stands for a compiled expression, with each of its methods once that was asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)  # from now on it is found without asking here
        return found
