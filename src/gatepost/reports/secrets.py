"""Keeps secrets that were found out of every report; never finds one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial

from gatepost.model.findings import Finding
from gatepost.model.places import Region, Source

HIDDEN = "[secret]"
_SHORTEST = 6  # a shorter text occurs by chance in other words
_WORD = r"""[^\s"'`,;=()\[\]{}]{6,}"""
_MANY = 100
_REMEMBERED = 2048  # texts that were cleaned
# Words of our own reports: hiding them hides nothing, and marks what they were hidden for.
_OURS = frozenset(("password", "passwd", "secret", "secrets", "private", "access", "default"))


def is_secret(finding: Finding) -> bool:
    """Tell whether what stands at the finding's place is a secret."""
    return finding.subject == "secret" or finding.category in ("secret", "secrets")


class Secrets:
    """What must not be printed: places, and the texts that stand there.

    Our own detectors point at the secret itself; of others only the line is trusted, so all of it is hidden.
    """

    __slots__ = ("_clean", "_lines")

    def __init__(self, findings: Iterable[Finding], sources: Mapping[str, Source]) -> None:
        self._lines: dict[tuple[str, int], list[tuple[int, int | None]]] = {}
        texts: set[str] = set()
        for finding in findings:
            if not is_secret(finding):
                continue
            ours = any(detector.tool == "gatepost" for detector in finding.detectors)
            steps = (step.location for step in finding.origins if step.location)
            places = [finding.location, *steps, *(related.location for related in finding.related)]
            for location in places:
                self._hide(location.path, location.region, whole=not ours)
                if ours and location.path in sources:
                    texts.update(_texts(sources[location.path], location.region))
        self._clean = _cleaner(texts)

    def _hide(self, path: str, region: Region, whole: bool) -> None:
        whole = whole or (region.start_line, region.start_column) == (region.end_line, region.end_column)
        for number in range(region.start_line, min(region.end_line, region.start_line + 500) + 1):
            first = region.start_column if number == region.start_line and not whole else 1
            last = region.end_column if number == region.end_line and not whole else None
            self._lines.setdefault((path, number), []).append((first, last))

    def line(self, path: str, number: int, text: str) -> str:
        """Return a source line (1-based `number`) with the secrets in it starred; its length stays the same."""
        for first, last in self._lines.get((path, number), ()):
            start = max(first - 1, len(text) - len(text.lstrip()))
            end = len(text) if last is None else min(last - 1, len(text))
            if start < end:
                text = text[:start] + "*" * (end - start) + text[end:]
        return text

    def holds(self, path: str, number: int) -> bool:
        """Tell whether a source line has a secret in it."""
        return (path, number) in self._lines

    def text(self, text: str) -> str:
        """Return any other text without the secrets that are known."""
        return self._clean(text) if self._clean else text


def _texts(source: Source, region: Region) -> set[str]:
    start = source.offset(region.start_line, region.start_column)
    text = source.text[start : source.offset(region.end_line, region.end_column)].strip().strip("\"'")
    words = re.findall(_WORD, text)
    if len(words) <= 1:
        return {text} if len(text) >= _SHORTEST and text.lower() not in _OURS else set()
    return {word for word in words if len(word) >= 20 and any(c.isdigit() for c in word)}


def _cleaner(texts: set[str]) -> Callable[[str], str] | None:
    if not texts:
        return None
    # Reports ask for the same titles, words of rules and tags with every finding.
    if len(texts) <= _MANY:
        ordered = sorted(texts, key=lambda t: (-len(t), t))
        return lru_cache(_REMEMBERED)(partial(_without, ordered))
    word = re.compile(_WORD)  # so many that only whole words are compared, to stay linear
    return lru_cache(_REMEMBERED)(partial(word.sub, lambda m: HIDDEN if m.group() in texts else m.group()))


def _without(secrets: Sequence[str], text: str) -> str:
    for secret in secrets:
        if secret in text:
            return re.sub("|".join(map(re.escape, secrets)), HIDDEN, text)
    return text
