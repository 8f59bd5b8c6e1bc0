"""Where a group is told: on the narrowest lines that the change shows, else on the file, else nowhere; never what."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.model.records import NamedTuple
from gatepost.model.reviews import PullRequest
from gatepost.reviewing.markups import is_plain
from gatepost.reviewing.told import Group, Member, Place, Suggested

# A comment on more lines than these is one on the first of them: the rest of a block says nothing more.
MOST_LINES = 20


class Spot(NamedTuple):
    """Where a comment stands: `last` is 0 for the file as a whole. `suggests`: on exactly what the fix replaces."""

    path: str
    first: int
    last: int
    suggests: bool = False


def concerns(group: Group) -> bool:
    """Whether a change has to do with a group: it is new, or reads otherwise because of it.

    What nobody knows, as of most reports of others, is decided by where it can be shown.
    """
    return any(member.is_new or member.affected or member.is_new is None for member in group.members)


def spot_of(group: Group, change: PullRequest, commit: str = "") -> Spot | None:
    """Return where a group is told, None where the change shows no place of it.

    `commit` is what was judged, which may be another one than the head: the merge that a build tries.
    """
    made = group.mend.suggested if group.mend else None
    if made is not None and _same(made, change, commit) and is_plain(made.lines):
        return Spot(made.place.path, made.place.first, made.place.last, True)
    for place in _places(group):
        if _shown(place, change):
            if place.last - place.first >= MOST_LINES:
                return Spot(place.path, place.first, place.first)
            return Spot(place.path, place.first, place.last)
    for place in _places(group):
        if _shown(Place(place.path, place.first, place.first), change):
            return Spot(place.path, place.first, place.first)
    known = [member for member in group.members if member.is_new or member.affected]
    path = next((one.place.path for one in known if one.place.path in change.files), "")
    return Spot(path, 0, 0) if path else None


def _places(group: Group) -> Iterator[Place]:
    """Yield the places of a group, those that the change has most to do with first."""
    ordered: list[Member] = sorted(group.members, key=lambda member: not (member.is_new or member.affected))
    for member in ordered:
        yield member.place
        yield from member.causes


def _shown(place: Place, change: PullRequest) -> bool:
    file = change.files.get(place.path)
    return file is not None and file.shows(place.first, place.last)


def _same(made: Suggested, change: PullRequest, commit: str) -> bool:
    """Whether the host would replace the lines that the fix replaces, in the file that it was proved on."""
    place = made.place
    file = change.files.get(place.path)
    if file is None or file.lines(place.first, place.last) != list(made.old):
        return False
    if made.blob and len(made.blob) == len(file.blob):
        return made.blob == file.blob
    return not commit or commit == change.head  # the same lines may stand elsewhere in another file
