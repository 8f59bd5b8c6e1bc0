"""Brings the issues of a host in line with what is found: made, changed, closed, opened again; never renders one.

What is there is asked of the host each time, so a second run changes nothing. What people close while it is still
found stays closed; what is gone and comes back is opened again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from gatepost.model.records import NamedTuple
from gatepost.model.routing import Issue, Tracker, Wanted
from gatepost.routing.items import About
from gatepost.routing.tickets import back_note, changed_note, gone_note, left_note
from gatepost.services.web import Refused


class Done(NamedTuple):
    """What came of one group at a destination.

    `what` is created, updated, unchanged, closed, reopened, left, twin, over or failed; `name` is what the host calls
    the issue, `why` a sentence where there is something to say.
    """

    what: str
    key: str
    name: str = ""
    why: str = ""


class Still(NamedTuple):
    """What is still found: `here` maps keys to why they may not be told any more; `others` are told by other routes."""

    here: Mapping[str, str]
    others: frozenset[str] = frozenset()


# What is said is rendered in the form of the host.
Say = Callable[[str], str]


def reconcile(
    tracker: Tracker, wanted: Sequence[Wanted], still: Still, about: About, say: Say, most_new: int
) -> Iterator[Done]:
    """Yield what was done for each group, the wanted ones in their order. Raises Refused when nothing can be found.

    `most_new` issues are made at most. After several faults of the host in a row the rest is not tried.
    """
    issues: dict[str, list[Issue]] = {}
    for issue in tracker.find(about.scope):
        issues.setdefault(issue.mark.key, []).append(issue)
    made = faults = 0
    created: list[str] = []
    for one in wanted:
        if faults >= 3:
            yield Done("failed", one.mark.key, why="not tried: the host refused the ones before")
            continue
        there = issues.pop(one.mark.key, [])
        if not there and made >= most_new:
            yield Done("over", one.mark.key, why=f"more than {most_new} new ones; the next run makes it")
            continue
        try:
            if there:
                yield from _present(tracker, there, one, about, say)
            else:
                made += 1
                yield Done("created", one.mark.key, _create(tracker, one, about))
                created.append(one.mark.key)
            faults = 0
        except Refused as error:
            faults += 1
            yield Done("failed", one.mark.key, there[0].name if there else "", str(error))
    if faults < 3:
        issues = {key: there for key, there in issues.items() if key not in still.others}
        yield from _absent(tracker, issues, still.here, about, say)
        yield from _settled(tracker, created, about, say)


def _create(tracker: Tracker, one: Wanted, about: About) -> str:
    """Make an issue; where nobody knows whether it was made, look before making it once more."""
    try:
        return tracker.create(one)
    except Refused as error:
        if not error.unsure:
            raise
        there = [issue for issue in tracker.find(about.scope) if issue.mark.key == one.mark.key]
        return there[0].name if there else tracker.create(one)


def _kept(there: Sequence[Issue]) -> Issue:
    """Return the issue of several about the same group that counts: the oldest one, of the open ones if there are."""
    return min(there, key=lambda issue: (not issue.open, issue.order))


def _present(tracker: Tracker, there: Sequence[Issue], one: Wanted, about: About, say: Say) -> Iterator[Done]:
    """Bring the issue of a group that is found in line."""
    issue = _kept(there)
    yield from _twins(tracker, issue, there, say)
    key = one.mark.key
    if not issue.open and issue.mark.gone:
        tracker.reopen(issue, one, say(back_note(about)))
        yield Done("reopened", key, issue.name)
    elif not issue.open:
        yield Done("left", key, issue.name, "closed by hand, and still found")
    elif issue.mark.content != one.mark.content or issue.mark.gone:
        note = changed_note(issue.mark, one.mark)
        tracker.update(issue, one, say(note) if note else "")
        yield Done("updated", key, issue.name)
    else:
        if issue.mark.extent != one.mark.extent:
            tracker.remember(issue, one.mark)
        yield Done("unchanged", key, issue.name)


def _twins(tracker: Tracker, kept: Issue, there: Sequence[Issue], say: Say) -> Iterator[Done]:
    """Close what two runs at the same time have made twice."""
    for issue in there:
        if issue is not kept and issue.open:
            tracker.close(issue, issue.mark, say(f"The same as {kept.name}."))
            yield Done("twin", issue.mark.key, issue.name, f"the same as {kept.name}")


def _absent(
    tracker: Tracker, issues: Mapping[str, Sequence[Issue]], here: Mapping[str, str], about: About, say: Say
) -> Iterator[Done]:
    """Close the issues of groups that are told no more."""
    for key, there in issues.items():
        for issue in there:
            if not issue.open and (issue.mark.gone or key in here):
                continue
            if key not in here and issue.mark.extent != about.extent:
                if issue.open:
                    yield Done("left", key, issue.name, "found last by a run on other paths, reports or variables")
                continue
            if about.change or (key not in here and not about.complete):
                if issue.open:
                    why = "a change is judged" if about.change else "something could not be read"
                    yield Done("left", key, issue.name, f"not found, but {why}: nothing is known to be fixed")
                continue
            note = left_note(here[key]) if key in here else gone_note(about)
            mark = issue.mark._replace(gone=True)
            try:
                if issue.open:
                    tracker.close(issue, mark, say(note))
                    yield Done("closed", key, issue.name, note.rstrip("."))
                else:
                    tracker.remember(issue, mark)
            except Refused as error:
                yield Done("failed", key, issue.name, str(error))


def _settled(tracker: Tracker, created: Sequence[str], about: About, say: Say) -> Iterator[Done]:
    """Look once more at what was made: another run may have made the same."""
    if not created:
        return
    try:
        issues: dict[str, list[Issue]] = {}
        for issue in tracker.find(about.scope):
            if issue.mark.key in created and issue.open:
                issues.setdefault(issue.mark.key, []).append(issue)
        for there in issues.values():
            yield from _twins(tracker, _kept(there), there, say)
    except Refused as error:
        yield Done("failed", created[0], why=f"whether another run made the same is not known: {error}")
