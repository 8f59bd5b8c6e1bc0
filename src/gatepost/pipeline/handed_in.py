"""What is handed in beside the code, as the base has it where the change wrote it; never what a change says of itself.

Rules of the user's own, feeds and evidence are taken as the base has them. A report, a plan or a state is of this
moment, and the base has none in its place.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem
from gatepost.pipeline.base_commit import Base
from gatepost.pipeline.comparing import of_base
from gatepost.pipeline.request import Request
from gatepost.sources.reading import printable_path


def is_of_change(path: str, base: Base) -> bool:
    """Whether the change brought, edited or took away a file, something in a folder, or a folder on the way there."""
    changed = (base.everywhere.now | base.everywhere.before) - base.everywhere.untracked
    trusted = of_base(base)
    for inside in trusted.inside(path) if trusted is not None else ():
        parts = inside.split("/")
        if any("/".join(parts[:count]) in changed for count in range(1, len(parts) + 1)):
            return True
        if any(one.startswith(f"{inside}/") for one in changed):
            return True
    return False


@contextmanager
def as_base_has(path: str, base: Base | None) -> Generator[str | None, None, None]:
    """Give a path at which a file or folder is as the base has it; None where the base has nothing there."""
    if base is None or not is_of_change(path, base):
        yield path
        return
    trusted = of_base(base)
    inside = trusted.inside(path)[0] if trusted is not None else ""
    with TemporaryDirectory(prefix="gatepost-") as folder:
        copy = os.path.join(folder, os.path.basename(os.path.normpath(path)))
        found = False
        for name in base.tree.paths([inside]):
            data = base.tree.read(name)
            below = os.path.relpath(name, inside)
            if data is not None and not below.startswith(".."):
                found = True
                target = os.path.normpath(os.path.join(copy, below))
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "wb") as file:
                    file.write(data)
        yield copy if found else None


def note_of(path: str, base: Base) -> str:
    """Return the sentence that tells whose version counts."""
    return f"this change edits {printable_path(path)}: it counts as {base.revision} has it"


def problems_of(request: Request, base: Base) -> tuple[Problem, ...]:
    """Return a Problem for each report, plan and state that the change itself has written."""
    handed = (
        *(("report", path) for path, _ in request.reports),
        *(("plan", path) for _, path in request.plans),
        *(("state", path) for _, path in request.states),
    )
    return tuple(
        Problem(
            Location(printable_path(path), NOWHERE),
            f"the {what} is part of the change that it is about, which may have it say anything",
            "let the pipeline make it, or let the policy decide: {problem: true, problem_kind: of-change}",
            "of-change",
        )
        for what, path in handed
        if is_of_change(path, base)
    )
