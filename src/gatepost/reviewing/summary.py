"""The one comment that sums a verdict up, within the length a host takes; never more than one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatepost.model.records import NamedTuple
from gatepost.reports.safe_text import fenced
from gatepost.reviewing.markups import Markup
from gatepost.reviewing.placing import concerns
from gatepost.reviewing.told import Group, Question, Told
from gatepost.reviewing.waiving import waiver_request

_MOST_ROWS = 20
_MOST_PLACES = 3  # of what is undecided
_HOW_TO_ASK = "Give a reason and a name, and put it into the policy; it counts once its owners have approved it."
_KEPT = 400  # for what surrounds it and for saying what was left out


class Fate(NamedTuple):
    """What became of a group: whether a comment stands for it, or why there is none ("" for no reason known)."""

    group: Group
    told: bool
    why: str = ""


class _Row(NamedTuple):
    name: str
    new: int = 0
    blocking: int = 0
    old: int = 0
    waived: int = 0


def summary(
    told: Told, fates: Sequence[Fate], fixed: int, markup: Markup, link: str = "", from_elsewhere: bool = False
) -> str:
    """Return the body of the summary, without its mark. `fixed` is how many groups the change has mended.

    `from_elsewhere`: what is told comes of a build that the change itself may have altered, and the summary says so.
    """
    page = _Page(markup.longest - _KEPT)
    name = f" ({markup.text(told.name, 80)})" if told.name else ""
    page.add(f"### Gatepost{name}: {told.outcome}{' (observing)' if told.observes else ''}")
    page.add(_reason(told, fates))
    if from_elsewhere:
        page.add("Told by the build of this pull request, which can change what it tells. The check decides, not this.")
    for broken in told.budgets:
        page.add(markup.text(broken))
    table = _table(told.groups, fixed, markup)
    if table:
        page.add(table)
    for title, some in _sections(fates):
        page.fold(title, [_line(fate, markup) for fate in some], markup)
    page.fold(_undecided_words(told), [_question(one, markup) for one in told.undecided], markup)
    problems = [f"- {markup.code(path)}: {markup.text(what, 300)}" for path, what, _ in told.problems]
    page.fold(f"{len(problems)} could not be read", problems, markup)
    for note in told.notes:
        page.add(markup.text(note))
    asked = waiver_request([group for group in told.groups if group.action == "block"], told.today)
    if asked:
        page.add(markup.fold("ask for a waiver", f"{_HOW_TO_ASK}\n\n{fenced(asked, 'yaml')}"))
    begin, end = markup.small
    report = f" · [report]({link})" if link else ""
    page.add(
        f"{begin}policy: {markup.text(told.policy, 200)} · {markup.code(told.commit[:10] or 'no commit')}{report}{end}"
    )
    return page.text()


def _reason(told: Told, fates: Sequence[Fate]) -> str:
    blocking = [fate for fate in fates if fate.group.action == "block"]
    if told.outcome == "passed":
        return "Nothing stops this change."
    if told.outcome == "incomplete":
        return "Something could not be read, so nobody knows whether this change may pass."
    where = sorted({name for fate in blocking for name in fate.group.environments if name != "unknown"})
    count = len(blocking)
    if not count:
        what = "What nobody knows" if told.undecided else "What could not be read" if told.problems else "The policy"
        return f"{'A budget that is not kept' if told.budgets else what} stops this change."
    stops = f"{count} finding{'s' if count != 1 else ''} stop{'' if count != 1 else 's'} this change"
    reach = f" from reaching **{', '.join(where[:3])}**" if where else ""
    mended = sum(1 for fate in blocking if fate.group.mend is not None and fate.group.mend.proved)
    if not mended:
        return f"{stops}{reach}."
    each = "It has" if count == 1 else "All have" if mended == count else f"{mended} of them have"
    return f"{stops}{reach}. {each} a proved fix: `gatepost fix --unsafe` shows {'it' if count == 1 else 'them'}."


def _sections(fates: Sequence[Fate]) -> Iterable[tuple[str, list[Fate]]]:
    blocking = [fate for fate in fates if fate.group.action == "block"]
    warned = [fate for fate in fates if fate.group.action == "warn"]
    untold = [fate for fate in blocking if not fate.told]
    yield f"{len(blocking)} block", [*untold, *(fate for fate in blocking if fate.told)]
    yield f"{len(warned)} warning{'s' if len(warned) != 1 else ''}", warned


def _undecided_words(told: Told) -> str:
    number, causes = told.unanswered, len(told.undecided)
    return f"{number} undecided" + (f" ({causes} cause{'s' if causes != 1 else ''})" if causes < number else "")


def _question(one: Question, markup: Markup) -> str:
    places = ", ".join(markup.code(f"{place.path}:{place.first}") for place in one.places[:_MOST_PLACES])
    left = len(one.places) - _MOST_PLACES
    more = f" and {left} more" if left > 0 else ""
    hint = f" ({markup.text(one.hint, 200)})" if one.hint else ""
    return f"- {markup.text(one.title, 160)} {places}{more}: {markup.text(one.why, 200)}{hint}"


def _line(fate: Fate, markup: Markup) -> str:
    group = fate.group
    place = group.members[0].place
    shown = markup.code(f"{place.path}:{place.first}") if place.path else ""
    count = f" ({len(group.members)} findings)" if len(group.members) > 1 else ""
    told = "" if fate.told else f" (no comment: {fate.why})" if fate.why else " (no comment)"
    return f"- **{group.severity}** {markup.text(group.title, 200)}{count} {shown}{told}"


def _table(groups: Sequence[Group], fixed: int, markup: Markup) -> str:
    """Return the counts by environment and owner; one row at least where anything was found."""
    rows: dict[tuple[str, str], _Row] = {}
    for group in groups:
        for environment in group.environments or ("unknown",):
            owner = group.owners[0] if group.owners else "no owner"
            row = rows.get((environment, owner), _Row(""))
            waived = all(member.waived for member in group.members)
            new = concerns(group) and not waived
            rows[environment, owner] = row._replace(
                new=row.new + new,
                blocking=row.blocking + (new and group.action == "block"),
                old=row.old + (not new and not waived),
                waived=row.waived + waived,
            )
    if not rows:
        return f"Fixed by this change: {fixed}." if fixed else ""
    ordered = sorted(rows.items(), key=lambda item: (-item[1].blocking, -item[1].new, item[0]))
    lines = ["| | new | of these block | not new | waived |", "|---|---|---|---|---|"]
    for (environment, owner), row in ordered[:_MOST_ROWS]:
        new = f"**{row.new}**" if row.new else "0"
        name = f"{markup.text(environment, 60)} · {markup.text(owner, 80)}"
        lines.append(f"| {name} | {new} | {row.blocking} | {row.old} | {row.waived} |")
    if len(ordered) > _MOST_ROWS:
        lines.append(f"| {len(ordered) - _MOST_ROWS} more | | | | |")
    if fixed:
        lines.append(f"\nFixed by this change: {fixed}.")
    return "\n".join(lines)


class _Page:
    """Collects parts up to a budget, and says what it left out."""

    def __init__(self, budget: int) -> None:
        self._parts: list[str] = []
        self._left = budget
        self._out: list[str] = []

    def add(self, text: str) -> None:
        """Add a part if it fits."""
        if len(text) + 2 <= self._left:
            self._parts.append(text)
            self._left -= len(text) + 2
        else:
            self._out.append("a part of the summary")

    def fold(self, title: str, lines: list[str], markup: Markup) -> None:
        """Add as many lines as fit, below a title."""
        if not lines:
            return
        room = self._left - len(markup.fold(title, "")) - 60
        taken: list[str] = []
        for line in lines:
            if len(line) + 1 > room:
                break
            taken.append(line)
            room -= len(line) + 1
        if len(taken) < len(lines):
            taken.append(f"- {len(lines) - len(taken)} more left out")
            self._out.append(f"{len(lines) - len(taken) + 1} of {title}")
        self.add(markup.fold(title, "\n".join(taken)))

    def text(self) -> str:
        """Return all of it."""
        tail = f"\n\n**Left out, because a comment has a limit: {', '.join(self._out)}.**" if self._out else ""
        return "\n\n".join(self._parts) + tail
