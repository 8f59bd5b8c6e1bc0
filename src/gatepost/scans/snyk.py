"""The JSON of Snyk's tests of packages, containers and infrastructure; never of Snyk Code, which writes SARIF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Cvss, Exploitability, Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.cvss_scores import version_of
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, masked, name, score, text, weaknesses, whole
from gatepost.scans.spellings import maturity_of

NAME = "snyk"
WRITTEN_BY = "`snyk test --json`, `snyk container test --json`, `snyk iac test --json` (`snyk code test` writes SARIF)"
UNIT = "one vulnerability of one version of a package in one project, with all dependency paths; one issue at a line"
EMPTY_LIST_IS_CLEAN = False
_IMAGES = ("deb", "apk", "rpm", "linux")
_IMAGE = re.compile(r"[a-z0-9][\w./-]{0,200}:[\w][\w.-]{0,127}\Z", re.ASCII).match
_MOST_ADVICE, _LONGEST_ADVICE = 50, 5000
_REACHABLE = {"reachable": True, "function": True, "package": True, "no-path-found": False, "not-reachable": False}


class _Group(NamedTuple):
    """All rows of one vulnerability in one package: a row for each path."""

    rows: list[Mapping[str, Any]]
    ignored: Mapping[str, Any] | None


def _projects(opened: Opened) -> list[Mapping[str, Any]]:
    """Return the projects of a report, and in each container the applications inside it."""
    given = [mapping(one) for one in listed(opened.data)] if is_list(opened.data) else [mapping(opened.data)]
    found: list[Mapping[str, Any]] = []
    for one in given:
        image = one.get("docker") or {"image": one.get("path")}
        found += [one, *({**mapping(each), "docker": image} for each in listed(one.get("applications")))]
    return found


def recognises(opened: Opened) -> bool:
    """Whether every project has a result as Snyk writes it, or an error in place of one."""
    projects = _projects(opened)
    return any(_is_project(one) for one in projects) and all(
        _is_project(one) or one.get("ok") is False for one in projects
    )


def _is_project(project: Mapping[str, Any]) -> bool:
    tested = is_list(project.get("vulnerabilities")) and "ok" in project
    code = is_list(project.get("infrastructureAsCodeIssues"))
    return code or (tested and bool(project.keys() & {"packageManager", "dependencyCount", "projectName"}))


def accepts(opened: Opened) -> bool:
    """Whether this is Snyk's word about an error."""
    data = mapping(opened.data)
    return data.get("ok") is False and "error" in data


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield vulnerabilities, licences and issues, ignored ones marked; a Problem for each project that failed."""
    for project in _projects(opened):
        if project.get("error"):
            where = name(project.get("path")) or "a project"
            yield reading.problem(f"snyk could not test {where}: {name(project.get('error'))}")
            continue
        code = [mapping(row) for row in listed(project.get("infrastructureAsCodeIssues"))]
        yield from reading.each(code, partial(_misconfiguration, reading, project))
        yield from reading.each(_groups(project), partial(_package, reading, project))


def _groups(project: Mapping[str, Any]) -> Iterator[_Group]:
    """Yield the rows by vulnerability and package, those that were filtered out after the others."""
    filtered = mapping(project.get("filtered"))
    for key, rows in ((False, project.get("vulnerabilities")), (True, filtered.get("ignore"))):
        groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for row in map(mapping, listed(rows)):
            same = (name(row.get("id")), _called(row), name(row.get("version")))
            groups.setdefault(same, []).append(row)
        for found in groups.values():
            given = mapping(found[0].get("filtered")).get("ignored")
            given = mapping(next(iter(listed(given)), None)) or mapping(given)
            yield _Group(found, given if key else None)


def _called(row: Mapping[str, Any]) -> str:
    return name(row.get("packageName") or row.get("moduleName") or row.get("name"))


def _package(reading: Reading, project: Mapping[str, Any], group: _Group) -> Finding:
    row = group.rows[0]
    paths = [tuple(name(step) for step in listed(one.get("from"))[1:]) for one in group.rows]
    manager = name(row.get("packageManager") or project.get("packageManager"))
    place, artifact = _place(reading, project, manager)
    package = package_of(
        _called(row),
        name(row.get("version")),
        [*map(name, listed(row.get("fixedIn"))), name(row.get("nearestFixedInVersion"))],
        ecosystem=manager.partition(":")[0],
        direct=any(len(path) == 1 for path in paths) if any(paths) and artifact is None else None,
        paths=tuple(path for path in paths if path),
    )
    more: dict[str, Any] = {"artifact": artifact}
    if group.ignored is not None:
        why = masked(name(group.ignored.get("reason")))
        more["suppressions"] = (Suppression("external", NAME, "ignored", why),)
    if name(row.get("type")) == "license":
        return _licence(reading, place, row, package, more)
    return _vulnerability(reading, place, row, package, group, more)


def _vulnerability(
    reading: Reading, place: Place, row: Mapping[str, Any], package: Any, group: _Group, more: dict[str, Any]
) -> Finding:
    identifiers = mapping(row.get("identifiers"))
    said = name(row.get("severityWithCritical") or row.get("severity"))
    known = [name(one) for key, each in identifiers.items() if key != "CWE" for one in listed(each)]
    return reading.vulnerability(
        NAME,
        row.get("id"),
        place,
        package,
        aliases=known,
        message=text(row.get("title")),
        why=text(row.get("description")).strip(),
        severity_said=said,
        scores=list(_scores(row)),
        cwe=weaknesses(identifiers.get("CWE")),
        exploitability=_exploitability(row),
        advice=_upgrade(group.rows),
        published=day(row.get("publicationTime") or row.get("disclosureTime")),
        references=addresses(
            [
                f"https://security.snyk.io/vuln/{name(row.get('id'))}",
                *(mapping(one).get("url") for one in listed(row.get("references"))),
            ]
        ),
        **more,
    )


def _place(reading: Reading, project: Mapping[str, Any], manager: str) -> tuple[Place, Artifact | None]:
    docker = mapping(project.get("docker"))
    image = name(project.get("path")) if docker or manager in _IMAGES else ""
    if image:
        os = manager.replace(":", " ") if ":" in manager else ""
        base = name(docker.get("baseImage"))
        called = image or base
        inner = text(project.get("displayTargetFile") or project.get("targetFile"))
        better = _better_bases(docker)
        return reading.placing.artifact(called), Artifact(called, os=os, path=inner, base=base, better_bases=better)
    target = text(project.get("displayTargetFile") or project.get("targetFile"))
    folder = text(project.get("path")).rstrip("/")
    if not target:
        return reading.placing.manifest(), None
    return reading.placing.file([f"{folder}/{target}", target] if folder else [target]), None


def _better_bases(docker: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the images of the advice on the base image: those in its tables below a heading of upgrades."""
    found: list[str] = []
    upgrades = False
    for one in listed(mapping(docker.get("baseImageRemediation")).get("advice"))[:_MOST_ADVICE]:
        lines = text(mapping(one).get("message"), _LONGEST_ADVICE).strip().splitlines()
        if len(lines) == 1:
            upgrades = "upgrade" in lines[0].lower()
        elif upgrades and lines and lines[0].startswith("Base Image"):
            found += [words[0] for line in lines[1:] if (words := line.split()) and _IMAGE(words[0])]
    return tuple(dict.fromkeys(found))


def _scores(row: Mapping[str, Any]) -> Iterator[Cvss]:
    for one in map(mapping, listed(row.get("cvssDetails"))):
        points, vector = score(one.get("cvssV3BaseScore"), 10), name(one.get("cvssV3Vector"))
        if points is not None:
            yield Cvss(points, vector, version_of(vector), name(one.get("assigner")))
    for one in map(mapping, listed(row.get("cvssSources"))):
        points = score(one.get("baseScore"), 10)
        if points is not None:
            yield Cvss(points, name(one.get("vector")), name(one.get("cvssVersion")), name(one.get("assigner")))
    points, vector = score(row.get("cvssScore"), 10), name(row.get("CVSSv3"))
    if points is not None and (points or vector):
        yield Cvss(points, vector, version_of(vector), "Snyk")


def _exploitability(row: Mapping[str, Any]) -> Exploitability:
    maturity = name(row.get("exploit")) or name(row.get("exploitMaturity"))
    epss = mapping(row.get("epssDetails"))
    return Exploitability(
        epss=score(epss.get("probability"), 1),
        epss_percentile=score(epss.get("percentile"), 1),
        reachable=_REACHABLE.get(name(row.get("reachability")).lower().replace(" ", "-")),
        maturity=maturity_of(maturity),
    )


def _upgrade(rows: list[Mapping[str, Any]]) -> str:
    """Return the direct dependencies to raise: the first step of the way that an upgrade goes."""
    found: list[str] = []
    for row in rows:
        way = [one for one in listed(row.get("upgradePath")) if isinstance(one, str)]
        if way and row.get("isUpgradable") is True:
            found.append(name(way[0]))
    return f"raise {', '.join(dict.fromkeys(found))}" if found else ""


def _licence(reading: Reading, place: Place, row: Mapping[str, Any], package: Any, more: dict[str, Any]) -> Finding:
    title = f"The licence of {package.name} is {name(row.get('license')) or name(row.get('title'))}"
    return reading.finding(
        NAME,
        row.get("id"),
        place,
        title=title,
        message=title,
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        category="license",
        subject="package",
        package=package,
        content=package.name,
        **more,
    )


def _misconfiguration(reading: Reading, project: Mapping[str, Any], row: Mapping[str, Any]) -> Finding:
    path = text(project.get("targetFilePath")) or text(project.get("targetFile"))
    if not path:
        raise Unreadable("has no file")
    place = reading.placing.file([path, text(project.get("targetFile"))], whole(row.get("lineNumber")))
    told = mapping(row.get("iacDescription"))
    way = ".".join(name(step) for step in listed(row.get("path")))
    ignored = row.get("isIgnored") is True
    return reading.finding(
        NAME,
        row.get("publicId") or row.get("id"),
        place,
        title=text(row.get("title")),
        message=text(told.get("issue") or row.get("issue")) or text(row.get("title")),
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        category="misconfiguration",
        subject="resource",
        resource=_address(way),
        why=text(told.get("impact") or row.get("impact")).strip(),
        advice=text(told.get("resolve") or row.get("resolve")).strip(),
        references=addresses([row.get("documentation"), *listed(row.get("references"))]),
        suppressions=(Suppression("external", NAME, "ignored"),) if ignored else (),
        content=way,
    )


def _address(way: str) -> str:
    """Return the address in "resource.aws_s3_bucket[logs].acl" (Terraform) or "Resources[Logs].…" (CloudFormation)."""
    parts = way.replace("[", ".").replace("]", "").replace('"', "").split(".")
    if len(parts) > 2 and parts[0] == "resource":
        return f"{parts[1]}.{parts[2]}"
    return parts[1] if len(parts) > 1 and parts[0] == "Resources" else ""
