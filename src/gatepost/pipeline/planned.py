"""The plans of a run: which root module each belongs to, and that root as planned; never judges one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.sources.reading import Files, Unreadable, printable_path, read_bytes

if TYPE_CHECKING:
    from gatepost.languages.plans.document import PlannedDocument
    from gatepost.languages.plans.plan import Plan
    from gatepost.languages.terraform.given import Inputs
    from gatepost.pipeline.plan import Root
    from gatepost.pipeline.request import Request
    from gatepost.pipeline.roots import Result
    from gatepost.sources.discovery import Found

MOST_BYTES = 256 * 1024 * 1024
MOST_VAR_FILES = 100
_KEPT = 8


class RootPlan(NamedTuple):
    """The plan of one root module; `var_files` are those that it was made with, as far as its variables tell.

    `environments` are those whose var files these are, each with how that is known.
    """

    plan: Plan
    var_files: tuple[str, ...] = ()
    environments: tuple[tuple[str, str], ...] = ()


class Plans(NamedTuple):
    """All plans of a run by the path of their root; `notes` say which is whose."""

    by_root: Mapping[str, RootPlan] = {}
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


NO_PLANS = Plans()


def on_disk(files: Files) -> Files:
    """Return the files as they lie there, whatever is laid over them."""
    return files if type(files) is Files else Files(files.root, files.hidden)


def read_plans(
    given: Sequence[tuple[str | None, str]],
    roots: Sequence[Root],
    files: Files,
    var_files: Sequence[str],
    inputs: Inputs,
    tfvars: Sequence[str],
) -> Plans:
    """Read the plans that were given as (root directory or None, file), and find the root that each belongs to.

    `tfvars` are the var files that were found: where `var_files` names none, those that explain the plan's variables
    are taken. Raises `UsageError` for a file that is not there and for a plan that no root, or more than one, fits.
    """
    from gatepost.languages.plans.plan import PlanError

    paths = tuple(root.path for root in roots if root.kind == "terraform")
    by_root: dict[str, RootPlan] = {}
    problems: list[Problem] = []
    notes: list[str] = []
    disk = on_disk(files)
    for directory, file in given:
        if not os.path.exists(file):
            raise UsageError(f"there is no plan {printable_path(file)!r}", hint="look at the spelling of the path")
        named = named_root(directory, paths, files.root) if directory is not None else None
        shown = shown_path(file, files.root)
        try:
            plan = _plan(file, shown)
        except (PlanError, Unreadable) as error:
            problems.append(Problem(Location(shown, NOWHERE), error.what, error.hint))
            continue
        path = named or _root_of(plan, paths, disk)
        if path in by_root:
            other = by_root[path].plan.path
            raise UsageError(f"{other!r} and {shown!r} are both plans of {path!r}", hint="give one plan for each root")
        root = next(root for root in roots if root.kind == "terraform" and root.path == path)
        by_root[path] = _root_plan(plan, root, disk, inputs, tfvars, not var_files)
        taken = by_root[path].var_files
        made_with = f", made with {' and '.join(taken)}" if taken else ""
        notes.append(f"{shown} is the plan of {folder_named(path)}{made_with}")
    return Plans(by_root, tuple(problems), tuple(notes))


def plans_of(request: Request, roots: Sequence[Root], files: Files, var_files: Sequence[str], found: Found) -> Plans:
    """Return the plans that a request names. Raises `UsageError` as `read_plans` does."""
    tfvars = (*found.files.get("tfvars", ()), *found.files.get("tfvars-json", ()))
    return read_plans(request.plans, roots, files, var_files, request.inputs, sorted(tfvars))


def _root_plan(plan: Plan, root: Root, disk: Files, inputs: Inputs, tfvars: Sequence[str], asked: bool) -> RootPlan:
    """Return the plan of a root; where it is `asked`, with the var files that it was made with."""
    taken = _var_files_of(plan, root, disk, inputs, tfvars) if asked else ()
    reached = tuple((one.name, f"var file {one.how}") for one in root.environments if taken and one.files == taken)
    return RootPlan(plan, taken, reached)


_read: dict[tuple[str, int, int], Plan] = {}


def _plan(file: str, shown: str) -> Plan:
    """Return a plan, read once as long as its file stays as it is: fixing looks at everything many times."""
    from gatepost.languages.plans.reading import read_plan

    status = os.stat(file)
    key = (os.path.realpath(file), status.st_mtime_ns, status.st_size)
    found = _read.get(key)
    if found is None or found.path != shown:
        found = read_plan(read_bytes(file, MOST_BYTES), shown)
        if len(_read) >= _KEPT:
            _read.clear()
        _read[key] = found
    return found


def folder_named(path: str) -> str:
    """Return the folder of a root module in words."""
    return "this folder" if path == "." else path


def shown_path(path: str, root: str) -> str:
    """Return a file's path as people see it: relative to the scanned root where it lies below."""
    relative = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
    return printable_path(path if relative.startswith("../") else relative)


def named_root(directory: str, roots: Sequence[str], top: str) -> str:
    """Return the root module that a directory names; raises `UsageError` where it is none."""
    path = os.path.relpath(os.path.realpath(directory), os.path.realpath(top)).replace(os.sep, "/")
    if path in roots:
        return path
    known = ", ".join(repr(root) for root in roots[:5]) or "there is none here"
    raise UsageError(
        f"{printable_path(directory)!r} is no Terraform root module that is judged", hint=f"root modules: {known}"
    )


def _root_of(plan: Plan, roots: Sequence[str], disk: Files) -> str:
    """Return the root that declares what the plan's configuration does; the one that shares most with it."""
    from gatepost.languages.plans.belonging import fits

    scores = sorted(((fits(plan, root, disk), root) for root in roots), reverse=True)
    if not scores or scores[0][0] <= 0:
        what = "no Terraform root module here declares what it plans" if scores else "there is no Terraform root here"
        raise UsageError(
            f"the plan {plan.path!r} cannot be used: {what}",
            hint="scan the folder that it was made in, or name it: --plan FOLDER=FILE",
        )
    best = [root for score, root in scores if score == scores[0][0]]
    if len(best) > 1:
        raise UsageError(
            f"the plan {plan.path!r} may belong to {' or '.join(repr(root) for root in sorted(best)[:5])}",
            hint="say to which: --plan FOLDER=FILE",
        )
    return best[0]


def _var_files_of(plan: Plan, root: Root, disk: Files, inputs: Inputs, tfvars: Sequence[str]) -> tuple[str, ...]:
    """Return the var files that give the variables the values that the plan has; none where it is not clear."""
    from gatepost.languages.plans.belonging import unexplained

    path = root.path
    taken: tuple[str, ...] = ()
    left = unexplained(plan, path, disk, taken, inputs)
    if left:
        sets = dict.fromkeys(one.files for one in root.environments if one.files)
        whole = [files for files in sets if not unexplained(plan, path, disk, files, inputs)]
        if len(whole) == 1:
            return whole[0]
    beside = "" if path == "." else f"{path}/"
    near = [file for file in tfvars if file.startswith(beside)]
    for _ in range(3):
        if not left:
            break
        tried = [
            (len(unexplained(plan, path, disk, (*taken, file), inputs)), file)
            for file in (near or tfvars)[:MOST_VAR_FILES]
            if file not in taken
        ]
        best = min(tried, default=(len(left), ""))
        if best[0] >= len(left) or sum(count == best[0] for count, _ in tried) > 1:
            break
        taken = (*taken, best[1])
        left = unexplained(plan, path, disk, taken, inputs)
    return taken


def with_environments(given: RootPlan | None, result: Result) -> Result:
    """Return what judging a planned root gave, with the environments that its plan was made for."""
    if given is None or not given.environments:
        return result
    told = given.environments
    return result._replace(
        findings=tuple(one._replace(environments=told) for one in result.findings),
        undecided=tuple(one._replace(environments=told) for one in result.undecided),
    )


def planned_document(
    given: RootPlan, path: str, files: Files, var_files: Sequence[str], inputs: Inputs
) -> PlannedDocument:
    """Return a root as its plan says it will be; edits that are laid over the files count where they differ."""
    from gatepost.languages.plans.differences import told_differences
    from gatepost.languages.plans.document import PlannedDocument
    from gatepost.languages.plans.matching import Matching
    from gatepost.languages.terraform.document import read_root

    taken = tuple(var_files) or given.var_files
    now = read_root(path, files, taken, inputs)
    was = now if type(files) is Files else read_root(path, on_disk(files), taken, inputs)
    told = told_differences(given.plan, was)
    return PlannedDocument(now, was, Matching(given.plan, was), told.differing, told.problems)
