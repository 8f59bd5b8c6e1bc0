"""From a verdict and a pull request to everything the pull request is to be told; never what it was told before."""

from __future__ import annotations

from collections.abc import Collection

from gatepost.model.records import NamedTuple
from gatepost.model.reviews import Note, PullRequest
from gatepost.reviewing.markups import Markup
from gatepost.reviewing.placing import concerns, spot_of
from gatepost.reviewing.summary import Fate
from gatepost.reviewing.told import Group, Told
from gatepost.reviewing.wording import comment

MOST_NOTES = 20


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
    """Return the comments of a verdict, what blocks first; those in `posted` stay beyond the cap.

    Only what the change has to do with is told on its lines; everything else is a number in the summary.
    """
    notes: list[Note] = []
    fates: list[Fate] = []
    settled: dict[str, str] = {}
    room = most
    for group in told.groups:
        if group.action == "allow":
            settled[group.key] = _why_settled(group, markup)
            continue
        spot = spot_of(group, change) if concerns(group) else None
        kept = group.key in posted
        if spot is None or (room <= 0 and not kept):
            settled[group.key] = ""
            fates.append(Fate(group, "a comment" if kept else ""))
            continue
        room -= not kept
        body = _within(comment(group, spot, markup, mention=mention), markup)
        notes.append(Note(group.key, spot.path, spot.first, spot.last, group.title, body, group.action == "block"))
        fates.append(Fate(group, "a comment"))
    return Composed(tuple(notes), tuple(fates), settled)


def _why_settled(group: Group, markup: Markup) -> str:
    why = next((member.waived for member in group.members if member.waived), "")
    return f"**{markup.text(why, 200)}**" if why else "**allowed by the policy**"


def _within(body: str, markup: Markup) -> str:
    """Return a body that the host takes: one that is too long loses what is folded, then its end."""
    if len(body) <= markup.longest:
        return body
    return body[: markup.longest - 60].rsplit("\n", 1)[0] + "\n\nThe rest was left out: a comment has a limit."
