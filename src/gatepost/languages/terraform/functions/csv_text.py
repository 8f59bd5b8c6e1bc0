"""Tables of text with commas, as Go's encoding/csv reads them for csvdecode; never another separator."""

from __future__ import annotations

from gatepost.languages.terraform.conversions import Fails, NotComputed

MOST_FIELDS = 100_000


def table(text: str) -> list[dict[str, str]]:
    """Return each row with the first one's names; raises Fails."""
    rows = _rows(text.replace("\r\n", "\n").removesuffix("\r"))
    if not rows:
        raise Fails("the text has no line with names")
    names = rows[0]
    if len(rows) * len(names) > MOST_FIELDS:
        raise NotComputed("so large a table")
    if len(set(names)) < len(names):
        raise Fails("a column is named twice")
    if any(len(row) != len(names) for row in rows):
        raise Fails("a row has more or fewer fields than there are names")
    return [dict(zip(names, row, strict=True)) for row in rows[1:]]


def _rows(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    at, size = 0, len(text)
    while at < size:
        if text[at] == "\n":
            at += 1
            continue
        row: list[str] = []
        while True:
            field, at = _quoted(text, at + 1) if text.startswith('"', at) else _bare(text, at)
            row.append(field)
            following = text[at : at + 1]
            at += 1
            if following != ",":
                break
        rows.append(row)
    return rows


def _bare(text: str, at: int) -> tuple[str, int]:
    end = min(found for found in (text.find(",", at), text.find("\n", at), len(text)) if found >= 0)
    field = text[at:end]
    if '"' in field:
        raise Fails("a quotation mark stands inside a field that does not begin with one")
    return field, end


def _quoted(text: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        end = text.find('"', at)
        if end < 0:
            raise Fails("a quotation mark is not closed")
        parts.append(text[at:end])
        at = end + 1
        if text[at : at + 1] != '"':
            break
        parts.append('"')
        at += 1
    if text[at : at + 1] not in ("", ",", "\n"):
        raise Fails("text follows a closing quotation mark")
    return "".join(parts), at
