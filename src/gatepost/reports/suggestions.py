"""Fixes as whole lines that a code host puts in place of others with one click; never what would come out otherwise.

A host replaces the lines it is told by those of the suggestion and leaves everything else, the last line end included.
What a suggestion comes to is compared with what was proved; where the two differ there is none.

What a host writes at the end of these lines in a file with Windows line ends is documented by none. The source of
GitLab ends the last line as it was and those above it with a line feed alone; others may do either throughout. So there
is a suggestion for such a file where the fix was proved with each of these (`Fix.either_end`).
"""

from __future__ import annotations

from collections.abc import Mapping

from gatepost.model.changes import Fix
from gatepost.model.git_ids import blob_id
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple
from gatepost.reports.diffs import Change, changes_in
from gatepost.reports.secrets import Secrets

# More than this is no longer read before it is clicked.
MOST_LINES = 60


class Suggestion(NamedTuple):
    """`lines` come in place of `old`, the lines `first` to `last` (1-based, both included); all without line ends."""

    path: str
    first: int
    last: int
    lines: tuple[str, ...]
    old: tuple[str, ...] = ()


def suggestion(fix: Fix, sources: Mapping[str, Source], secrets: Secrets | None = None) -> Suggestion | None:
    """Return a proved fix as one suggestion; None where it is not one stretch of one file, or would show a secret."""
    paths = {edit.location.path for edit in fix.edits}
    source = sources.get(next(iter(paths))) if len(paths) == 1 and fix.proof == "proved" else None
    if source is None or ("\r" in source.text and not fix.either_end):
        return None
    made = stretch_of(fix, source)
    if made is None:
        return None
    if secrets is not None and any(secrets.text(line) != line for line in (*made.lines, *made.old)):
        return None
    return made


def stretch_of(fix: Fix, source: Source) -> Suggestion | None:
    """Return a fix of one file as one stretch of lines, None where no such stretch comes to what was proved."""
    changes = changes_in(source, sorted(fix.edits, key=lambda edit: edit.location.region))
    if not changes:
        return None
    made = _stretch(source, changes)
    made = made._replace(old=tuple(source.line(number) for number in range(made.first, made.last + 1)))
    if max(made.last - made.first + 1, len(made.lines)) > MOST_LINES:
        return None
    text, wanted = source.text, proved_text(fix, source)
    if "\r" in text:
        text, wanted = text.replace("\r\n", "\n"), wanted.replace("\r\n", "\n")
        if "\r" in text + wanted or "\r" in "".join(made.lines):
            return None
    return made if applied(text, made) == wanted else None


def applied(text: str, made: Suggestion) -> str:
    """Return a file without Windows line ends as a host leaves it once a suggestion is accepted."""
    lines = text.split("\n")
    ends = lines[-1] == ""
    if ends:
        lines.pop()
    lines[made.first - 1 : made.last] = made.lines
    return "\n".join(lines) + ("\n" if ends and lines else "")


def outcomes(source: Source, made: Suggestion) -> list[str]:
    """Return what a host may put in place of the lines of a suggestion, the end of the last one included.

    Empty where it cannot be told: the suggestion takes away the last line of a file, and that has no end.
    """
    old = source.text[source.offset(made.first, 1) : source.offset(made.last + 1, 1)]
    last = "\r\n" if old.endswith("\r\n") else "\n" if old.endswith("\n") else ""
    if not made.lines:
        return [""] if last else []
    found: dict[str, None] = {}
    for between, end in (("\r\n", "\r\n"), ("\n", "\n"), ("\n", last), ("\r\n", last)):
        found[between.join(made.lines) + (end if last else "")] = None
    return list(found)


def blob_of(text: str) -> str:
    """Return the name (40 hexadecimal digits) that git gives a file with this text in UTF-8."""
    return blob_id(text.encode("utf-8", "surrogatepass"))


def _stretch(source: Source, changes: list[Change]) -> Suggestion:
    """Return all changes of a file as one stretch of lines, those between them as they are."""
    first, last = changes[0].first, changes[-1].first + len(changes[-1].old) - 1
    lines: list[str] = []
    at = first
    for change in changes:
        lines += [source.line(number) for number in range(at, change.first)]
        lines += change.new
        at = change.first + len(change.old)
    if last < first:  # what is only put in takes the line above along, or the first one of the file
        if first > 1:
            return Suggestion(source.path, first - 1, first - 1, (source.line(first - 1), *lines))
        return Suggestion(source.path, 1, 1, (*lines, source.line(1)))
    return Suggestion(source.path, first, last, tuple(lines))


def proved_text(fix: Fix, source: Source) -> str:
    """Return the text that the fix was proved with."""
    out: list[str] = []
    done = 0
    for edit in sorted(fix.edits, key=lambda edit: edit.location.region):
        region = edit.location.region
        out += (source.text[done : source.offset(region.start_line, region.start_column)], edit.replacement)
        done = source.offset(region.end_line, region.end_column)
    return "".join((*out, source.text[done:]))
