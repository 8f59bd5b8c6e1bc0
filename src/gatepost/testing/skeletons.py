"""Finds a condition and cases for a rule that is still to be written, so that it runs from the start; never writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gatepost.conditions import ConditionError
from gatepost.model.records import NamedTuple
from gatepost.rules.catalogue import Catalogue, Part
from gatepost.rules.rule import Rule
from gatepost.rules.shipped_cases import shipped_cases
from gatepost.testing.cases import judged_by, prepared, seen, strip_marks

_ID = "new/rule"
_DIALECTS = ("terraform", "cloudformation", "dockerfile")
_MOST_TEXTS = 12
_MOST_LINES = 25


class Start(NamedTuple):
    """What a rule can begin with: what it may ask for, what it forbids, and per dialect a text found and a silent one.

    `forbids` is (attribute, test); None, with no cases, where nothing shipped shows the subject.
    """

    attributes: tuple[str, ...]
    forbids: tuple[str, Any] | None
    cases: Sequence[tuple[str, str, str]]


def start(about: str, catalogue: Catalogue) -> Start:
    """Return what a rule about a subject can begin with; raises `ValueError` where there is no such subject."""
    rule = Rule(_ID, _plain(about, "any", True), catalogue)
    attributes = tuple(rule.schema.names())
    texts = _texts(about, catalogue)
    for attribute, test in _tests(rule, attributes):
        found = _cases(about, attribute, test, texts, catalogue)
        if found:
            return Start(attributes, (attribute, test), found)
    return Start(attributes, None, ())


def _plain(about: str, attribute: str, test: Any) -> dict[str, Any]:
    told = {"title": "t", "severity": "low", "category": "c", "why": "w", "no_fix": "n"}
    return {**told, "applies_to": about, "forbid": {attribute: test}}


def _tests(rule: Rule, attributes: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield tests that may tell things apart, the plainest first."""
    for attribute in attributes:
        sort = rule.schema.sort(attribute)
        if sort is not None and sort.kind == "truth":
            yield attribute, False
            yield attribute, True
    for attribute in attributes:
        yield attribute, {"exists": False}
        yield attribute, {"exists": True}


def _texts(about: str, catalogue: Catalogue) -> Mapping[str, list[str]]:
    """Return texts of shipped cases about the subject by dialect, short ones first."""
    known = shipped_cases()
    found: dict[str, set[str]] = {}
    for rule in catalogue.rules():
        if rule.plain["applies_to"] == about:
            for case in rule.plain.get("cases") or known.get(rule.id, ()):
                for dialect in _DIALECTS:
                    text = str(case.get(dialect, ""))
                    if text and not text.lstrip().startswith("{"):
                        found.setdefault(dialect, set()).add(strip_marks(text)[0])
    return {
        dialect: sorted((one for one in texts if one.count("\n") <= _MOST_LINES), key=lambda one: (len(one), one))
        for dialect, texts in sorted(found.items(), key=lambda pair: _DIALECTS.index(pair[0]))
    }


def _cases(
    about: str, attribute: str, test: Any, texts: Mapping[str, list[str]], catalogue: Catalogue
) -> list[tuple[str, str, str]]:
    """Return (dialect, marked text, silent text) for every dialect; nothing where one of them shows no difference."""
    catalogue.add(Part({_ID: _plain(about, attribute, test)}, {}))
    found: list[tuple[str, str, str]] = []
    for dialect, listed in texts.items():
        bad = good = ""
        for text in listed[:_MOST_TEXTS]:
            try:
                places = seen(judged_by(_ID, prepared({"name": "", dialect: text}), catalogue))
            except ConditionError:
                return []
            if not places:
                good = good or text
            elif set(places.values()) == {"finding"}:
                bad = bad or _marked(text, [line for _, line in places])
        if not bad or not good:
            return []
        found.append((dialect, bad, good))
    return found


def _marked(text: str, lines: Sequence[int]) -> str:
    kept: list[str] = []
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if number in lines:
            kept.append(line[: len(line) - len(line.lstrip())] + "# finding\n")
        kept.append(line)
    return "".join(kept)
