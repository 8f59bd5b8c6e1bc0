"""What people write about versions: what it allows, and how it reads when it is raised; never which version to take."""

from __future__ import annotations

import re

from gatepost.languages.manifests.versions import VersionKey, version_key
from gatepost.model.records import NamedTuple

_LONGEST = 300
_MOST_PARTS = 20
_TERM = re.compile(r"\s*(===|==|~=|~>|!=|<=|>=|=<|<|>|\^|~|=|)\s*([vV]?[0-9][0-9A-Za-z.+!_*-]*)\s*").match
_WILD = re.compile(r"(?:\A|\.)[xX*](?:\.|\Z)").search
# Ecosystems in which a bare version allows later ones too.
_BARE = {"cargo": "^", "golang": ">=", "nuget": ">="}
_RANGED = frozenset(("npm", "cargo", "composer", "poetry", "hex", "pub"))


class Term(NamedTuple):
    """One comparison: operator ("" for none written), version, and where the version stands in the text."""

    operator: str
    version: str
    start: int
    end: int


def terms_of(requirement: str) -> list[Term] | None:
    """Return the comparisons that have to hold together; None for alternatives, wildcards, tags and addresses."""
    if len(requirement) > _LONGEST or "|" in requirement or " - " in requirement:
        return None
    found: list[Term] = []
    at, end = 0, len(requirement.rstrip())
    while at < end:
        if requirement[at] in ", \t" and found:
            at += 1
            continue
        term = _TERM(requirement, at)
        if term is None or _WILD(term[2]) or len(found) >= _MOST_PARTS:
            return None
        found.append(Term(term[1], term[2], term.start(2), term.end(2)))
        at = term.end()
    return found


def exact(ecosystem: str, requirement: str, dialect: str = "") -> str:
    """Return the one version that a requirement allows (or is resolved to first), "" where it allows more.

    `dialect` is "poetry" for Poetry's own notation; Maven, Gradle and NuGet take the version that is written.
    """
    text = requirement.strip()
    if ecosystem in ("maven", "nuget") and text[:1] == "[" and text[-1:] == "]" and "," not in text:
        text = text[1:-1].strip()
    terms = terms_of(text)
    if terms is None or len(terms) != 1:
        return ""
    operator, version = terms[0].operator, terms[0].version
    if ecosystem == "pypi" and not dialect:
        return version if operator in ("==", "===") else ""
    if operator in ("=", "==") or (operator == "" and ecosystem != "cargo"):
        # npm takes "1.2" for 1.2.x.
        full = ecosystem != "npm" or version.partition("-")[0].count(".") >= 2
        return version if full else ""
    return ""


def allows(ecosystem: str, requirement: str, version: str, dialect: str = "") -> bool | None:
    """Whether a requirement allows a version; None where that cannot be told."""
    text = requirement.strip()
    key = version_key(ecosystem, version)
    if key is None:
        return None
    if text in ("", "*", "x", "latest", ">=0"):
        return True if text != "latest" else None
    if "||" in text and ecosystem in ("npm", "composer"):
        answers = [allows(ecosystem, part, version, dialect) for part in text.split("||")[:_MOST_PARTS]]
        return True if True in answers else None if None in answers else False
    terms = terms_of(text)
    if terms is None:
        return None
    answers = [_holds(ecosystem, term, version, key, dialect) for term in terms]
    return False if False in answers else None if None in answers else True


def _holds(ecosystem: str, term: Term, version: str, key: VersionKey, dialect: str) -> bool | None:
    other = version_key(ecosystem, term.version)
    if other is None:
        return None
    operator = term.operator or _BARE.get(ecosystem, "=")
    if operator in ("=", "==", "==="):
        short = ecosystem == "npm" and term.version.count(".") < 2
        return _below(ecosystem, term.version, version, term.version.count(".")) if short else key == other
    simple = {">=": key >= other, ">": key > other, "<": key < other, "<=": key <= other, "!=": key != other}
    if operator in simple:
        return simple[operator]
    if key < other:
        return False
    return _below(ecosystem, term.version, version, _kept(ecosystem, operator, term.version, dialect))


def _kept(ecosystem: str, operator: str, version: str, dialect: str) -> int:
    """Return the index of the last number that has to stay as it is."""
    numbers = _numbers(version)
    if operator == "^":
        first = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
        return min(first, 2)
    if operator in ("~=", "~>") or (ecosystem == "composer" and operator == "~"):
        return max(len(numbers) - 2, 0)
    del dialect
    return min(1, len(numbers) - 1)


def _below(ecosystem: str, low: str, version: str, kept: int) -> bool | None:
    del ecosystem
    mine, other = _numbers(low), _numbers(version)
    return mine[: kept + 1] == (other + [0] * 5)[: kept + 1][: len(mine)]


def _numbers(version: str) -> list[int]:
    found = re.match(r"[vV]?(\d{1,18}(?:\.\d{1,18})*)", version)
    return [int(one) for one in found[1].split(".")] if found else []


def raised(ecosystem: str, requirement: str, version: str, dialect: str = "") -> str | None:
    """Return a requirement in the same manner that begins at `version`; None where nobody can say how it reads.

    `requirement` is the text as written. What has an upper bound below the version is not touched.
    """
    if version_key(ecosystem, version) is None:
        return None
    text = requirement
    if not text.strip():
        return f">={version}" if ecosystem == "pypi" and not dialect else None
    bracket = ecosystem in ("maven", "nuget") and text.strip()[:1] in "[("
    if bracket:
        inner = text.strip()[1:-1]
        if not exact(ecosystem, text):
            return None
        return text.replace(inner, version)
    terms = terms_of(text)
    if terms is None:
        return None
    low = [term for term in terms if term.operator in ("", "=", "==", "===", ">=", "~=", "~>", "^", "~")]
    if len(low) != 1:
        return None
    term = low[0]
    new = version.lstrip("vV") if ecosystem != "golang" else version
    if term.version[:1] in "vV" and new[:1] not in "vV":
        new = "v" + new
    if term.operator in ("~=", "~>") and len(_numbers(new)) < 2:
        return None
    written = text[: term.start] + new + text[term.end :]
    return written if allows(ecosystem, written, version, dialect) else None
