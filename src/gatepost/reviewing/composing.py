"""From a verdict and a pull request to everything the pull request is to be told; never what it was told before."""

from __future__ import annotations

from collections.abc import Collection

from gatepost.model.records import NamedTuple
from gatepost.model.reviews import Note, PullRequest
from gatepost.reviewing.markups import Markup
from gatepost.reviewing.placing import Spot, concerns, spot_of
from gatepost.reviewing.summary import Fate
from gatepost.reviewing.told import Group, Told
from gatepost.reviewing.wording import comment

MOST_NOTES = 20
_NOT_HERE = "not among the lines of this change"
_NOT_ALL = "the host lists only a part of this change"


class Composed(NamedTuple):
    """What is to be told: comments, and of every group that blocks or warns where it is told.

    `settled` says of groups that are still there, by key, why they stop nothing any more ("" where they just do not).
    """

    notes: tuple[Note, ...]
    fates: tuple[Fate, ...]
    settled: dict[str, str]


def compose(
    told: Told,
    change: PullRequest,
    markup: Markup,
    *,
    most: int = MOST_NOTES,
    posted: Collection[str] = (),
    mention: bool = False,
) -> Composed:
    """Return the comments of a verdict, what blocks first; those in `posted` stay, and count to the cap.

    What blocks has the whole of it, whatever warnings are there already.

    Only what the change has to do with is told on its lines; everything else is a number in the summary.
    """
    notes: list[Note] = []
    fates: list[Fate] = []
    settled: dict[str, str] = {}
    kept = [group for group in told.groups if group.key in posted and group.action != "allow"]
    room = {"block": most - sum(group.action == "block" for group in kept), "warn": most - len(kept)}
    for group in told.groups:
        if group.action == "allow":
            settled[group.key] = _why_settled(group, markup)
            continue
        about = concerns(group)
        spot = spot_of(group, change, told.commit) if about else None
        if spot is None or (room[group.action] <= 0 and group.key not in posted):
            settled[group.key] = ""
            why = f"more than {most}" if spot else _NOT_ALL if about and not change.complete else _NOT_HERE
            fates.append(Fate(group, True) if group.key in posted else Fate(group, False, why))
            continue
        if group.key not in posted:
            room = {action: left - 1 for action, left in room.items()}
        notes.append(_note(group, spot, markup, mention))
        fates.append(Fate(group, True))
    return Composed(tuple(notes), tuple(fates), settled)


def _why_settled(group: Group, markup: Markup) -> str:
    why = next((member.waived for member in group.members if member.waived), "")
    return f"**{markup.text(why, 200)}**" if why else "**allowed by the policy**"


def _note(group: Group, spot: Spot, markup: Markup, mention: bool) -> Note:
    body = comment(group, spot, markup, mention=mention)
    elsewhere = comment(group, spot._replace(suggests=False), markup, mention=mention) if spot.suggests else ""
    blocks = group.action == "block"
    return Note(group.key, spot.path, spot.first, spot.last, group.title, body, blocks, elsewhere)
