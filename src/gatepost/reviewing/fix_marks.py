"""The hidden marks of a fix pull request and of its commit, by which ours are known again; never trusted alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from gatepost.model.digests import sha256_of
from gatepost.model.fix_requests import FixMark, Tip
from gatepost.model.reviews import State
from gatepost.reviewing.markups import Markup

BRANCHES = "gatepost/fix-"
MOST_FINDINGS = 400  # identities that are kept in one mark
_MARK = re.compile(
    r"(?:<!-- |\[//\]: # \()gatepost-fix scope=([0-9a-f]{12}) key=([a-z0-9-]{1,80}) digest=([0-9a-f]{16})"
    r" state=(open|fixed) findings=([0-9a-f,]*)(?: -->|\))\Z"
)
_LONGEST = MOST_FINDINGS * 13 + 400
_TRAILER = re.compile(r"\n\nGatepost-Fix: ([a-z0-9-]{1,80}) ([0-9a-f]{32})\s*\Z")


def fix_marked(body: str, mark: FixMark, markup: Markup) -> str:
    """Return a description with its mark in the last line."""
    told = f"gatepost-fix scope={mark.scope} key={mark.key} digest={mark.digest} state={mark.state}"
    return f"{body.rstrip()}\n\n{markup.before}{told} findings={','.join(mark.findings)}{markup.behind}"


def read_fix_mark(body: str) -> FixMark | None:
    """Return the mark at the end of a description, None where there is none."""
    found = _found(body)
    if found is None:
        return None
    findings = tuple(one for one in found[5].split(",") if one)[:MOST_FINDINGS]
    return FixMark(found[1], found[2], found[3], cast("State", found[4]), findings)


def without_fix_mark(body: str) -> str:
    """Return what a description says."""
    found = _found(body)
    return body[: found.start()].rstrip() if found else body


def _found(body: str) -> re.Match[str] | None:
    body = body.rstrip()
    return _MARK.search(body, max(0, len(body) - _LONGEST))


def signed(message: str, key: str, tree: str, parent: str) -> str:
    """Return the message of a commit with a last line that fits this commit alone."""
    return f"{message.strip()}\n\nGatepost-Fix: {key} {_seal(message, key, tree, [parent])}\n"


def is_as_we_left_it(tip: Tip, key: str) -> bool:
    """Whether a commit is one that we wrote, on the commit we wrote it on, with nothing in it altered since."""
    found = _TRAILER.search(tip.message.replace("\r\n", "\n"))
    if found is None or found[1] != key:
        return False
    return found[2] == _seal(tip.message.replace("\r\n", "\n")[: found.start()], key, tip.tree, tip.parents)


def _seal(message: str, key: str, tree: str, parents: Sequence[str]) -> str:
    return sha256_of("\0".join((message.strip(), key, tree, *parents)))[:32]
