"""What a fix pull request says: title, description, commit; never what goes into it.

Titles and commits are read by hosts, too (mentions, closing words, words that skip a build), so names that come from a
repository are shown in the description alone, where they can be made harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatepost.model.findings import SEVERITIES
from gatepost.model.fix_requests import Group, Mended, Proposal
from gatepost.reviewing.markups import Markup

_MOST_ROWS = 100
_MOST_FILES = 100
_MOST_UNSAFE = 20
_NOT_IN_A_TITLE = re.compile(r"[^A-Za-z0-9 ._/-]+")


def title_of(group: Group, proposal: Proposal) -> str:
    """Return the title, in which nothing is a mention, a link or a command."""
    count = len(proposal.mended)
    whose = " ".join(_NOT_IN_A_TITLE.sub(" ", group.whose).split())[:100]
    return f"Gatepost: mend {count} finding{'' if count == 1 else 's'}" + (f" ({whose})" if whose else "")


def message_of(proposal: Proposal) -> str:
    """Return the message of the commit, fixed words and numbers alone."""
    count, files = len(proposal.mended), len(proposal.files)
    return (
        f"Mend {count} finding{'' if count == 1 else 's'} in {files} file{'' if files == 1 else 's'}\n\n"
        "Proved by Gatepost: with this change the findings are gone and nothing new appears."
    )


def body_of(group: Group, proposal: Proposal, markup: Markup) -> str:
    """Return the description without its mark, within what the host takes."""
    rows = list(_rows(proposal, markup))
    parts = [
        _first(group, proposal, markup),
        "\n".join(rows),
        _proof(proposal, markup),
        _files(proposal, markup),
        _life(markup),
    ]
    room = markup.longest - 8_000  # for the mark
    while sum(len(part) + 2 for part in parts) > room and len(rows) > 1:
        del rows[len(rows) // 2 :]
        parts[1] = "\n".join([*rows, f"- … and {len(proposal.mended) - len(rows)} more"])
    return "\n\n".join(part for part in parts if part)


def _first(group: Group, proposal: Proposal, markup: Markup) -> str:
    count = len(proposal.mended)
    whose = f" of {markup.text(group.whose, 120)}" if group.whose else ""
    return f"This change mends {count} finding{'' if count == 1 else 's'}{whose}."


def _rows(proposal: Proposal, markup: Markup) -> Iterator[str]:
    ordered = sorted(proposal.mended, key=lambda one: (_rank(one.severity), one.path, one.line, one.rule))
    for one in ordered[:_MOST_ROWS]:
        yield _row(one, markup)
    if len(ordered) > _MOST_ROWS:
        yield f"- … and {len(ordered) - _MOST_ROWS} more"


def _row(one: Mended, markup: Markup) -> str:
    place = markup.code(f"{one.path}:{one.line}" if one.line else one.path)
    resource = f" on {markup.code(one.resource, 160)}" if one.resource else ""
    unsafe = ", unsafe" if one.unsafe else ""
    return f"- **{one.severity}{unsafe}** {markup.text(one.title, 160)}{resource}, {place} ({markup.code(one.rule)})"


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _proof(proposal: Proposal, markup: Markup) -> str:
    lines = [
        "**Proved:** the change was applied to these files in memory and everything was judged again. With it these "
        "findings are gone, no rule finds or leaves undecided what it did not before, and no file reads worse."
    ]
    why = sorted({one.unsafe for one in proposal.mended if one.unsafe})
    if why:
        lines += ["", "**Unsafe** are those that may stop something that works today, so look before you merge:", ""]
        lines += [f"- {markup.text(one)}" for one in why[:_MOST_UNSAFE]]
        lines += [f"- … and {len(why) - _MOST_UNSAFE} more reasons"] if len(why) > _MOST_UNSAFE else []
    else:
        lines += ["", "All of it is safe: none of it can stop anything that works today."]
    return "\n".join(lines)


def _files(proposal: Proposal, markup: Markup) -> str:
    paths = [markup.code(one.path) for one in proposal.files]
    more = [f"{len(paths) - _MOST_FILES} more"] if len(paths) > _MOST_FILES else []
    return f"Files: {', '.join([*paths[:_MOST_FILES], *more])}"


def _life(markup: Markup) -> str:
    begin, end = markup.small
    return (
        f"{begin}Gatepost keeps this up to date while it is open and closes it when the findings are gone. Commits of "
        f"yours on this branch are left alone; once closed by you it stays closed. Merging it is your decision.{end}"
    )


GONE = "Closed: what this change mends is no longer found, or is waived."
TAKEN_OVER = "Closed: what is left of this is mended by another open request of Gatepost."
