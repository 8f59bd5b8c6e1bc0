"""The JSON of govulncheck (`govulncheck -json`), the stream of version 1 and the object of 0.x; never its SARIF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Exploitability, Finding, Related
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, first_line, is_list, listed, mapping, name, text, whole
from gatepost.scans.streaming import each

NAME = "govulncheck"
WRITTEN_BY = "`govulncheck -json`"
UNIT = "one vulnerability of one module; the calls that reach it are related places"
EMPTY_LIST_IS_CLEAN = False
_KEYS = ("config", "progress", "osv", "finding", "SBOM")
_MOST_TRACES = 20


def _messages(opened: Opened) -> list[Mapping[str, Any]]:
    found = listed(opened.data) if opened.is_json and is_list(opened.data) else opened.documents
    return each(found, mapping)


def recognises(opened: Opened) -> bool:
    """Whether the first message is govulncheck's configuration, or an object has calls and vulnerabilities."""
    first = _messages(opened)[:10]
    known = any(
        "scanner_name" in mapping(one.get("config")) or "scan_level" in mapping(one.get("config")) for one in first
    )
    return known or (bool(first) and {"Calls", "Vulns"} <= first[0].keys())


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability of each module."""
    messages = _messages(opened)
    if "Vulns" in messages[0]:
        messages = list(_newer(messages[0]))
    config = next((mapping(one.get("config")) for one in messages if "config" in one), mapping(None))
    advisories = {name(mapping(one.get("osv")).get("id")): mapping(one.get("osv")) for one in messages if "osv" in one}
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for found in (mapping(one.get("finding")) for one in messages if "finding" in one):
        last = mapping(next(iter(listed(found.get("trace"))), None))
        groups.setdefault((name(found.get("osv")), name(last.get("module"))), []).append(found)
    make = partial(_finding, reading, name(config.get("scanner_version")), name(config.get("scan_level")), advisories)
    yield from reading.each(groups.items(), make)


def _newer(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the messages that version 1 would have written for a report of version 0."""
    for row in map(mapping, listed(report.get("Vulns"))):
        osv = mapping(row.get("OSV"))
        yield {"osv": osv}
        frame = {"module": row.get("ModPath"), "package": row.get("PkgPath")}
        called = {"function": row.get("Symbol")} if whole(row.get("CallSink")) else {}
        yield {"finding": {"osv": osv.get("id"), "trace": [{**frame, **called}]}}


def _finding(
    reading: Reading,
    version: str,
    level: str,
    advisories: Mapping[str, Mapping[str, Any]],
    given: tuple[tuple[str, str], list[Mapping[str, Any]]],
) -> Finding:
    (identity, module), found = given
    about = advisories.get(identity, mapping(None))
    traces = [[mapping(one) for one in listed(each.get("trace"))] for each in found]
    calls = [trace for trace in traces if trace and trace[0].get("function")]
    places = [place for trace in calls[:_MOST_TRACES] if (place := _call(reading, trace)) is not None]
    place = places[0] if places else reading.placing.manifest("go.mod", "go.sum")
    installed = next((name(trace[0].get("version")) for trace in traces if trace and trace[0].get("version")), "")
    looked = level in ("", "symbol")
    details = text(about.get("details")).strip()
    how = f"{_symbol(calls[0][0])} is called" if calls else "nothing vulnerable in it is called"
    how = how if looked else "calls were not looked for"
    return reading.vulnerability(
        NAME,
        identity,
        place,
        package_of(module, installed, [name(each.get("fixed_version")) for each in found], ecosystem="golang"),
        aliases=[listed(about.get("aliases"))],
        message=f"{text(about.get('summary')) or first_line(details) or identity} ({how})",
        why=details,
        version=version,
        confidence="high" if calls else "medium",
        exploitability=Exploitability(reachable=bool(calls) if looked else None),
        published=day(about.get("published")),
        related=tuple(dict.fromkeys(Related(one.location, "calls it, too") for one in places[1:])),
        references=addresses(
            [
                mapping(about.get("database_specific")).get("url"),
                *(mapping(one).get("url") for one in listed(about.get("references"))),
            ]
        ),
    )


def _symbol(frame: Mapping[str, Any]) -> str:
    receiver = name(frame.get("receiver")).lstrip("*")
    return ".".join(part for part in (name(frame.get("package")), receiver, name(frame.get("function"))) if part)


def _call(reading: Reading, trace: list[Mapping[str, Any]]) -> Place | None:
    """Return the place in the scanned code from which a trace goes out: the frames begin at what is vulnerable."""
    for frame in reversed(trace):
        position = mapping(frame.get("position"))
        path = text(position.get("filename"))
        if path:
            place = reading.placing.file([path], whole(position.get("line")))
            return None if place.outside else place
    return None
