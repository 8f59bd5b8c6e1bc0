"""The hidden mark by which a comment of ours is known again; never trusted on a comment that somebody else wrote."""

from __future__ import annotations

import hashlib
import re
from typing import cast

from gatepost.model.reviews import Mark, State
from gatepost.reviewing.markups import Markup

# Behind everything that is said: what stands earlier in a comment may have come out of a scanned file.
_MARK = re.compile(
    r"\s*(?:<!-- |\[//\]: # \()gatepost scope=([0-9a-f]{12}) key=(summary|[0-9a-f]{16}) digest=([0-9a-f]{16})"
    r" state=(open|fixed)(?: -->|\))\s*\Z"
)
_LONGEST = 400


def digest_of(body: str) -> str:
    """Return the digest (16 hexadecimal digits) of what a comment says."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def marked(body: str, scope: str, key: str, state: State = "open", *, digest: str = "", markup: Markup) -> str:
    """Return a body with its mark in the last line; `digest` is that of `body` unless it is given."""
    mark = f"gatepost scope={scope} key={key} digest={digest or digest_of(body)} state={state}"
    return f"{body.rstrip()}\n\n{markup.before}{mark}{markup.behind}"


def read_mark(body: str) -> Mark | None:
    """Return the mark at the end of a body, None where there is none."""
    found = _MARK.search(body, max(0, len(body) - _LONGEST))
    return Mark(found[1], found[2], found[3], cast("State", found[4])) if found else None


def without_mark(body: str) -> str:
    """Return what a comment says."""
    found = _MARK.search(body, max(0, len(body) - _LONGEST))
    return body[: found.start()] if found else body
