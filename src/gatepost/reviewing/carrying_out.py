"""Brings the comments of a pull request in line with a verdict, at whatever host; never decides what stops a change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gatepost.model.records import NamedTuple
from gatepost.model.reviews import Host, Note, Posted, PullRequest, Refusal
from gatepost.reviewing.composing import MOST_NOTES, Composed, compose
from gatepost.reviewing.life import Plan, Step, plan
from gatepost.reviewing.marks import digest_of, marked
from gatepost.reviewing.markups import MARKUPS, Markup
from gatepost.reviewing.summary import Fate, summary
from gatepost.reviewing.told import Told
from gatepost.services.web import Moved, Refused

# A review of more comments than these is taken for abuse, or times out.
BATCH = 20


class Wishes(NamedTuple):
    """How a pull request is commented on. `commit` is the head that was judged, "" where nobody told.

    `most` comments on lines; `mention`: owners are told by the host; `link` is the address of the whole report.
    `from_elsewhere`: the verdict is one that the change itself may have written.
    """

    commit: str = ""
    most: int = MOST_NOTES
    mention: bool = False
    link: str = ""
    from_elsewhere: bool = False


class Reviewed(NamedTuple):
    """What came of it. `skipped` says why nothing was done, "" where it was; `failed` what the host did not take.

    `text` is the summary as the host has it, without its mark; "" where there is none.
    """

    posted: int = 0
    edited: int = 0
    unchanged: int = 0
    fixed: int = 0
    summary: str = ""
    failed: tuple[str, ...] = ()
    skipped: str = ""
    text: str = ""


def review(told: Told, host: Host, wishes: Wishes) -> Reviewed:
    """Tell a pull request about a verdict. Raises `services.web.Refused` where the host cannot be spoken to at all."""
    markup = MARKUPS[host.markup]
    change = host.pull_request()
    if not change.open:
        return Reviewed(skipped="the pull request is closed")
    if wishes.commit and change.head and wishes.commit != change.head:
        return Reviewed(skipped=f"{wishes.commit[:10]} was judged, and {change.head[:10]} is the head by now")
    before = host.posted()
    mine = {one.mark.key for one in before if one.mark.scope == told.scope}
    composed = compose(told, change, markup, most=wishes.most, posted=mine, mention=wishes.mention)
    steps = plan(composed.notes, before, told.scope, change.head, markup, composed.settled, told.complete)
    doing = _Doing(host, change)
    try:
        doing.carry_out(steps)
    except Moved as error:  # the run that judges the new head tells of it
        return Reviewed(doing.posted, doing.edited, skipped=str(error))
    body = summary(told, doing.fates(composed), steps.fixed, markup, wishes.link, wishes.from_elsewhere)
    shown = _sum_up(doing, body, before, told, markup)
    if doing.posted or shown == "posted":
        _clear_doubles(doing, told)
    failed = tuple(dict.fromkeys(doing.failed))
    return Reviewed(doing.posted, doing.edited, steps.unchanged, steps.fixed, shown, failed, text=body)


class _Doing:
    """What has been done at a host so far: one comment that fails stops none of the others."""

    def __init__(self, host: Host, change: PullRequest) -> None:
        self._host = host
        self._change = change
        self.posted = 0
        self.edited = 0
        self.failed: list[str] = []
        self._lost: set[str] = set()

    def carry_out(self, steps: Plan) -> None:
        new: list[tuple[Note, str]] = []
        for step in steps.steps:
            if step.verb == "post" and step.note is not None:
                new.append((step.note, step.body))
            elif step.posted is not None:
                self.attempt(lambda step=step: self._one(step))
        for start in range(0, len(new), BATCH):
            self._post(new[start : start + BATCH])

    def attempt(self, do: Callable[[], None]) -> bool:
        """Do one thing; a host that refuses it is noted."""
        try:
            do()
        except Refused as error:
            self.failed.append(str(error))
            return False
        return True

    def _one(self, step: Step) -> None:
        before = step.posted
        if before is None:
            return
        if step.verb == "edit":
            self._host.edit(before, step.body)
            self.edited += 1
        elif step.verb == "remove":
            self.remove(before)
        elif not self._host.resolve(before, step.verb == "resolve"):
            pass  # a token may not; the comment itself says that it is fixed

    def _post(self, batch: Sequence[tuple[Note, str]]) -> None:
        refused: Sequence[Refusal] = ()
        try:
            refused = self._host.post(batch, self._change.head)
        except Moved:
            raise
        except Refused as error:
            self.failed.append(str(error))
            refused = [Refusal(note, str(error)) for note, _ in batch]
        for one in refused:
            self._lost.add(one.note.key)
            self.failed.append(one.why)
        self.posted += len(batch) - len(refused)

    def fates(self, composed: Composed) -> list[Fate]:
        """Return where each group is told, now that the host has spoken."""
        return [
            fate._replace(told=False, why="the host did not take it") if fate.group.key in self._lost else fate
            for fate in composed.fates
        ]

    def sum_up(self, body: str, before: Posted | None) -> None:
        self._host.write_summary(body, before)

    def posted_now(self) -> Sequence[Posted]:
        return self._host.posted()

    def remove(self, comment: Posted) -> None:
        try:
            self._host.remove(comment)
        except Refused as error:
            if error.status != 404:  # another run that saw two of it was faster
                raise


def _sum_up(doing: _Doing, body: str, before: Sequence[Posted], told: Told, markup: Markup) -> str:
    """Write the summary where it says something else than before; returns what became of it."""
    mine = [one for one in before if one.mark.scope == told.scope and one.mark.key == "summary"]
    there = mine[0] if mine else None
    if there is not None and there.mark.digest == digest_of(body):
        return "unchanged"
    text = marked(body, told.scope, "summary", markup=markup)
    for twin in mine[1:]:
        doing.attempt(lambda twin=twin: doing.remove(twin))
    done = doing.attempt(lambda: doing.sum_up(text, there))
    return ("edited" if there else "posted") if done else "failed"


def _clear_doubles(doing: _Doing, told: Told) -> None:
    """Take away what another run has said too while this one was speaking: the older comment stays."""
    now: list[Posted] = []
    doing.attempt(lambda: now.extend(doing.posted_now()))
    seen: set[str] = set()
    for one in now:
        if one.mark.scope != told.scope:
            continue
        if one.mark.key in seen and not one.replies:
            doing.attempt(lambda one=one: doing.remove(one))
        seen.add(one.mark.key)
