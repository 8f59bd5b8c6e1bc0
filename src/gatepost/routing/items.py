"""What a saved verdict routes, read with care: a route, its destination and the groups that it gets; never renders.

The file may have been written by a job that strangers control, so every value is verified and bounded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.gate.destinations import DESTINATIONS
from gatepost.model.findings import SEVERITIES
from gatepost.model.json_values import mapping, mappings, number, text, texts
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple

MOST_PLACES = 20
_MOST_LISTED = 200
_MOST_FINDINGS = 10_000_000
# Kinds of problems that hide no finding.
_HARMLESS = ("old-report", "feed")
_COMMIT = re.compile(r"[0-9a-f]{7,64}\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_RANKS = {"block": 0, "warn": 1, "allow": 2}


class Place(NamedTuple):
    """Where something is: a path relative to the scanned root, a 1-based line, the resource's address or ""."""

    path: str
    line: int
    resource: str


class Item(NamedTuple):
    """One group of findings that one edit would mend, or one finding that stands alone.

    `key` is its identity at every host (16 hexadecimal digits), which moves with no line. `places` are the first few,
    worst first; `total` is how many findings there are. `diff` are the lines of a proved fix ("- old", "+ new"), `fix`
    the mend in words. `due` is an ISO date, "" for none; `overdue`: it is past. `action` is the strictest decision.
    """

    key: str
    title: str
    severity: str
    action: str
    places: tuple[Place, ...]
    total: int
    message: str = ""
    why: str = ""
    rules: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()
    fix: str = ""
    due: str = ""
    because: str = ""
    fingerprints: tuple[str, ...] = ()
    overdue: bool = False

    @property
    def rank(self) -> tuple[int, int, str, tuple[Place, ...], str]:
        """A sorting key: the worse severity first, then what blocks, what is due, where it is."""
        severity = SEVERITIES.index(cast("Any", self.severity)) if self.severity in SEVERITIES else len(SEVERITIES)
        return severity, _RANKS.get(self.action, 2), self.due or "9999", self.places[:1], self.key


class About(NamedTuple):
    """What the verdict is about; `scope` tells it from other repositories and other folders of the same one, `extent`
    from runs on other paths or with other reports and variables.

    `complete` is false where something could not be read: what is missing then is not known to be gone.
    `change` is true for a pull or merge request, in which nothing is known to be gone either.
    """

    repository: str
    root: str
    paths: tuple[str, ...]
    commit: str
    change: bool
    complete: bool
    inputs: str = ""

    @property
    def scope(self) -> str:
        """The identity of the folder that was judged (12 hexadecimal digits)."""
        return _digest(self.repository.lower(), self.root)[:12]

    @property
    def extent(self) -> str:
        """The identity of how much of it was looked at, and with what (8 hexadecimal digits)."""
        return _digest(self.inputs, *self.paths)[:8]


class Batch(NamedTuple):
    """What one route tells one destination: `settings` are those of the policy, items are worst first."""

    route: str
    policy: str
    service: str
    settings: Mapping[str, Any]
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """How people call it."""
        return f"{self.route} → {self.service}"


class Routing(NamedTuple):
    """A verdict as far as routes are concerned.

    `here` maps the key of every group that is still found to why it may not be routed: "waived until …", "" for no
    reason that is known. `others` are the keys that routes lead to which are left out this time.
    """

    about: About
    batches: tuple[Batch, ...]
    here: Mapping[str, str]
    others: frozenset[str] = frozenset()

    def only(self, keep: Callable[[Batch], bool]) -> Routing:
        """Return the same with some batches, so that what the others lead to is left as it is."""
        kept = tuple(batch for batch in self.batches if keep(batch))
        left = (item.key for batch in self.batches if not keep(batch) for item in batch.items)
        return self._replace(batches=kept, others=self.others | frozenset(left))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def read_routing(data: Any, repository: str = "") -> Routing:
    """Return what a json report routes; `repository` counts in place of the one it names. Raises UsageError."""
    if not isinstance(data, dict):
        raise _bad("it is no mapping")
    top = cast("dict[str, Any]", data)
    if top.get("version") != 1 or not isinstance(top.get("findings"), list):
        raise _bad("it is no json report of version 1")
    about = _about(top, repository)
    findings: dict[str, list[Mapping[str, Any]]] = {}
    for finding in mappings(top, "findings"):
        fingerprint = text(finding, "fingerprint")
        if fingerprint:
            findings.setdefault(fingerprint, []).append(finding)
    batches: list[Batch] = []
    for route in mappings(top, "routes"):
        batches.extend(_batches(route, about, findings))
    here: dict[str, str] = {}
    for some in findings.values():
        for finding in some:
            key, why = _key(finding, about), _why_not(finding)
            here[key] = here.get(key, why) and why
    return Routing(about, tuple(batches), here)


def _bad(what: str) -> UsageError:
    return UsageError(
        f"the verdict cannot be used: {what}", hint="write one: gatepost check --format json=verdict.json"
    )


def _about(top: Mapping[str, Any], repository: str) -> About:
    judged = mapping(top.get("judged"))
    verdict = mapping(top.get("verdict"))
    return About(
        (repository or text(judged, "repository"))[:255],
        text(judged, "root"),
        texts(judged.get("paths")),
        commit if _COMMIT.match(commit := text(judged, "commit")) else "",
        judged.get("change") is True,
        not _unread(top) and verdict.get("action") != "incomplete",
        text(judged, "inputs")[:64],
    )


def _unread(top: Mapping[str, Any]) -> bool:
    """Whether something could not be read or run, whatever the policy says of that."""
    kinds = (text(problem, "kind") for problem in mappings(top, "problems"))
    return any(kind not in _HARMLESS for kind in kinds)


def _batches(
    route: Mapping[str, Any], about: About, findings: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[Batch]:
    name = text(route, "name")
    members: dict[str, list[Mapping[str, Any]]] = {}
    for fingerprint in dict.fromkeys(texts(route.get("findings"), _MOST_FINDINGS)):
        for finding in findings.get(fingerprint, ()):
            members.setdefault(_key(finding, about), []).append(finding)
    items = sorted((_item(key, some) for key, some in members.items()), key=lambda item: item.rank)
    for service, settings in mapping(route.get("destinations")).items():
        yield Batch(name, text(route, "policy"), service, _settings(service, settings), tuple(items))


def _settings(service: str, settings: Any) -> Mapping[str, Any]:
    """Return the settings of a destination, verified as a policy's are."""
    from gatepost.gate.reading import Page
    from gatepost.model.places import Source

    if service not in DESTINATIONS:
        raise _bad(f"it names the destination {service[:40]!r}, which this Gatepost does not know")
    import json

    from gatepost.gate.destinations import read_destination

    try:
        text = json.dumps(settings)
        page = Page(Source("verdict", text, "policy"))
        return read_destination(page, service, page.root)
    except (UsageError, ValueError, RecursionError) as error:
        what = error.message if isinstance(error, UsageError) else "they nest too deep"
        raise _bad(f"the settings of a destination are wrong: {what}") from None


def _key(finding: Mapping[str, Any], about: About) -> str:
    group = text(finding, "group")
    identity = ("group", group) if group else ("finding", text(finding, "fingerprint"))
    return _digest(about.repository.lower(), about.root, *identity)[:16]


def _why_not(finding: Mapping[str, Any]) -> str:
    """Return why a finding that is still there may take no route any more."""
    waiver = mapping(mapping(finding.get("decision")).get("waiver"))
    until = text(waiver, "until")
    return f"waived until {until}" if _DATE.match(until) else "waived" if waiver else ""


def _item(key: str, findings: Sequence[Mapping[str, Any]]) -> Item:
    ordered = sorted(findings, key=_finding_rank)
    first = ordered[0]
    mended = next((one for one in ordered if one.get("diff")), first)
    decisions = [mapping(one.get("decision")) for one in ordered]
    title = text(first, "title") or text(first, "rule")
    if len(ordered) > 1:
        mend = text(first, "mend")
        title = f"{mend or title} ({len(ordered)} findings)"
    dues = sorted(due for one in decisions if (due := _due(one)))
    return Item(
        key,
        title,
        _severity(first),
        text(decisions[0], "action"),
        tuple(_places(ordered)),
        len(ordered),
        text(first, "message"),
        text(first, "why"),
        _unique(text(one, "rule") for one in ordered),
        _unique(name for one in ordered for name in texts(one.get("ids"))),
        _unique(_named(ordered, "environments")),
        _unique(_named(ordered, "owners")),
        tuple(line[:300] for line in texts(mended.get("diff"))[:40]),
        _fix_of(mended),
        dues[0] if dues else "",
        text(decisions[0], "because"),
        tuple(sorted({text(one, "fingerprint") for one in ordered})),
        any(one.get("overdue") is True for one in decisions),
    )


def _finding_rank(finding: Mapping[str, Any]) -> tuple[int, int, str, int, str]:
    region, severity = mapping(finding.get("region")), _severity(finding)
    return (
        SEVERITIES.index(cast("Any", severity)),
        _RANKS.get(text(mapping(finding.get("decision")), "action"), 2),
        text(finding, "path"),
        number(region, "start_line") or 1,
        text(finding, "fingerprint"),
    )


def _severity(finding: Mapping[str, Any]) -> str:
    severity = text(finding, "severity")
    return severity if severity in SEVERITIES else "unknown"


def _due(decision: Mapping[str, Any]) -> str:
    """Return the day of a decision's due date: an ISO date, or a mapping that holds one."""
    due = decision.get("due")
    date = text(mapping(due), "date") if isinstance(due, dict) else due
    return date if isinstance(date, str) and _DATE.match(date) else ""


def _fix_of(finding: Mapping[str, Any]) -> str:
    for fix in mappings(finding, "fixes"):
        return text(fix, "title")
    return text(finding, "mend") or text(finding, "advice")


def _places(findings: Sequence[Mapping[str, Any]]) -> Iterator[Place]:
    seen: set[Place] = set()
    for finding in findings:
        line = number(mapping(finding.get("region")), "start_line") or 1
        place = Place(text(finding, "path"), line, text(finding, "resource"))
        if place not in seen:
            seen.add(place)
            yield place
            if len(seen) >= MOST_PLACES:
                return


def _named(findings: Sequence[Mapping[str, Any]], what: str) -> Iterator[str]:
    for finding in findings:
        for fact in mappings(mapping(finding.get("context")), what):
            yield text(fact, "name")


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_LISTED]
