"""The report of `npm audit --json` of npm 7 and later: a map of packages; never that of npm 6."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.changes import Fix
from gatepost.model.findings import Cvss, Finding
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import version_of
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.ranges import upper_bounds
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, identifiers, listed, mapping, name, score, text, weaknesses

NAME = "npm-audit"
WRITTEN_BY = "`npm audit --json` of npm 7 and later"
UNIT = "one advisory for one package; packages that are only on the way to it are its dependency paths"
EMPTY_LIST_IS_CLEAN = False
_MOST_PATHS = 20
_LONGEST_PATH = 15


def recognises(opened: Opened) -> bool:
    """Whether the report has the version of npm's own format."""
    data = mapping(opened.data)
    return "auditReportVersion" in data and isinstance(data.get("vulnerabilities"), dict)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each advisory of each package."""
    packages = mapping(mapping(opened.data).get("vulnerabilities"))
    reader = _Reader(packages, reading)
    for called, entry in packages.items():
        about = mapping(entry)
        seen = {
            name(one.get("source")) or name(one.get("url")): one
            for one in map(mapping, listed(about.get("via")))
            if one
        }
        yield from reading.each(
            seen.values(), lambda row, about=about, called=called: reader.finding(called, about, row)
        )


class _Reader:
    """All packages of one report, for the ways that lead to each."""

    def __init__(self, packages: Mapping[str, Any], reading: Reading) -> None:
        self._packages = packages
        self._reading = reading
        self._place = reading.placing.manifest("package-lock.json", "npm-shrinkwrap.json", "package.json")

    def finding(self, called: str, about: Mapping[str, Any], advisory: Mapping[str, Any]) -> Finding:
        """Return the finding of one advisory."""
        link, number = name(advisory.get("url")), name(advisory.get("source"))
        identity = next(iter(identifiers(link)), "") or (f"npm-{number}" if number else "")
        direct = about.get("isDirect")
        bounds = upper_bounds(name(advisory.get("range")))
        package = package_of(
            name(advisory.get("name")) or called,
            "",
            bounds,
            ecosystem="npm",
            direct=direct if isinstance(direct, bool) else None,
            paths=tuple(self._paths(called)),
        )
        cvss = mapping(advisory.get("cvss"))
        points, vector = score(cvss.get("score"), 10), name(cvss.get("vectorString"))
        available = about.get("fixAvailable")
        return self._reading.vulnerability(
            NAME,
            identity,
            self._place,
            package,
            aliases=[f"npm-{number}" if number and not identity else ""],
            message=text(advisory.get("title")),
            severity_said=advisory.get("severity"),
            scores=[Cvss(points, vector, version_of(vector))] if points and vector else [],
            cwe=weaknesses(advisory.get("cwe")),
            references=addresses([link]),
            content=", ".join(name(node) for node in listed(about.get("nodes"))[:20]),
            no_fix="npm knows no version of what depends on it that mends it" if available is False else "",
            **_fix(available),
        )

    def _paths(self, called: str) -> Iterator[tuple[str, ...]]:
        """Yield the ways from a direct dependency to a package, by what is affected through what."""
        waiting: list[tuple[str, ...]] = [(called,)]
        found = 0
        while waiting and found < _MOST_PATHS:
            way = waiting.pop(0)
            about = mapping(self._packages.get(way[0]))
            if about.get("isDirect") is True:
                found += 1
                yield way
            more = [name(one) for one in listed(about.get("effects"))]
            if len(way) < _LONGEST_PATH and len(waiting) < 1000:
                waiting += [(one, *way) for one in more if one and one not in way]


def _fix(available: object) -> dict[str, Any]:
    """Return what npm would change: the direct dependency to raise, which need not be the package itself."""
    change = mapping(available)
    called, version = name(change.get("name")), name(change.get("version"))
    if called and version:
        why = (
            "it is another major version"
            if change.get("isSemVerMajor") is True
            else "another version may behave differently"
        )
        return {"fixes": (Fix(f"raise {called} to {version}", (), "unsafe", "needs_rescan", why),)}
    return {"fixes": (), "advice": "npm audit fix"} if available is True else {}
