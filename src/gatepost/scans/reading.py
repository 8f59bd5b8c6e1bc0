"""What every format needs while it reads one report: rows, places, findings, problems; never a format's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gatepost.model.changes import Fix
from gatepost.model.findings import Cvss, Detector, Exploitability, Finding, Package, Severity
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem
from gatepost.scans.cvss_scores import best
from gatepost.scans.placing import Place, Placing
from gatepost.scans.severities import severity_of, severity_of_score
from gatepost.scans.shapes import first_line, masked, name, names


class Unreadable(Exception):
    """A row that lacks what makes it one; its text says what."""


class Reading:
    """One report while it is read."""

    def __init__(self, report: str, placing: Placing) -> None:
        self.report = report
        self.placing = placing
        self._unread: list[str] = []
        self._detectors: dict[tuple[str, str, Severity, str, str], Detector] = {}

    def problem(self, what: str, hint: str = "see the scanner's own log") -> Problem:
        """Return a Problem with this report."""
        return Problem(Location(self.report, NOWHERE), masked(what), hint)

    def each(self, rows: Iterable[Any], make: Callable[[Any], Finding | None]) -> Iterator[Finding]:
        """Yield what `make` makes of each row; rows that it cannot read are counted and told at the end."""
        for number, row in enumerate(rows, 1):
            try:
                found = make(row)
            except Unreadable as error:
                self._unread.append(f"row {number} {error}" if len(self._unread) < 3 else "")
                continue
            if found is not None:
                yield found

    def left_unread(self) -> Problem | None:
        """Return the Problem with the rows that could not be read."""
        if not self._unread:
            return None
        count = len(self._unread)
        rows = "one row" if count == 1 else f"{count} rows"
        what = f"{rows} of the report could not be read: {', '.join(one for one in self._unread if one)}"
        return self.problem(what, "see whether the file was changed after the scan")

    def finding(
        self,
        tool: str,
        rule: object,
        place: Place,
        *,
        title: str,
        message: str,
        severity: Severity,
        category: str,
        version: str = "",
        severity_said: object = "",
        **more: Any,
    ) -> Finding:
        """Return a finding with its detector; raises Unreadable when the rule has no name.

        `severity_said` is the tool's own word. `more` is as in Finding.
        """
        known = name(rule).replace(" ", "-")
        if not known:
            raise Unreadable("has no name of a rule")
        identity, said = f"{tool}/{known}", name(severity_said)
        key = (tool, identity, severity, version, said)
        detector = self._detectors.setdefault(key, Detector(tool, identity, severity, version, said))
        told = masked(message.strip() or title)
        if place.outside:
            told = f"{told} (in {masked(place.outside)}, which is outside the scanned root)"
            more["content"] = place.outside
        more.setdefault("confidence", "medium")
        for key in ("why", "advice"):
            if more.get(key):
                more[key] = masked(more[key])
        return Finding(
            rule=identity,
            title=masked(first_line(title)) or known,
            message=told,
            severity=severity,
            category=category,
            location=place.location,
            detectors=(detector,),
            **more,
        )

    def vulnerability(
        self,
        tool: str,
        identity: object,
        place: Place,
        package: Package,
        *,
        aliases: Iterable[object] = (),
        message: str = "",
        severity: Severity | None = None,
        severity_said: object = "",
        scores: Iterable[Cvss | None] = (),
        **more: Any,
    ) -> Finding:
        """Return a vulnerability of a package; raises Unreadable without an identity or a package's name.

        The severity is `severity`, else what `severity_said` means, else what the score is worth where the report says
        no word. `aliases` are its
        other identifiers. `more` is as in Finding and `finding`.
        """
        known = name(identity)
        if not known or not package.name:
            raise Unreadable("has no vulnerability or no package")
        given = tuple(dict.fromkeys(one for one in scores if one is not None))
        chosen: Cvss | None = more.pop("cvss", None) or best(given)
        worth = severity or severity_of(severity_said)
        if severity is None and not severity_said and chosen is not None:
            worth = severity_of_score(chosen.score)
        more.setdefault("fixes", raised(package))
        if more["fixes"]:
            more.pop("no_fix", None)
        elif not package.fixed_versions and not more.get("advice"):
            more["no_fix"] = more.get("no_fix") or "the report names no version that mends it"
        more.setdefault("title", f"{known} in {package.name} {package.version}".rstrip())
        return self.finding(
            tool,
            known,
            place,
            message=message,
            severity=worth,
            severity_said=severity_said,
            category="vulnerability",
            subject="package",
            ids=names(known, *aliases),
            package=package,
            cvss=chosen,
            scores=given,
            **more,
        )

    def secret(
        self, tool: str, rule: object, place: Place, kind: str, *, commit: object = "", works: bool = False, **more: Any
    ) -> Finding:
        """Return a secret of some kind; nothing of the secret itself is kept. `commit` is where it was found.

        One that `works` was tried and let somebody in: it is critical and validated.
        """
        revision = f" (commit {name(commit)[:12]})" if name(commit) else ""
        told = masked(" ".join(kind.split()))
        if works:
            more = {
                "severity": "critical",
                "confidence": "high",
                "exploitability": Exploitability(validated=True),
                **more,
            }
        more.setdefault("severity", "unknown")
        return self.finding(
            tool,
            rule,
            place,
            title=f"A secret: {told}" if told else "A secret",
            message=f"A secret{' that works' if works else ''} is written in the file: {told}{revision}",
            category="secret",
            subject="secret",
            **more,
        )


def raised(package: Package) -> tuple[Fix, ...]:
    """Return the advice to raise a package, which only a new scan can prove; nothing where no version mends it."""
    if not package.fixed_versions:
        return ()
    version = f" from {package.version}" if package.version else ""
    # Without the installed version nobody can tell which branch it is of.
    mended = package.fixed_versions[:1] if version else package.fixed_versions
    title = f"raise {package.name}{version} to {' or '.join(mended)}"
    return (Fix(title, (), "unsafe", "needs_rescan", "another version may behave differently"),)
