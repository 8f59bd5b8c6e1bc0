"""The XML of SpotBugs and its plugin Find Security Bugs (`spotbugs -xml:withMessages`); never its SARIF output."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gatepost.model.findings import Confidence, Finding, Severity
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import weaknesses, whole
from gatepost.scans.xml_tree import Node

NAME = "spotbugs"
WRITTEN_BY = "`spotbugs -xml:withMessages`, also FindBugs and Find Security Bugs"
UNIT = "one bug instance at its first line"
EMPTY_LIST_IS_CLEAN = False
# The four words of SpotBugs for ranks 1 to 20: scariest, scary, troubling, of concern.
_RANKS: tuple[tuple[int, Severity, str], ...] = (
    (4, "high", "scariest"),
    (9, "high", "scary"),
    (14, "medium", "troubling"),
    (20, "low", "of concern"),
)
# A priority is how sure SpotBugs is; without ranks it has to do for a severity, too.
_PRIORITIES: dict[str, tuple[Confidence, Severity, str]] = {
    "1": ("high", "high", "high"),
    "2": ("medium", "medium", "medium"),
    "3": ("low", "low", "low"),
}
_NO_PRIORITY: tuple[Confidence, Severity, str] = ("medium", "unknown", "")
_SOURCES = ("", "src/main/java/", "src/main/kotlin/", "src/main/scala/", "src/", "app/src/main/java/", "src/test/java/")


def recognises(opened: Opened) -> bool:
    """Whether this is a collection of bugs."""
    return opened.xml is not None and opened.xml.tag == "BugCollection"


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each bug, and a Problem for each error and for classes that were missing."""
    root = opened.xml
    if root is None:
        return
    for error in root.all("Errors", "Error"):
        yield reading.problem(f"spotbugs reports: {error.said('ErrorMessage') or 'an error'}")
    missing = len(root.all("Errors", "MissingClass"))
    if missing:
        yield reading.problem(f"spotbugs missed {missing} {'class' if missing == 1 else 'classes'}")
    titles = {one.get("type"): one.said("ShortDescription") for one in root.all("BugPattern")}
    folders = [f"{one.text.strip().rstrip('/')}/" for one in root.all("Project", "SrcDir") if one.text.strip()]
    make = partial(_finding, reading, root.get("version"), titles, (*folders, *_SOURCES))
    yield from reading.each(root.all("BugInstance"), make)


def _finding(reading: Reading, version: str, titles: dict[str, str], folders: tuple[str, ...], bug: Node) -> Finding:
    rank = whole(bug.get("rank"))
    confidence, severity, said = _PRIORITIES.get(bug.get("priority"), _NO_PRIORITY)
    for most, worth, word in reversed(_RANKS):
        if rank and rank <= most:
            severity, said = worth, word
    message = bug.said("LongMessage") or bug.said("ShortMessage") or titles.get(bug.get("type"), "")
    method = bug.first("Method")
    return reading.finding(
        NAME,
        bug.get("type"),
        _place(reading, folders, bug),
        title=titles.get(bug.get("type")) or bug.said("ShortMessage"),
        message=message,
        severity=severity,
        severity_said=said,
        confidence=confidence,
        category="code",
        version=version,
        cwe=weaknesses(bug.get("cweid")),
        content=bug.get("instanceHash") or f"{method.get('classname')}.{method.get('name')}",
    )


def _place(reading: Reading, folders: tuple[str, ...], bug: Node) -> Place:
    """Return the line of a bug: its own, else that of its method or class, in the first source folder that has it."""
    own = bug.all("SourceLine")
    chosen = next((one for one in own if one.get("primary") == "true"), next(iter(own), None))
    line = chosen or next(
        (one for way in ("Method", "Field", "Class") for one in bug.all(way, "SourceLine")), Node("", "", {})
    )
    path = line.get("sourcepath") or line.get("sourcefile")
    return reading.placing.file(
        [f"{folder}{path}" for folder in folders] if path else [], whole(line.get("start")), whole(line.get("end"))
    )
