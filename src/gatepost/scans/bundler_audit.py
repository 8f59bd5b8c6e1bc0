"""The text and the JSON of bundler-audit (`bundle-audit check`); never its JUnit output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Cvss, Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.ranges import lower_bounds
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, score, text

NAME = "bundler-audit"
WRITTEN_BY = "`bundle-audit check`, as text or with `--format json`"
UNIT = "one advisory for one gem; an insecure source is one, too"
EMPTY_LIST_IS_CLEAN = False
_CLEAN = "No vulnerabilities found"
_ENDS = (_CLEAN, "Vulnerabilities found!", "Unpatched versions found!", "Insecure sources found!")
_INSECURE = "Insecure Source URI found:"


def recognises(opened: Opened) -> bool:
    """Whether this is its text, or its JSON with gems and advisories."""
    if opened.is_text:
        head = opened.head
        return head.startswith((_CLEAN, _INSECURE)) or ("Name: " in head and "\nCriticality: " in head)
    data = mapping(opened.data)
    rows = listed(data.get("results"))
    return is_list(data.get("results")) and (
        name(mapping(rows[0]).get("type")) in ("unpatched_gem", "insecure_source")
        if rows
        else {"version", "created_at"} == set(data) - {"results"}
    )


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each advisory and each insecure source; a Problem where a text has no end."""
    place = reading.placing.manifest("Gemfile.lock", "gems.locked", "Gemfile")
    if opened.is_text:
        if not any(end in opened.text for end in _ENDS):
            yield reading.problem("the report ends in the middle", "see whether the scanner was stopped")
        rows = [_row(block) for block in opened.text.split("\n\n")]
        yield from reading.each([row for row in rows if row], partial(_finding, reading, place))
        return
    rows = [mapping(row) for row in listed(mapping(opened.data).get("results"))]
    yield from reading.each(rows, partial(_finding, reading, place))


def _row(block: str) -> dict[str, Any]:
    """Return a block of the text as its JSON has it."""
    if block.strip().startswith(_INSECURE):
        return {"type": "insecure_source", "source": block.partition(_INSECURE)[2].strip()}
    pairs = (line.partition(": ") for line in block.splitlines())
    said = {key.strip(): value.strip() for key, mark, value in pairs if mark}
    if "Name" not in said:
        return {}
    advisory = {
        "id": said.get("Advisory") or said.get("CVE") or said.get("GHSA"),
        "ghsa": said.get("GHSA"),
        "title": said.get("Title"),
        "url": said.get("URL"),
        "criticality": said.get("Criticality"),
        "patched_versions": [said.get("Solution", "").removeprefix("upgrade to")]
        if "upgrade to" in said.get("Solution", "")
        else [],
    }
    return {
        "type": "unpatched_gem",
        "gem": {"name": said["Name"], "version": said.get("Version")},
        "advisory": advisory,
    }


def _finding(reading: Reading, place: Place, row: Mapping[str, Any]) -> Finding:
    if name(row.get("type")) == "insecure_source":
        said = f"Gems come from an insecure source: {name(row.get('source'))}"
        return reading.finding(
            NAME,
            "insecure-source",
            place,
            title=said,
            message=said,
            severity="unknown",
            category="misconfiguration",
            content=said,
        )
    gem, advisory = mapping(row.get("gem")), mapping(row.get("advisory"))
    patched = [name(one) for one in listed(advisory.get("patched_versions"))]
    given = name(advisory.get("id"))
    ghsa = name(advisory.get("ghsa"))
    third, second = score(advisory.get("cvss_v3"), 10), score(advisory.get("cvss_v2"), 10)
    return reading.vulnerability(
        NAME,
        given,
        place,
        package_of(
            name(gem.get("name")),
            name(gem.get("version")),
            [version for one in patched for version in lower_bounds(one)],
            ecosystem="gem",
        ),
        aliases=[ghsa if ghsa.startswith("GHSA") else f"GHSA-{ghsa}" if ghsa else "", _cve(name(advisory.get("cve")))],
        message=text(advisory.get("title")),
        why=text(advisory.get("description")).strip(),
        severity_said=advisory.get("criticality"),
        scores=[
            Cvss(third, version="3.1") if third is not None else None,
            Cvss(second, version="2.0") if second is not None else None,
        ],
        advice=f"upgrade to {', '.join(patched)}" if patched else "remove or disable the gem until it is mended",
        published=day(advisory.get("date")),
        references=addresses([advisory.get("url")]),
    )


def _cve(number: str) -> str:
    return number if number.startswith("CVE") or not number else f"CVE-{number}"
