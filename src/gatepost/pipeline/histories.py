"""Histories brought up to date with verdicts and other histories; never writes them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.gate.history import FORGET_AFTER, BadHistory, kept, merged, of_report, read_history, written
from gatepost.model.problems import UsageError
from gatepost.pipeline.ageing import MOST_BYTES
from gatepost.reports.rows import BadReport, rows
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes


def updated(path: str, verdicts: Sequence[str], others: Sequence[str], forget: int = FORGET_AFTER) -> tuple[str, int]:
    """Return the text of a history with what verdicts and other files tell, and how many entries it has.

    `forget` are the days after which what is no longer seen is left out. Raises `UsageError`.
    """
    known = [_read(path)] if os.path.exists(path) else []
    history = kept(merged([*known, *map(_of_verdict, verdicts), *map(_read, others)]), forget)
    return written(history), len(history)


def _read(path: str) -> Mapping[str, tuple[str, str]]:
    try:
        return read_history(json.loads(decode(read_bytes(path, MOST_BYTES))))
    except Unreadable as error:
        raise UsageError(f"{printable_path(path)!r} cannot be used: {error.what}", hint=error.hint) from None
    except BadHistory as error:
        raise _bad(path, error.what) from None
    except (ValueError, RecursionError):
        raise _bad(path, "it is not JSON") from None


def _of_verdict(path: str) -> Mapping[str, tuple[str, str]]:
    """Return what a json report tells, of which the fingerprints and ages alone are held."""
    found: dict[str, Any] = {"findings": [], "undecided": []}
    try:
        for key, row in rows(path):
            if key == "verdict":
                found[key] = row
            elif key in ("findings", "undecided"):
                found[key].extend(_ages(row))
        return of_report(found)
    except OSError as error:
        raise UsageError(f"{printable_path(path)!r} cannot be read: {(error.strerror or '').lower()}") from None
    except (BadReport, BadHistory) as error:
        raise _bad(path, error.what) from None


def _ages(row: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(row, dict):
        one = cast("Mapping[str, Any]", row)
        context = one.get("context")
        age = cast("Mapping[str, Any]", context).get("age") if isinstance(context, dict) else None
        yield {"fingerprint": one.get("fingerprint"), "context": {"age": age}}


def _bad(path: str, what: str) -> UsageError:
    hint = "give the file that gatepost history update writes, or a report: gatepost check --format json=verdict.json"
    return UsageError(f"{printable_path(path)!r} cannot be used: {what}", hint=hint)
