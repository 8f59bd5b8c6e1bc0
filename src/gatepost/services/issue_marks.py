"""What an issue of GitHub or GitLab remembers of us, as a hidden first line of its body; never its visible text."""

from __future__ import annotations

import re

from gatepost.model.routing import Mark

LABEL = "gatepost"
_LINE = re.compile(
    r"<!-- gatepost key=([0-9a-f]{16}) scope=([0-9a-f]{12}) content=([0-9a-f]{0,32})"
    r" severity=([a-z]{0,10}) total=(\d{1,7}) extent=([0-9a-f]{0,8}) (here|gone) -->"
)


def with_mark(mark: Mark, body: str) -> str:
    """Return a body with its mark."""
    state = "gone" if mark.gone else "here"
    return (
        f"<!-- gatepost key={mark.key} scope={mark.scope} content={mark.content}"
        f" severity={mark.severity} total={mark.total} extent={mark.extent} {state} -->\n{body}"
    )


def mark_of(body: str | None) -> Mark | None:
    """Return the mark of a body; None where it does not begin with one, wherever else it may quote one."""
    found = _LINE.match(body or "")
    if found is None:
        return None
    key, scope, content, severity, total, extent, state = found.groups()
    return Mark(key, scope, content, severity, int(total), state == "gone", extent)


def remarked(body: str | None, mark: Mark) -> str:
    """Return a body with another mark, its visible text as people may have changed it."""
    found = _LINE.match(body or "")
    text = (body or "")[found.end() :].lstrip("\r\n") if found else body or ""
    return with_mark(mark, text)
