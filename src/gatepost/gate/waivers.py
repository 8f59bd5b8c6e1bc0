"""Waivers and other tools' ignore comments: reads those beside the code, says what each covers; never decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from gatepost.conditions.globs import compile_glob as compile_text_glob
from gatepost.gate.dates import is_date
from gatepost.model.decisions import Waiver
from gatepost.model.documents import Remark
from gatepost.model.findings import Finding, Undecided
from gatepost.model.places import Location, Region
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.sources.path_globs import compile_glob as compile_path_glob

GRAMMAR = 'gatepost: waive RULE until=YYYY-MM-DD by=WHO why="…"'
_NEEDED = ("until", "by", "why")


class Ignored(NamedTuple):
    """Another tool's ignore comment: `rule` is "tool/id" in lower case, "tool/*" for all of its rules.

    `address` is the resource it stands in, where the tool means the whole resource by that; else "".
    """

    tool: str
    rule: str
    why: str
    covers: Location
    address: str
    location: Location


class Inline(NamedTuple):
    """What stands beside the code: waivers, other tools' ignore comments, and comments that say neither rightly."""

    waivers: tuple[Waiver, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_remarks(remarks: Iterable[Remark]) -> Inline:
    """Return the waivers and ignore comments among the remarks of a document; a malformed waiver is a Problem."""
    waivers: list[Waiver] = []
    ignored: list[Ignored] = []
    problems: list[Problem] = []
    for remark in remarks:
        found = _ours()(remark.text)
        if found is None:
            ignored.extend(_ignored(remark))
            continue
        outcome = _waiver(remark, found[1])
        if isinstance(outcome, Waiver):
            waivers.append(outcome)
        else:
            problems.append(outcome)
    return Inline(tuple(waivers), tuple(ignored), tuple(problems))


def together(parts: Sequence[Inline]) -> Inline:
    """Return what stands beside the code of several documents; the same comment read twice counts once."""
    return Inline(
        tuple(dict.fromkeys(waiver for part in parts for waiver in part.waivers)),
        tuple(dict.fromkeys(one for part in parts for one in part.ignored)),
        tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
    )


@cache
def _ours():
    return re.compile(r"(?:^|\s)gatepost:\s*(\S.*)", re.DOTALL).search


@cache
def _words():
    return re.compile(r'\s*(?:([a-z_]+)=)?(?:"([^"]*)"|\'([^\']*)\'|([^\s"\']+)(?=\s|$))').match


def _waiver(remark: Remark, text: str) -> Waiver | Problem:
    """Return the waiver that the text after "gatepost:" grants, else the Problem with it."""
    verb, _, rest = text.strip().partition(" ")
    if verb != "waive":
        return _problem(remark, f'a remark to gatepost says "{verb[:40]}", which is no word it knows')
    given: dict[str, str] = {}
    at = 0
    rest = rest.strip()
    while at < len(rest):
        match = _words()(rest, at)
        if match is None:
            return _problem(remark, "a waiver has a quote that does not end")
        name = match[1] or "rule"
        value = next(part for part in match.groups()[1:] if part is not None).strip()
        if name not in ("rule", *_NEEDED):
            return _problem(remark, f'a waiver has no key "{name[:40]}"')
        if name in given:
            more = "put the reason in quotes" if name == "rule" else f"it gives `{name}` twice"
            return _problem(remark, f"a waiver cannot be read: {more}")
        given[name] = value
        at = match.end()
    missing = [name for name in ("rule", *_NEEDED) if not given.get(name)]
    if missing:
        return _problem(remark, f"a waiver lacks {' and '.join(missing)}, so it does not count")
    if not is_date(given["until"]):
        return _problem(remark, f'a waiver has "{given["until"][:40]}" where a date has to be')
    where, covers = remark.span.location, remark.covers.location
    return Waiver(given["rule"], "", "", given["until"], given["why"], given["by"], where, covers)


def _problem(remark: Remark, what: str) -> Problem:
    return Problem(remark.span.location, what, f"write {GRAMMAR}")


@cache
def _foreign():
    """The ignore comments of other tools, as their manuals write them."""
    forms = (
        ("checkov", r"(?:checkov|bridgecrew):skip=([\w-]+)(?::(.*))?"),
        ("cfn_nag", r"cfn_nag:skip=([\w-]+)(?::(.*))?"),
        ("cfn-lint", r"cfn-lint:skip=([\w-]+)(?::(.*))?"),
        ("kics", r"kics-scan\s+ignore-(?:line|block)()()"),
        ("trivy", r"trivy:ignore:([\w.*-]+)()"),
        ("tfsec", r"tfsec:ignore:([\w.*-]+)()"),
        ("hadolint", r"hadolint\s+(?:global\s+)?ignore=([\w, ]+)()"),
        ("semgrep", r"nosem(?:grep)?\b(?::\s*([\w.,/ -]+))?()"),
    )
    return [(tool, re.compile(form, re.IGNORECASE).finditer) for tool, form in forms]


def _ignored(remark: Remark) -> list[Ignored]:
    found: list[Ignored] = []
    for tool, matches in _foreign():
        for match in matches(remark.text):
            address = remark.address if tool == "checkov" else ""
            for rule in (match[1] or "*").replace(",", " ").split():
                place = remark.span.location
                why = (match[2] or "").strip()
                found.append(Ignored(tool, _plain(f"{tool}/{rule}"), why, remark.covers.location, address, place))
    return found


def _plain(rule: str) -> str:
    """Return another tool's rule in the one spelling that is compared: AVD-AWS-0107 and AWS-0107 are one rule."""
    return rule.lower().replace("/avd-", "/")


def waiver_covers(waiver: Waiver, matter: Finding | Undecided) -> bool:
    """Whether a waiver speaks about a finding or an undecided rule; its date is not looked at."""
    if waiver.covers is not None and not _overlap(waiver.covers, matter.location):
        return False
    if waiver.path and not compile_path_glob(waiver.path)(matter.location.path):
        return False
    if waiver.resource and not _covers_address(waiver.resource, matter.resource):
        return False
    return not waiver.rule or _covers_rule(waiver.rule, matter)


def _covers_rule(glob: str, matter: Finding | Undecided) -> bool:
    if compile_text_glob(glob)(matter.rule):
        return True
    if isinstance(matter, Undecided):
        return False
    if glob in matter.also_known_as or any(compile_text_glob(glob)(detector.id) for detector in matter.detectors):
        return True
    return any(compile_text_glob(glob)(identity) for identity in matter.ids)


@cache
def _instances():
    return re.compile(r'\[(?:"[^"]*"|[^\]"]*)\]').sub


def _covers_address(glob: str, address: str) -> bool:
    """Whether a glob covers an address; one that names no instance covers them all."""
    if not address:
        return False
    return compile_text_glob(glob)(address) or compile_text_glob(glob)(_instances()("", address))


def ignore_covers(ignored: Ignored, finding: Finding) -> bool:
    """Whether another tool's ignore comment speaks about a finding."""
    here = _overlap(ignored.covers, finding.location)
    if not here and not (ignored.address and finding.resource == ignored.address):
        return False
    names = {_plain(name) for name in (*finding.also_known_as, *(detector.id for detector in finding.detectors))}
    return any(compile_text_glob(ignored.rule)(name) for name in names)


def _overlap(one: Location, other: Location) -> bool:
    if one.path != other.path:
        return False
    a, b = one.region, other.region
    if _is_empty(a) or _is_empty(b):
        return _start(a) <= _end(b) and _start(b) <= _end(a)
    return _start(a) < _end(b) and _start(b) < _end(a)


def _is_empty(region: Region) -> bool:
    return _start(region) == _end(region)


def _start(region: Region) -> tuple[int, int]:
    return region.start_line, region.start_column


def _end(region: Region) -> tuple[int, int]:
    return region.end_line, region.end_column
