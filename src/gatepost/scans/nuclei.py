"""Nuclei's JSON, one result a line or a list of them; never its Markdown or SARIF output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import best
from gatepost.scans.opening import Opened
from gatepost.scans.paging import without_end
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, identifiers, is_list, listed, mapping, name, score, text, weaknesses
from gatepost.scans.spellings import cvss_of

NAME = "nuclei"
WRITTEN_BY = "`nuclei -jsonl` or `-json-export`"
UNIT = "one result: a template that matched at one address"
EMPTY_LIST_IS_CLEAN = True
_IDS = ("template-id", "templateID")


def _rows(opened: Opened) -> Sequence[Any]:
    return listed(opened.data) if is_list(opened.data) else opened.documents


def recognises(opened: Opened) -> bool:
    """Whether the first row has a template and what is known about it."""
    first = mapping(next(iter(_rows(opened)), None))
    return "info" in first and any(key in first for key in _IDS)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result that matched. What was extracted is left out: it may be a secret."""
    cut = without_end(reading, opened)
    if cut is not None:
        yield cut
    yield from reading.each(map(mapping, _rows(opened)), partial(_finding, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding | None:
    if row.get("matcher-status") is False:
        return None
    info = mapping(row.get("info"))
    known = mapping(info.get("classification"))
    address = text(row.get("matched-at")) or text(row.get("matched")) or text(row.get("host"))
    address = address or text(row.get("url")).lstrip("/") or name(row.get("ip"))
    if not address:
        raise Unreadable("has no address")
    matcher = name(row.get("matcher-name")) or name(row.get("matcher_name")) or name(row.get("extractor-name"))
    tags = _words(info.get("tags"))
    title = name(info.get("name"))
    scores = tuple(one for one in [cvss_of(known.get("cvss-score"), known.get("cvss-metrics"))] if one)
    ids = identifiers(*_words(known.get("cve-id")))
    return reading.finding(
        NAME,
        next((row[key] for key in _IDS if row.get(key)), ""),
        reading.placing.artifact((address.partition("://")[2] or address).partition("?")[0]),
        title=title,
        message=f"{title} ({matcher})" if matcher else title,
        severity=severity_of(info.get("severity")),
        severity_said=info.get("severity"),
        category="vulnerability" if ids else "web",
        subject="resource",
        resource=address,
        ids=ids,
        cwe=weaknesses(_words(known.get("cwe-id"))),
        cvss=best(scores),
        scores=scores,
        exploitability=Exploitability(
            known_exploited=True if "kev" in tags else None,
            epss=score(known.get("epss-score"), 1),
            epss_percentile=score(known.get("epss-percentile"), 1),
        ),
        why=text(info.get("description")).strip(),
        advice=text(info.get("remediation")).strip(),
        references=addresses(_words(info.get("reference"))),
        artifact=Artifact(text(row.get("host")) or address, "site"),
        content=matcher,
    )


def _words(found: object) -> list[str]:
    """Return the words of a list, or of a text with commas, as older versions wrote it."""
    return [name(one) for one in listed(found)] if is_list(found) else [one.strip() for one in name(found).split(",")]
