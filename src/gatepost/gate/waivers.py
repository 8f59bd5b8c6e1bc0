"""Waivers and other tools' ignore comments: reads those beside the code, says what each covers; never decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache

from gatepost.conditions.globs import compile_glob as compile_text_glob
from gatepost.gate.dates import is_date
from gatepost.model.decisions import Waiver
from gatepost.model.digests import sha256_of
from gatepost.model.documents import Remark
from gatepost.model.findings import Finding, Undecided
from gatepost.model.places import Location, Region
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex
from gatepost.sources.path_globs import compile_glob as compile_path_glob

GRAMMAR = 'gatepost: waive RULE until=YYYY-MM-DD by=WHO why="…"'
_NEEDED = ("until", "by", "why")
_WORDS = ("rule", *_NEEDED, "from", "ticket")


class Ignored(NamedTuple):
    """Another tool's ignore comment: `rule` is "tool/id" in lower case, "tool/*" for all of its rules.

    `address` is the resource it stands in, where the tool means the whole resource by that; else "". `anchor` is as in
    `Waiver`.
    """

    tool: str
    rule: str
    why: str
    covers: Location
    address: str
    location: Location
    anchor: str = ""


class Inline(NamedTuple):
    """What stands beside the code: waivers, other tools' ignore comments, and comments that say neither rightly.

    `new` are the places of those that the base of the change does not have, None where there is no base.
    """

    waivers: tuple[Waiver, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    problems: tuple[Problem, ...] = ()
    new: frozenset[Location] | None = None

    def is_new(self, location: Location) -> bool:
        """Whether the change brings what is written at a place."""
        return self.new is not None and location in self.new


def read_remarks(remarks: Iterable[Remark]) -> Inline:
    """Return the waivers and ignore comments among the remarks of a document; a malformed waiver is a Problem."""
    waivers: list[Waiver] = []
    ignored: list[Ignored] = []
    problems: list[Problem] = []
    for remark in remarks:
        found = _OURS.search(remark.text)
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


_OURS = regex(r"(?:^|\s)gatepost:\s*(\S.*)", re.DOTALL)


# Only blanks that are seen as such everywhere part words; another one stays in a value, which then cannot be read.
_WORD = regex(r'[ \t\r\n]*(?:([a-z_]+)=)?(?:"([^"]*)"|\'([^\']*)\'|([^ \t\r\n"\']+)(?=[ \t\r\n]|$))')


def _waiver(remark: Remark, text: str) -> Waiver | Problem:
    """Return the waiver that the text after "gatepost:" grants, else the Problem with it."""
    from gatepost.gate.waiver_sections import unseen

    if unseen(remark.text):
        return _problem(remark, "a remark to gatepost has characters that are not seen, or turn the text round")
    verb, *others = re.split(r"[ \t\r\n]+", text.strip(), maxsplit=1)
    if verb != "waive":
        return _problem(remark, f'a remark to gatepost says "{verb[:40]}", which is no word it knows')
    given: dict[str, str] = {}
    at = 0
    rest = others[0].strip() if others else ""
    while at < len(rest):
        match = _WORD.match(rest, at)
        if match is None:
            return _problem(remark, "a waiver has a quote that does not end")
        name = match[1] or "rule"
        value = next(part for part in match.groups()[1:] if part is not None).strip()
        if name not in _WORDS:
            return _problem(remark, f'a waiver has no key "{name[:40]}"')
        if name in given:
            more = "put the reason in quotes" if name == "rule" else f"it gives `{name}` twice"
            return _problem(remark, f"a waiver cannot be read: {more}")
        given[name] = value
        at = match.end()
    missing = [name for name in ("rule", *_NEEDED) if not given.get(name)]
    if missing:
        return _problem(remark, f"a waiver lacks {' and '.join(missing)}, so it does not count")
    if not given["rule"].strip("*?/"):
        return _problem(remark, "a waiver beside the code names the rule that it waives, so this one does not count")
    for name in ("from", "until"):
        if name in given and not is_date(given[name]):
            return _problem(remark, f'a waiver has "{given[name][:40]}" where a date has to be')
    if given.get("from", "") > given["until"]:
        return _problem(remark, "a waiver ends before it begins, so it never counts")
    return Waiver(
        (("rule", (given["rule"],)),),
        given["until"],
        given["why"],
        given["by"],
        remark.span.location,
        remark.covers.location,
        since=given.get("from", ""),
        ticket=given.get("ticket", ""),
        anchor=_anchor(remark),
    )


# How a block that has an address begins in Terraform.
_DECLARES = regex(r'(?:resource|data|ephemeral|module|variable|output|provider)[ \t]+"?[\w-]+')


def _anchor(remark: Remark) -> str:
    """Return what a remark stands at, whatever its line: a whole resource by its address, anything else by its text."""
    text = remark.covers.text
    if remark.span.source.kind == "dockerfile":
        address = remark.address if remark.address == "document" else ""
        return address or _digest(text)
    name = remark.address.rpartition(".")[2]
    if remark.address and (_DECLARES.match(text) or (name and text.startswith((f"{name}:", f'"{name}"')))):
        return remark.address
    return f"{remark.address if text[:1] not in '#/' else ''} {_digest(text)}"


def _digest(text: str) -> str:
    return sha256_of(" ".join(text.split()))[:16]


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
                named = _plain(f"{tool}/{rule}")
                found.append(Ignored(tool, named, why, remark.covers.location, address, place, _anchor(remark)))
    return found


def _plain(rule: str) -> str:
    """Return another tool's rule in the one spelling that is compared: AVD-AWS-0107 and AWS-0107 are one rule."""
    return rule.lower().replace("/avd-", "/")


def waiver_covers(waiver: Waiver, matter: Finding | Undecided) -> bool:
    """Whether a waiver speaks about a finding or an undecided rule; neither dates nor environments are looked at."""
    if waiver.covers is not None and not _overlap(waiver.covers, matter.location):
        return False
    return all(any(_TESTS[key](one, matter) for one in alternatives) for key, alternatives in waiver.scope)


def unmet(waiver: Waiver, matter: Finding | Undecided) -> tuple[str, ...]:
    """Return the keys of a waiver that do not hold for something; "place" for one that stands beside other code."""
    keys = tuple(key for key, listed in waiver.scope if not any(_TESTS[key](one, matter) for one in listed))
    beside = waiver.covers is None or _overlap(waiver.covers, matter.location)
    return keys if beside else (*keys, "place")


def _covers_path(glob: str, matter: Finding | Undecided) -> bool:
    return compile_path_glob(glob)(matter.location.path)


def _covers_rule(glob: str, matter: Finding | Undecided) -> bool:
    matches = compile_text_glob(glob)
    if matches(matter.rule):
        return True
    if isinstance(matter, Undecided):
        return False
    if glob in matter.also_known_as or any(matches(detector.id) for detector in matter.detectors):
        return True
    return any(matches(identity) for identity in matter.ids)


def _covers_vulnerability(glob: str, matter: Finding | Undecided) -> bool:
    if isinstance(matter, Undecided) or not matter.ids:
        return False
    matches = compile_text_glob(glob.upper())
    return any(matches(identity.upper()) for identity in matter.ids)


def _covers_package(text: str, matter: Finding | Undecided) -> bool:
    if isinstance(matter, Undecided) or matter.package is None:
        return False
    from gatepost.gate.packages import package_test

    return package_test(text)(matter.package)


def _covers_address(glob: str, matter: Finding | Undecided) -> bool:
    """Whether a glob covers an address; one that names no instance covers them all."""
    address = matter.resource
    if not address:
        return False
    matches = compile_text_glob(glob)
    return matches(address) or matches(without_instances(address))


_TESTS: Mapping[str, Callable[[str, Finding | Undecided], bool]] = {
    "rule": _covers_rule,
    "path": _covers_path,
    "resource": _covers_address,
    "package": _covers_package,
    "vulnerability": _covers_vulnerability,
    "fingerprint": lambda fingerprint, matter: matter.fingerprint == fingerprint,
    "environment": lambda _glob, _matter: True,
}


def waived_environments(waiver: Waiver, names: Sequence[str]) -> Sequence[str]:
    """Return those of the environments in which a waiver holds."""
    globs = waiver.of("environment")
    if not globs:
        return names
    return [name for name in names if any(compile_text_glob(glob)(name) for glob in globs)]


_INSTANCES = regex(r'\[(?:"[^"]*"|[^\]"]*)\]')


def without_instances(address: str) -> str:
    """Return an address as one that stands for all instances: without indexes and keys."""
    return _INSTANCES.sub("", address)


def new_places(now: Inline, before: Inline, names: Mapping[str, str], edited: Collection[str]) -> frozenset[Location]:
    """Return where waivers and ignore comments stand that were not there before: one more of the same is new, too.

    `names` maps the paths of before to today's; what stands in a file that is not `edited` was there.
    """
    known = Counter(_identity(one, names) for one in (*before.waivers, *before.ignored))
    found: set[Location] = set()
    for one in sorted((*now.waivers, *now.ignored), key=lambda one: one.location):
        if one.location.path in edited:
            identity = _identity(one, {})
            known[identity] -= 1
            if known[identity] < 0:
                found.add(one.location)
    return frozenset(found)


def _identity(one: Waiver | Ignored, names: Mapping[str, str]) -> tuple[object, ...]:
    path = names.get(one.location.path, one.location.path)
    if isinstance(one, Ignored):
        return path, one.anchor, one.rule
    return path, one.anchor, one.scope, one.since, one.until, one.why, one.by, one.ticket


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
