"""A saved verdict as a check run of GitHub; never a conclusion that the change itself could have written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from gatepost.model.checks import CheckAnnotation, CheckRun, Conclusion
from gatepost.reports.safe_text import plain, printable
from gatepost.reviewing.markups import MARKUPS
from gatepost.reviewing.summary import Fate, summary
from gatepost.reviewing.told import Group, Place, Told

# Twenty requests; a check may have more, but a workflow's credential has a thousand requests an hour for everything.
MOST_ANNOTATIONS = 1_000
# GitHub takes 65,535 characters of a summary, 255 of a title and 64 KB of a message.
LONGEST, LONGEST_TITLE, LONGEST_MESSAGE = 65_535, 255, 16_000
_MOST_PLACES = 20
_CONCLUSIONS: dict[str, Conclusion] = {"passed": "success", "blocked": "failure", "incomplete": "failure"}


def check_run(told: Told, name: str, commit: str, link: str = "") -> CheckRun:
    """Return the check run of a commit, what blocks first.

    Where the verdict only observes its conclusion is neutral. A branch that requires the check takes that for passed,
    so a verdict that the change may have altered must not come here.
    """
    every = annotations_of(told)
    made = tuple(every[:MOST_ANNOTATIONS])
    fates = [Fate(group, True) for group in told.groups]
    body = summary(told, fates, 0, MARKUPS["github"], link)
    if len(every) > len(made):
        body += f"\n\n{len(every) - len(made)} more have no annotation."
    conclusion = "neutral" if told.observes else _CONCLUSIONS[told.outcome]
    title = title_of(told)
    body = _within(body)
    identity = hashlib.sha256(repr((name, conclusion, title, body, made)).encode("utf-8", "surrogatepass"))
    return CheckRun(name, commit, conclusion, title, body, made, f"gatepost-{identity.hexdigest()[:32]}")


def title_of(told: Told) -> str:
    """Return the decision and the counts in one line."""
    counts = [(sum(group.action == action for group in told.groups), action) for action in ("block", "warn")]
    parts = [f"{count} {action}" for count, action in counts if count]
    parts += [f"{told.unanswered} undecided"] if told.undecided else []
    parts += [f"{len(told.problems)} could not be read"] if told.problems else []
    observing = " (observing)" if told.observes else ""
    return f"{told.outcome.capitalize()}{observing}: {', '.join(parts) or 'nothing found'}"


def _within(body: str) -> str:
    left_out = "\n\nThe rest is left out, because a check has a limit."
    return body if len(body) <= LONGEST else body[: LONGEST - len(left_out)] + left_out


def annotations_of(told: Told) -> list[CheckAnnotation]:
    """Return everything that is not allowed, undecided or unread, what blocks first."""
    return sorted(_annotations(told), key=lambda one: ("failure", "warning", "notice").index(one.level))


def _annotations(told: Told) -> Iterator[CheckAnnotation]:
    for group in told.groups:
        place = group.members[0].place
        if group.action != "allow" and place.path:
            level = "failure" if group.action == "block" and not told.observes else "warning"
            title = printable(f"{group.severity}: {group.title}")[:LONGEST_TITLE]
            texts = (title, _message(group), _details(group))
            yield CheckAnnotation(place.path, place.first, place.last, level, *texts, group.key, group.severity)
    for one in told.undecided:
        place = one.places[0]
        head = printable(f"Undecided: {one.title}")[:LONGEST_TITLE]
        rules = [", ".join(one.rules)] if len(one.rules) > 1 else []
        told_of = [one.why, one.hint, *rules, *_also(one.places[1:])]
        message = _lines([line for line in told_of if line]) or head
        yield CheckAnnotation(place.path, place.first, place.last, "notice", head, message)
    for path, what, blocks in told.problems:
        if path:
            level = "failure" if blocks and not told.observes else "warning"
            yield CheckAnnotation(told.prefix + path, 1, 1, level, "Could not be read", _lines([what]) or "unreadable")


def _message(group: Group) -> str:
    told = [group.message] if group.message not in ("", group.title) else []
    told += [group.why] if group.why else []
    told += [f"Environment: {', '.join(group.environments)}"] if group.environments else []
    told += [f"Owner: {', '.join(group.owners)}"] if group.owners else []
    told += [f"Known as: {', '.join(group.ids)}"] if group.ids else []
    told += [group.exploited] if group.exploited else []
    told += [f'{"Blocked" if group.action == "block" else "Warned"} by "{group.because}"'] if group.because else []
    told += [f"Due: {group.due}"] if group.due else []
    if group.mend is not None:
        told.append(f"{'Proved fix' if group.mend.proved else 'Fix'}: {group.mend.title}")
    told += _also([one.place for one in group.members[1:]])
    return _lines([*told, group.members[0].rule]) or "no rule is named"


def _also(places: Sequence[Place]) -> list[str]:
    told = [f"Also at {place.path}:{place.first}" for place in places[:_MOST_PLACES]]
    return [*told, f"and at {len(places) - _MOST_PLACES} more places"] if len(places) > _MOST_PLACES else told


def _details(group: Group) -> str:
    return _lines(list(group.mend.diff)) if group.mend is not None and group.mend.proved else ""


def _lines(lines: list[str]) -> str:
    return "\n".join(plain(line) for line in lines)[:LONGEST_MESSAGE].strip()
