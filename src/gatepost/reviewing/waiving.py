"""A waiver for what blocks, ready to be pasted into the policy once somebody has given a reason; never an approval."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta

from gatepost.reviewing.told import Group

_DAYS = 30
_MOST = 10
_PLAIN = re.compile(r"[A-Za-z0-9_./-]{1,200}\Z")


def waiver_request(groups: Sequence[Group], today: str) -> list[str]:
    """Return lines of YAML that waive the findings of the first groups; empty for none.

    `why` and `by` are left to whoever asks for it: the policy does not load without them.
    """
    until = _until(today)
    lines = ["waivers:"]
    for group in groups[:_MOST]:
        for member in group.members[:_MOST]:
            if not member.fingerprint or member.waived or member.action != "block":
                continue
            lines.append(f"  - fingerprint: {_quoted(member.fingerprint)}  # {_remark(member.rule)}")
            lines += [f"    until: {until}", "    why:", "    by:"]
    return lines if len(lines) > 1 else []


def _until(today: str) -> str:
    try:
        return (date.fromisoformat(today) + timedelta(days=_DAYS)).isoformat()
    except (ValueError, OverflowError):
        return "YYYY-MM-DD"


def _quoted(text: str) -> str:
    # A fingerprint of digits alone would be read as a number.
    return text if _PLAIN.match(text) and not re.match(r"[\d.]+(?:e\d+)?\Z", text) else json.dumps(text)


def _remark(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:120]
