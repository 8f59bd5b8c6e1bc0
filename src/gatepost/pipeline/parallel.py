"""Spreads roots over processes when there are many; never changes what comes out, nor its order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

_A = TypeVar("_A")
_B = TypeVar("_B")

# Starting processes costs about as much as judging this many small roots.
WORTH_SPREADING = 150
MOST_JOBS_UNASKED = 4


def spread(work: Callable[[_A], _B], items: Sequence[_A], jobs: int | None) -> Iterator[_B]:
    """Yield `work(item)` for each item in order, in this process or in several.

    `jobs` is None for as many as the size of the work and the machine suggest. Processes are forked, so that they
    inherit what is loaded; where that is not possible the work is done here.
    """
    if jobs is None:
        jobs = min(os.cpu_count() or 1, MOST_JOBS_UNASKED) if len(items) >= WORTH_SPREADING else 1
    if jobs <= 1 or len(items) < 2 or not hasattr(os, "fork"):
        yield from map(work, items)
        return
    from multiprocessing import get_context

    size = max(1, min(50, len(items) // (jobs * 4)))
    global _work
    _work = work
    with get_context("fork").Pool(jobs) as pool:
        yield from pool.imap(_do, items, chunksize=size)


_work: Callable[..., Any] | None = None


def _do(item: object) -> Any:
    """Do the work in a forked process, which has inherited it."""
    assert _work is not None
    return _work(item)
