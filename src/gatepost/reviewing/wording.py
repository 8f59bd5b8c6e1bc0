"""The words of a comment on a line: what is wrong, why it matters here, what mends it; never whether it is told."""

from __future__ import annotations

import re

from gatepost.reports.safe_text import fenced
from gatepost.reviewing.markups import Markup
from gatepost.reviewing.placing import Spot
from gatepost.reviewing.told import Group, Mend

_MOST_PLACES = 5
_FIXED = "**fixed"
_SUGGESTION = re.compile(r"^(`{3,})suggestion(?::-\d+\+\d+)?[ \t]*$", re.MULTILINE)
_CUT = "Something was left out here: a comment has a limit. `gatepost check` shows all of it."


def comment(group: Group, spot: Spot, markup: Markup, *, mention: bool = False) -> str:
    """Return the body of a comment, without its mark. `mention`: owners are told by the host, where it knows them.

    What the host would refuse as too long loses whole parts: the other findings first, then the fix. Half a suggestion
    would be another one.
    """
    top, small = [_headline(group, markup), _what(group, markup)], _small(group, markup, mention)
    mend = _mend(group.mend, spot, markup) if group.mend is not None else ""
    for parts in ([*top, mend, _instances(group, markup), small], [*top, mend, _CUT, small], [*top, _CUT, small]):
        body = "\n\n".join(part for part in parts if part)
        if len(body) <= markup.longest:
            return body
    return f"{top[0]}\n\n{_CUT}"


def gone(body: str, commit: str) -> str:
    """Return what a comment says once nothing of it is found any more; `body` is what it said, without its mark.

    Its suggestion is no longer one: nothing proves what it would do now.
    """
    title, _, rest = body.replace("\r\n", "\n").partition("\n")
    line = f"~~{title.strip()}~~ {_FIXED} in `{commit[:10]}`**" if commit else f"~~{title.strip()}~~ {_FIXED}**"
    rest = _SUGGESTION.sub(r"\1", rest)
    return line + ("\n" + rest if rest.strip() else "")


def back(body: str, before: str) -> str:
    """Return what a comment says once its group counts again; `before` is what it said, without its mark."""
    title, _, rest = body.partition("\n")
    was = (
        "was fixed before, and is back" if _FIXED in before.partition("\n")[0] else "stopped nothing before, and counts"
    )
    return f"{title}\n\nIt {was}.\n{rest}"


def settled(title: str, why: str) -> str:
    """Return what a comment says of what is still there and stops nothing any more; both are safe text."""
    return f"~~{title}~~ {why}"


def _headline(group: Group, markup: Markup) -> str:
    parts = [f"**{markup.text(group.title, 200)}**", group.severity]
    if group.action == "block":
        where = ", ".join(markup.text(name, 60) for name in group.environments[:3] if name != "unknown")
        parts.append(f"blocks {where}" if where else "blocks")
    if group.exploited:
        parts.append(f"**{group.exploited}**")
    if group.due:
        parts.append(f"due {group.due}")
    return " · ".join(parts)


def _what(group: Group, markup: Markup) -> str:
    first = group.members[0]
    message = group.message if group.message and group.message != group.title else ""
    lines: list[str] = []
    if first.resource:
        lines.append(f"{markup.code(first.resource, 160)}{': ' + markup.text(message) if message else ''}")
    elif message:
        lines.append(markup.text(message))
    if group.why:
        lines.append(markup.text(group.why))
    return "\n\n".join(lines)


def _mend(mend: Mend, spot: Spot, markup: Markup) -> str:
    if not mend.proved:
        return f"**Mend:** {markup.text(mend.title)}. Only a new scan can prove it."
    proof = "Proved: with this change the finding is gone and nothing new appears."
    if mend.unsafe:
        proof += f" {markup.text(mend.unsafe)} Look before you commit it."
    if mend.suggested is not None and spot.suggests and markup.suggests:
        return f"{markup.suggestion(mend.suggested)}\n{proof}"
    if mend.diff:
        return f"{proof}\n\n{markup.fold('the fix', fenced(list(mend.diff), 'diff'))}"
    return f"**Mend:** {markup.text(mend.title)}. {proof} `gatepost fix --unsafe` shows it."


def _instances(group: Group, markup: Markup) -> str:
    """Return the other findings that one edit mends."""
    others = group.members[1:]
    if not others:
        return ""
    lines: list[str] = []
    for member in others[:_MOST_PLACES]:
        place = markup.code(f"{member.place.path}:{member.place.first}")
        lines.append(f"- {member.severity} {markup.text(member.title, 160)} {place}")
    if len(others) > _MOST_PLACES:
        lines.append(f"- {len(others) - _MOST_PLACES} more")
    return markup.fold(f"and {len(others)} more of the same cause", "\n".join(lines))


def _small(group: Group, markup: Markup, mention: bool) -> str:
    begin, end = markup.small
    parts = [markup.code(group.members[0].rule)]
    if group.owners:
        names = group.owners[:4]
        shown = " ".join((mention and _mentioned(name)) or markup.text(name, 80) for name in names)
        parts.append(f"owner {shown}")
    if group.because:
        parts.append(f"by “{markup.text(group.because, 120)}”")
    parts.append(f"`{group.key}`")
    return f"{begin}{' · '.join(parts)}{end}"


def _mentioned(name: str) -> str:
    """Return a name in the form in which the host tells whom it is of; "" for what is no handle."""
    handle = name.removeprefix("@")
    is_handle = bool(handle) and all(sign.isascii() and (sign.isalnum() or sign in "-_./") for sign in handle)
    return f"@{handle}" if is_handle and name.startswith("@") else ""
