"""What text a regular expression cannot be found without, told by its parts; never the search itself.

Most expressions of most rules are found in nothing: an expression on base images that are out of date is asked of all
base images. One look for a few words is enough to know it, and then it does not even have to be compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from gatepost.conditions.expressions import Needs, compile_expression, tree_of

_MOST_WORDS = 24
_MOST_LETTERS = 4  # of a class such as [13] that count as so many words


def needs_of(text: str) -> Needs | None:
    """Return texts of which one has to be there for an expression to be found; None where nothing is sure.

    Raises ValueError as `compile_expression` does.
    """
    compile_expression(text)
    tree = tree_of(text)
    words = _words(tree)
    if words is None or len(words) > _MOST_WORDS:
        return None
    if not int(tree.state.flags) & re.IGNORECASE:
        return False, words
    if not all(word.isascii() for word in words):
        return None
    return True, tuple(dict.fromkeys(word.lower() for word in words))


def _words(tree: Any) -> tuple[str, ...] | None:
    """Return texts of which everything that a sequence matches has one, the most telling of its parts."""
    found: list[tuple[str, ...]] = []
    letters = ""
    for operator, argument in tree:
        name = str(operator)
        if name == "LITERAL":
            letters += chr(argument)
            continue
        if letters:
            found.append((letters,))
            letters = ""
        part = _words_of(name, argument)
        if part is not None:
            found.append(part)
    if letters:
        found.append((letters,))
    return max(found, key=_telling, default=None)


def _telling(words: tuple[str, ...]) -> tuple[int, int]:
    return min(len(word) for word in words), -len(words)


def _words_of(name: str, argument: Any) -> tuple[str, ...] | None:
    """Return texts of which everything that one part matches has one; None where nothing is sure."""
    if name == "SUBPATTERN":
        _, added, removed, body = argument
        return None if added or removed else _words(body)
    if name == "BRANCH":
        return _of_each(argument[1])
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        low, _, body = argument
        return _words(body) if low else None
    if name == "IN" and len(argument) <= _MOST_LETTERS and all(str(item[0]) == "LITERAL" for item in argument):
        return tuple(chr(letter) for _, letter in argument)
    return None


def _of_each(branches: Iterable[Any]) -> tuple[str, ...] | None:
    found: dict[str, None] = {}
    for branch in branches:
        words = _words(branch)
        if words is None:
            return None
        found.update(dict.fromkeys(words))
    return tuple(found)
