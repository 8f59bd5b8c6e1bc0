"""Whose files and resources are, for a terminal and as versioned JSON; never finds out whose.

Lines are 1-based, 0 where there is none. Within one `version` keys are added, never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypedDict

from gatepost.model.decisions import Claim, Sureness
from gatepost.model.owners import FaultKind, OwnedThing, OwnerFault, OwnersListing
from gatepost.reports.json import written
from gatepost.reports.layout import BOLD, DIM, GREEN, RED, YELLOW, Page
from gatepost.reports.safe_text import plain
from gatepost.reports.view import View

_LABEL = 11
_NAME = 21
_KINDS: dict[FaultKind, tuple[str, str]] = {
    "nobody": ("Nobody owns", "name an owner: a tag, CODEOWNERS, `owners: directories:` of the policy"),
    "gone": ("Owners that the catalogue does not know", "mend the name, or add the group or user"),
    "line": ("Lines that do nothing", "mend or remove them"),
    "contact": ("Resources without a contact tag", "tag them"),
}


class SourcedClaimShape(TypedDict):
    """A name with the source that tells it, how it is known and how sure that is."""

    name: str
    source: str
    how: str
    confidence: Sureness


class PlainClaimShape(TypedDict):
    """A name with how it is known and how sure that is."""

    name: str
    how: str
    confidence: Sureness


class GroupShape(TypedDict):
    """A group that owns something, with its members as the catalogue has them."""

    name: str
    members: list[str]


class OwnedThingShape(TypedDict):
    """A file (null resource) or a resource; of several owners the first counts first. null: no source could tell."""

    path: str
    resource: str | None
    line: int | None
    owners: list[PlainClaimShape] | None
    guessed_owners: list[PlainClaimShape]
    owners_disagree: bool
    projects: list[PlainClaimShape] | None
    told: list[SourcedClaimShape]
    groups: list[GroupShape]


class OwnerFaultShape(TypedDict):
    """What --check finds: nobody owns it, the owner is gone, a line does nothing, a resource has no contact tag."""

    kind: FaultKind
    path: str
    line: int | None
    what: str


class OwnerProblemShape(TypedDict):
    """What could not be read."""

    path: str
    what: str
    hint: str


class OwnersReportShape(TypedDict):
    """The output of `gatepost owners --format json`; `faults` is null without --check."""

    version: Literal[1]
    sources: list[str]
    things: list[OwnedThingShape]
    faults: list[OwnerFaultShape] | None
    problems: list[OwnerProblemShape]
    notes: list[str]


def owners_report(listing: OwnersListing) -> OwnersReportShape:
    """Return the listing as plain data."""
    return {
        "version": 1,
        "sources": list(listing.sources),
        "things": [_thing(thing) for thing in listing.things],
        "faults": None if listing.faults is None else [_fault(fault) for fault in listing.faults],
        "problems": [{"path": one.location.path, "what": one.what, "hint": one.hint} for one in listing.problems],
        "notes": list(listing.notes),
    }


def owners_json(listing: OwnersListing) -> str:
    """Return the listing as JSON, a line for each thing."""
    return written(owners_report(listing))


def _thing(thing: OwnedThing) -> OwnedThingShape:
    owning = thing.owning
    return {
        "path": thing.path,
        "resource": thing.resource or None,
        "line": thing.line or None,
        "owners": None if owning.owners is None else _claims(owning.owners),
        "guessed_owners": _claims(owning.guessed),
        "owners_disagree": owning.disagree,
        "projects": None if owning.projects is None else _claims(owning.projects),
        "told": [
            {"name": one.name, "source": source, "how": one.how, "confidence": one.confidence}
            for source, claims in thing.answers
            for one in claims
        ],
        "groups": [{"name": name, "members": list(members)} for name, members in thing.members],
    }


def _claims(claims: Iterable[Claim]) -> list[PlainClaimShape]:
    return [{"name": one.name, "how": one.how, "confidence": one.confidence} for one in claims]


def _fault(fault: OwnerFault) -> OwnerFaultShape:
    return {"kind": fault.kind, "path": fault.path, "line": fault.line or None, "what": fault.what}


# -- for people -------------------------------------------------------------------------------------------------------


def owners_text(listing: OwnersListing, view: View) -> str:
    """Return the listing for people: each file, and the resources in it that are owned otherwise."""
    page = Page(view)
    if listing.faults is None:
        _things(page, listing.things)
    else:
        _faults(page, listing.faults)
    for problem in listing.problems:
        page.blank()
        page.wrapped(f"{page.paint('problem', RED)}    ", f"{problem.location.path}: {problem.what}", _LABEL)
        page.wrapped(" " * _LABEL, problem.hint, _LABEL, DIM)
    for note in listing.notes:
        page.blank()
        page.wrapped(f"{page.paint('note', DIM)}       ", note, _LABEL)
    if listing.faults is not None and not listing.faults and not listing.problems:
        page.add(page.paint("Everything has an owner, and every source is in order.", GREEN))
    return page.body()


def _things(page: Page, things: Sequence[OwnedThing]) -> None:
    file: OwnedThing | None = None
    alike = 0
    for thing in things:
        if not thing.resource:
            _alike(page, alike)
            file, alike = thing, 0
            page.blank()
            page.add(page.paint(plain(thing.path), BOLD))
            _told(page, thing, "  ")
        elif file is not None and thing.answers == file.answers and thing.owning == file.owning:
            alike += 1
        else:
            page.add(f"  {plain(thing.resource)} {page.paint(f'(line {thing.line})', DIM)}")
            _told(page, thing, "    ")
    _alike(page, alike)
    if not things:
        page.add("there is no file that is judged; name a file to see whose it is")


def _alike(page: Page, count: int) -> None:
    if count:
        page.add(page.paint(f"  {count} resource{'s' if count > 1 else ''} as the file", DIM))


def _told(page: Page, thing: OwnedThing, indent: str) -> None:
    claims = [one for _, several in thing.answers for one in several]
    known = [one for one in claims if one.confidence != "guess"]
    guessed = [one for one in claims if one.confidence == "guess"]
    if not known:
        nobody = "nobody" if thing.owning.owners is not None else "not known: there is no source that could tell"
        page.add(f"{indent}{page.paint('owner', DIM):<{_LABEL}}{page.paint(nobody, YELLOW)}")
    _claimed(page, indent, "owner", known)
    _claimed(page, indent, "perhaps", guessed)
    _claimed(page, indent, "project", thing.owning.projects or ())
    for name, members in thing.members:
        page.wrapped(f"{indent}{page.paint('members', DIM)}    ", f"{name}: {', '.join(members)}", len(indent) + _LABEL)
    if thing.owning.disagree:
        page.add(f"{indent}{page.paint('the sources name different owners; the first counts first', YELLOW)}")


def _claimed(page: Page, indent: str, label: str, claims: Iterable[Claim]) -> None:
    for number, one in enumerate(claims):
        head = label if not number else ""
        lead = indent + page.paint(head, DIM) + " " * (_LABEL - len(head))
        name = plain(one.name)
        column = _NAME if len(name) < _NAME else len(name) + 1
        page.wrapped(f"{lead}{name:<{column}}", f"{one.how}{page.dot}{one.confidence}", len(indent) + _LABEL + _NAME)


def _faults(page: Page, faults: Sequence[OwnerFault]) -> None:
    for kind, (title, hint) in _KINDS.items():
        found = [fault for fault in faults if fault.kind == kind]
        if not found:
            continue
        page.blank()
        page.add(f"{page.paint(title, BOLD)} ({len(found)}){page.dot}{hint}")
        for fault in found:
            place = f"{fault.path}:{fault.line}" if fault.line else fault.path
            page.wrapped(f"  {plain(place)}  ", fault.what, 4)
