"""From what should be said and what was said before to what is to be done; never twice the same, never over a reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from gatepost.model.records import NamedTuple
from gatepost.model.reviews import Note, Posted
from gatepost.reviewing.marks import digest_of, marked, without_mark
from gatepost.reviewing.markups import Markup
from gatepost.reviewing.wording import back, gone, settled

Verb: TypeAlias = Literal["post", "edit", "remove", "resolve", "reopen"]


class Step(NamedTuple):
    """One thing to do. `note` is a comment as it should be, `posted` one that is there; `body` has its mark."""

    verb: Verb
    body: str = ""
    note: Note | None = None
    posted: Posted | None = None


class Plan(NamedTuple):
    """What is to be done, in this order, and how many comments say that something is fixed, and how many stay."""

    steps: tuple[Step, ...]
    fixed: int
    unchanged: int


def plan(
    notes: Sequence[Note],
    posted: Sequence[Posted],
    scope: str,
    commit: str,
    markup: Markup,
    here: Mapping[str, str],
    complete: bool,
) -> Plan:
    """Return the steps from the comments that are there to those that should be.

    `here` maps the key of every group that is still found, but not among `notes`, to why it stops nothing any more (""
    says nothing). Without `complete` nothing is called fixed.
    """
    mine = [one for one in posted if one.mark.scope == scope and one.mark.key != "summary"]
    first: dict[str, Posted] = {}
    steps: list[Step] = []
    for one in mine:  # oldest first, as a host lists them
        if one.mark.key not in first:
            first[one.mark.key] = one
        elif not one.replies:  # two runs at once: the older comment stays
            steps.append(Step("remove", posted=one))
    unchanged = 0
    for note in notes:
        before = first.get(note.key)
        told = _told(note, before, scope, markup)
        unchanged += not told
        steps += told
    wanted = {note.key for note in notes}
    fixed = 0
    for key, one in first.items():
        if key in wanted:
            continue
        if key in here:
            steps += _settled(one, here[key], scope, markup)
        elif one.mark.state == "fixed":
            fixed += 1
        elif complete:
            fixed += 1
            steps += _ended(one, gone(without_mark(one.body), commit), scope, markup)
    return Plan(tuple(steps), fixed, unchanged)


def _told(note: Note, before: Posted | None, scope: str, markup: Markup) -> list[Step]:
    if before is None:
        return [Step("post", marked(note.body, scope, note.key, markup=markup), note)]
    if note.elsewhere and not before.stands_on(note):
        note = note._replace(body=note.elsewhere)
    digest = digest_of(note.body)
    if before.mark.state == "open":
        if before.mark.digest == digest:
            return []
        return [Step("edit", marked(note.body, scope, note.key, markup=markup), note, before)]
    body = marked(back(note.body, without_mark(before.body)), scope, note.key, digest=digest, markup=markup)
    steps = [Step("edit", body, note, before)]
    return [*steps, Step("reopen", note=note, posted=before)] if before.resolved else steps


def _settled(one: Posted, why: str, scope: str, markup: Markup) -> list[Step]:
    if not why or one.mark.state == "fixed":
        return []
    title = without_mark(one.body).partition("\n")[0].strip()
    return _ended(one, settled(title, why), scope, markup)


def _ended(one: Posted, body: str, scope: str, markup: Markup) -> list[Step]:
    steps = [Step("edit", marked(body, scope, one.mark.key, "fixed", markup=markup), posted=one)]
    return steps if one.resolved else [*steps, Step("resolve", posted=one)]
