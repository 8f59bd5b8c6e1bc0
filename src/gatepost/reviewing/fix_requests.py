"""Brings the fix pull requests of a repository to what they should be; never proves a fix, nor speaks to a host itself.

A branch on which anybody else committed is left alone, and so is what a person closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from gatepost.model.fix_requests import Content, FixHost, FixMark, Group, Proposal, Standing, Tip, Work
from gatepost.model.records import NamedTuple
from gatepost.reviewing.fix_marks import (
    BRANCHES,
    MOST_FINDINGS,
    fix_marked,
    is_as_we_left_it,
    read_fix_mark,
    signed,
    without_fix_mark,
)
from gatepost.reviewing.fix_words import GONE, TAKEN_OVER, body_of, message_of, title_of
from gatepost.reviewing.markups import MARKUPS
from gatepost.services.web import Refused

_MOST_LOOKED_AT = 100  # groups without an open pull request, in one run: each may have to be proved
_MODES = ("100644", "100755")


class Told(NamedTuple):
    """What became of one pull request: `what` is a word, `why` a sentence ("" for none), `number` 0 for none.

    For those that were held back there is one of these, and `branch` tells how many.
    """

    what: str
    branch: str
    number: int = 0
    why: str = ""


class Kept(NamedTuple):
    """What was done, and what the host refused."""

    told: tuple[Told, ...]
    failed: tuple[str, ...]


def git_id(content: bytes) -> str:
    """Return git's id (SHA-1) of a file's content."""
    header = f"blob {len(content)}\0".encode("ascii")
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def keep_up(work: Work, host: FixHost, onto: str, most: int) -> Kept:
    """Open, update and close pull requests onto a branch ("" is the default one), no more than `most` open at a time.

    Raises Refused where nothing can be done at all.
    """
    onto, tip = host.start(onto)
    if not work.commit:
        raise Refused("what was judged is no commit; check the branch out with git first")
    if not host.holds(tip.id, work.commit):
        why = f"what was judged ({work.commit[:10]}) is not part of {onto}"
        raise Refused(f"{why}, and nothing is put on top of anybody's branch unasked; --base-branch names another")
    run = _Run(work, host, onto, tip, most)
    run.close_gone()
    for group in work.groups:
        run.bring(group)
    run.tell_held_back()
    run.close_taken_over()
    return Kept(tuple(run.told), tuple(run.failed))


class _Run:
    """One run over all groups: what is open now, what was done."""

    def __init__(self, work: Work, host: FixHost, onto: str, tip: Tip, most: int) -> None:
        self._work = work
        self._host = host
        self._onto = onto
        self._tip = tip
        self._most = most
        self._markup = MARKUPS[host.markup]
        self._keys = {group.key for group in work.groups}
        self._open = {one.branch: one for one in host.open_ones() if one.branch.startswith(BRANCHES)}
        self._covered: set[str] = set()
        self._looked_at = 0
        self._held_back = 0
        self.told: list[Told] = []
        self.failed: list[str] = []

    def close_gone(self) -> None:
        """Close what mends nothing that is still found."""
        for one, mark in self._mine():
            if not self._work.here.isdisjoint(mark.findings) or mark.key in self._keys:
                continue
            if not self._work.clear:
                self._say("kept", one, "something could not be read, so nothing is called gone")
                continue
            self._close(one, mark, GONE)

    def tell_held_back(self) -> None:
        """Say how many there are no pull requests for yet."""
        if self._held_back:
            full = len(self._mine()) >= self._most
            why = f"{self._most} open ones are the most (--most)" if full else "these are enough for one run"
            self.told.append(Told("held back", f"{self._held_back} more", why=why))

    def close_taken_over(self) -> None:
        """Close what other open ones mend by now, as after another way of putting fixes together was chosen."""
        for one, mark in self._mine():
            if mark.key in self._keys:
                continue
            left = self._work.here.intersection(mark.findings)
            if left and left <= self._covered:
                self._close(one, mark, TAKEN_OVER)
            elif left:
                self._say("kept", one, "its findings are still there, and no proved fix of this run mends them")

    def _mine(self) -> list[tuple[Standing, FixMark]]:
        found: list[tuple[Standing, FixMark]] = []
        for one in self._open.values():
            mark = self._mark_of(one)
            if mark is not None and mark.scope == self._work.scope:
                found.append((one, mark))
        return found

    def _mark_of(self, one: Standing) -> FixMark | None:
        mark = read_fix_mark(one.body) if one.mine else None
        return mark if mark is not None and one.branch == BRANCHES + mark.key else None

    def _close(self, one: Standing, mark: FixMark, note: str) -> None:
        try:
            if not self._is_ours(one.head, one.branch, mark.key):
                self._say("left", one, "what it mends is gone, but somebody else committed to its branch")
                return
            body = fix_marked(without_fix_mark(one.body), mark._replace(state="fixed"), self._markup)
            self._host.close(one.number, body, note)
        except Refused as error:
            self.failed.append(f"#{one.number}: {error}")
            return
        del self._open[one.branch]
        self._say("closed", one, note.removeprefix("Closed: "))

    def _is_ours(self, head: str, branch: str, key: str) -> bool:
        tip = self._host.branch_tip(branch)
        return tip is not None and tip.id == head and is_as_we_left_it(tip, key)

    def bring(self, group: Group) -> None:
        """Bring one pull request to what it should be."""
        branch = BRANCHES + group.key
        try:
            self._bring(group, branch)
        except Refused as error:
            self.failed.append(f"{branch}: {error}")

    def _bring(self, group: Group, branch: str) -> None:
        one = self._open.get(branch)
        if one is None and self._is_full():
            self._held_back += 1
            return
        self._looked_at += one is None
        one = one or self._host.last_of(branch)
        if one is not None and one.state == "merged":
            one = None
        mark = self._mark_of(one) if one is not None else None
        if one is not None and mark is None:
            if one.state == "open":
                self._say("left", one, "its branch has the name of ours, but it is somebody else's")
                return
            one = None
        if one is not None and mark is not None and one.state == "closed" and mark.state == "open":
            self._say("left", one, "somebody closed it; opened again it is kept up to date")
            return
        proposal = group.make()
        why = proposal if isinstance(proposal, str) else self._differs(proposal)
        if why or isinstance(proposal, str):
            self._tell("not proposed", branch, why, one)
            return
        if one is None or mark is None:
            self._create(group, proposal, branch)
        else:
            self._update(group, proposal, one, mark)

    def _is_full(self) -> bool:
        return len(self._mine()) >= self._most or self._looked_at >= _MOST_LOOKED_AT

    def _differs(self, proposal: Proposal) -> str:
        """Return why the branch that is proposed to does not have what was judged, "" where it does."""
        there = self._host.files(self._tip, [one.path for one in proposal.files])
        for one in proposal.files:
            mode, id = there.get(one.path, ("", ""))
            if mode not in _MODES:
                return f"{one.path} is no plain file in {self._onto}"
            if id != one.before:
                return f"{one.path} reads otherwise in {self._onto} than what was judged"
        return ""

    def _update(self, group: Group, proposal: Proposal, one: Standing, mark: FixMark) -> None:
        title, body, digest = self._texts(group, proposal)
        if not self._is_ours(one.head, one.branch, group.key):
            if one.state == "open":
                self._covered.update(proposal.findings)
                self._say("left", one, "somebody else committed to its branch")
            else:
                self._create(group, proposal, one.branch)
            return
        back = one.state == "closed"
        if mark.digest == digest and not back:
            self._covered.update(proposal.findings)
            self._say("unchanged", one)
            return
        if back and not self._reopened(one):
            self._create(group, proposal, one.branch)
            return
        if mark.digest != digest or back:
            commit = self._commit(group, proposal)
            if not self._is_ours(one.head, one.branch, group.key):  # the last moment to see that somebody did
                self._say("left", one, "somebody else committed to its branch")
                return
            self._host.move_branch(one.branch, commit)
        self._host.rewrite(one.number, title, body, self._onto)
        self._open[one.branch] = one._replace(state="open", body=body)
        self._covered.update(proposal.findings)
        self._say("opened again" if back else "updated", one)

    def _reopened(self, one: Standing) -> bool:
        try:
            self._host.reopen(one.number)
        except Refused as error:
            if error.status != 422:
                raise
            return False
        return True

    def _create(self, group: Group, proposal: Proposal, branch: str) -> None:
        title, body, _ = self._texts(group, proposal)
        before = self._host.branch_tip(branch)
        if before is not None and not is_as_we_left_it(before, group.key):
            self._tell("left", branch, "there is a branch of this name that is not as we left it")
            return
        commit = self._commit(group, proposal)
        if before is not None:
            self._host.move_branch(branch, commit)
        elif not self._branched(group, branch, commit):
            return
        number = self._host.propose(branch, self._onto, title, body)
        made = Standing(number, branch, commit, "open", title, body, True)
        self._open[branch] = made
        self._covered.update(proposal.findings)
        notes = self._furnished(number, proposal)
        self._say("opened", made, "; ".join(notes))

    def _branched(self, group: Group, branch: str, commit: str) -> bool:
        """Make a branch; another run may have made it in between."""
        try:
            self._host.make_branch(branch, commit)
        except Refused as error:
            if error.status != 422:
                raise
            tip = self._host.branch_tip(branch)
            if tip is None:
                raise
            ours = is_as_we_left_it(tip, group.key)
            why = "another run made it at the same time" if ours else "there is a branch of this name that is not ours"
            self._tell("left", branch, why)
            return False
        return True

    def _furnished(self, number: int, proposal: Proposal) -> list[str]:
        """Label it and ask for reviews; what is refused of that stops nothing."""
        notes: list[str] = []
        try:
            self._host.label(number)
        except Refused as error:
            notes.append(f"no label: {error}")
        try:
            notes += self._host.ask_for_review(number, proposal.users, proposal.teams)
        except Refused as error:
            notes.append(f"nobody is asked for a review: {error}")
        return notes

    def _commit(self, group: Group, proposal: Proposal) -> str:
        there = self._host.files(self._tip, [one.path for one in proposal.files])
        tree = self._host.write_tree(self._tip, [(one, there[one.path][0]) for one in proposal.files])
        message = signed(message_of(proposal), group.key, tree, self._tip.id)
        return self._host.write_commit(message, tree, self._tip.id)

    def _texts(self, group: Group, proposal: Proposal) -> tuple[str, str, str]:
        title, body = title_of(group, proposal), body_of(group, proposal, self._markup)
        digest = _digest(self._onto, title, body, proposal.files)
        mark = FixMark(self._work.scope, group.key, digest, "open", proposal.findings[:MOST_FINDINGS])
        return title, fix_marked(body, mark, self._markup), digest

    def _say(self, what: str, one: Standing, why: str = "") -> None:
        self.told.append(Told(what, one.branch, one.number, why))

    def _tell(self, what: str, branch: str, why: str, one: Standing | None = None) -> None:
        self.told.append(Told(what, branch, one.number if one else 0, why))


def _digest(onto: str, title: str, body: str, files: Iterable[Content]) -> str:
    told = [onto, title, body]
    for one in files:
        told += [one.path, one.before, git_id(one.after)]
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]
