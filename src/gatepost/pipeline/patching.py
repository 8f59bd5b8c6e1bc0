"""Proves a patch, whoever wrote it: applied in memory, judged again, accepted or refused with reasons; never writes.

What is refused is told so that whoever proposed it, a person, a script or a model, can try again.
"""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from gatepost.fixes.patches import FilePatch, PatchError, ReadText, apply_patch, read_patch
from gatepost.model.decisions import Verdict
from gatepost.model.findings import Finding
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.plan import Root
from gatepost.pipeline.request import Request, Watch
from gatepost.pipeline.roots import Result
from gatepost.pipeline.steps import check
from gatepost.services.git import repository_top
from gatepost.sources.discovery import scan_root
from gatepost.sources.reading import Files

ReasonKind: TypeAlias = Literal[
    "malformed", "does_not_apply", "does_not_parse", "finding_still_there", "mends_nothing", "new_findings",
    "more_undecided", "removes_resources", "touches_other_files", "weakens_policy",
]  # fmt: skip
KINDS: tuple[ReasonKind, ...] = (
    "malformed", "does_not_apply", "does_not_parse", "finding_still_there", "mends_nothing", "new_findings",
    "more_undecided", "removes_resources", "touches_other_files", "weakens_policy",
)  # fmt: skip

# Files that say what counts, by their names: nobody mends a finding there.
_RULING = (
    "codeowners", "catalog-info.yaml", "catalog-info.yml", "gatepost-baseline.json", ".gitattributes",
    ".gitignore", ".gitlab-ci.yml", "jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", "owners",
    ".pre-commit-config.yaml",
)  # fmt: skip
_RULING_FOLDERS = (".github", ".gitlab", ".circleci", ".git", ".azuredevops", ".buildkite")


class Reason(NamedTuple):
    """Why a patch is refused. `line` is 1-based in `path`; for the kind "malformed" in the patch; 0 for none."""

    kind: ReasonKind
    what: str
    path: str = ""
    line: int = 0
    rule: str = ""
    fingerprint: str = ""


class Proof(NamedTuple):
    """What became of a patch: accepted where there is no reason against it; what it mends, and which files it is.

    `to_rescan` are findings of reports which the patch answers as far as the report knows; only a new scan can show it.
    """

    reasons: tuple[Reason, ...]
    mended: tuple[Finding, ...] = ()
    paths: tuple[str, ...] = ()
    to_rescan: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def prove_patch(request: Request, patch: str, wanted: str = "", watch: Watch | None = None) -> Proof:
    """Return what a unified diff comes to; `wanted` is the fingerprint (or its beginning) of what it has to mend.

    Paths of the patch are relative to the scanned root, else to the top of the repository. Raises `UsageError` for
    what is wrong with the request.
    """
    request = request._replace(base="none", run_detectors=False, detectors=())
    root = scan_root(request.paths)
    known: dict[Root, Result] = {}
    before = check(request, watch, known=known)
    finding = _wanted(before, wanted) if wanted else None
    try:
        files, read = _placed(patch, root)
        texts = apply_patch(files, read)
    except PatchError as error:
        return Proof((Reason(error.kind, error.what, error.path, error.line),))
    results = list(known.values())
    reasons = list(_ruling(texts, request, root))
    reasons += _elsewhere(texts, before, results, finding)
    later: dict[Root, Result] = {}
    after = check(request._replace(texts=texts), watch, known=later)
    reasons += _compared(before, after)
    reasons += _hidden(results, list(later.values()))
    reasons += _removed([file.before for file in files if file.before and file.after is None], results)
    mended, answered = tuple(_gone(before, after)), tuple(_answered(before, after))
    if finding is not None and finding.fingerprint not in {one.fingerprint for one in (*mended, *answered)}:
        what = "with the patch the finding is still there"
        reasons.append(_about("finding_still_there", what, finding))
    elif not mended and not answered:
        reasons.append(Reason("mends_nothing", "with the patch every finding is still there"))
    ordered = sorted(dict.fromkeys(reasons), key=lambda one: (KINDS.index(one.kind), one.path, one.line, one.what))
    return Proof(tuple(ordered), mended, tuple(sorted(texts)), answered)


def _wanted(verdict: Verdict, wanted: str) -> Finding:
    found = [one.assessment.finding for one in verdict.decisions]
    found = [one for one in found if one.fingerprint.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} findings begin with {wanted}", hint="give more of the fingerprint")
    raise UsageError(
        f"there is no finding with the fingerprint {wanted}", hint="gatepost check -v shows each finding's id"
    )


def _placed(patch: str, root: str) -> tuple[tuple[FilePatch, ...], ReadText]:
    """Return a patch whose paths are relative to the scanned root, and what reads a file for it."""
    files = read_patch(patch)
    disk = Files(root)
    top = repository_top(root) or root
    below = os.path.relpath(root, top).replace(os.sep, "/")
    prefix = "" if below == "." else f"{below}/"

    def is_of_top(path: str | None) -> bool:
        return path is not None and path.startswith(prefix) and disk.is_missing(path)

    if prefix and any(is_of_top(file.before or file.after) for file in files):
        files = tuple(
            file._replace(
                before=file.before and _below(file.before, prefix, file.line),
                after=file.after and _below(file.after, prefix, file.line),
            )
            for file in files
        )

    def read(path: str) -> str | None:
        source = disk.read(path)
        if source is None and path in disk.problems:
            raise PatchError("does_not_apply", f"{path} cannot be read: {disk.problems[path].what}", 0, path)
        return None if source is None else source.text

    return files, read


def _below(path: str, prefix: str, line: int) -> str:
    if not path.startswith(prefix):
        raise PatchError("does_not_apply", f"{path} lies outside of {prefix}, which is judged", line, path)
    return path[len(prefix) :]


def _ruling(texts: Mapping[str, str | None], request: Request, root: str) -> Iterator[Reason]:
    """Yield a reason for each file that says what counts: the policy, waivers, owners, rules, pipelines."""
    named = [request.policy, request.organisation_policy, request.feeds, *request.rules, *request.evidence]
    named += [path for path, _ in request.reports]
    named += [path for _, path in request.image_tags]
    ruling = {os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/") for path in named if path}
    for path in texts:
        parts = path.lower().split("/")
        name = parts[-1]
        is_named = any(path == one or path.startswith(f"{one}/") for one in ruling)
        if (
            is_named
            or name in _RULING
            or name.startswith("gatepost.y")
            or not {*_RULING_FOLDERS}.isdisjoint(parts[:-1])
        ):
            yield Reason("weakens_policy", f"{path} says what counts, so no patch for a finding may change it", path)


def _elsewhere(
    texts: Mapping[str, str | None], verdict: Verdict, results: list[Result], finding: Finding | None
) -> Iterator[Reason]:
    """Yield a reason for each file that has nothing to do with what is to be mended."""
    every = [one.assessment.finding for one in verdict.decisions]
    allowed = {path for one in ([finding] if finding else every) for path in _places(one)}
    roots = [one for one in results if finding is None or not allowed.isdisjoint(one.files)]
    allowed.update(path for one in roots for path in one.files)
    folders = {posixpath.dirname(path) for path in allowed}
    for path, text in texts.items():
        is_new = text is not None and posixpath.dirname(path) in folders
        if path not in allowed and not (is_new and path.endswith((".tf", ".tf.json", ".tfvars"))):
            about = "the finding" if finding else "what is judged"
            yield Reason("touches_other_files", f"{path} has nothing to do with {about}", path)


def _places(finding: Finding) -> Iterator[str]:
    yield finding.location.path
    yield from (step.location.path for step in finding.origins if step.location is not None)
    yield from (one.location.path for one in finding.related)
    yield from (edit.location.path for fix in finding.fixes for edit in fix.edits)


def _compared(before: Verdict, after: Verdict) -> Iterator[Reason]:
    """Yield a reason for each thing of which there is more than before."""
    known = Counter(_key(one.assessment.finding) for one in before.decisions)
    for one in after.decisions:
        finding = one.assessment.finding
        known[_key(finding)] -= 1
        if known[_key(finding)] < 0:
            yield _about("new_findings", f"with the patch there is something new: {finding.message}", finding)
    unsure = Counter((one.undecided.rule, one.undecided.resource) for one in before.undecided)
    for other in after.undecided:
        undecided = other.undecided
        unsure[undecided.rule, undecided.resource] -= 1
        if unsure[undecided.rule, undecided.resource] < 0:
            what = f"with the patch it is not known any more whether {undecided.rule} holds: {undecided.because[0]}"
            place = undecided.location
            yield Reason("more_undecided", what, place.path, place.region.start_line, undecided.rule)
    read = Counter((one.problem.location.path, one.problem.what) for one in before.problems)
    for third in after.problems:
        problem = third.problem
        read[problem.location.path, problem.what] -= 1
        if read[problem.location.path, problem.what] < 0:
            place = problem.location
            yield Reason("does_not_parse", problem.what, place.path, place.region.start_line)


def _hidden(before: list[Result], after: list[Result]) -> Iterator[Reason]:
    """Yield a reason for what takes away from the eye instead of mending: waivers, ignore comments, fewer resources."""
    had = {(one.location.path, one.rule) for result in before for one in result.inline.waivers}
    had |= {(one.location.path, one.rule) for result in before for one in result.inline.ignored}
    for result in after:
        for one in (*result.inline.waivers, *result.inline.ignored):
            place = one.location
            if (place.path, one.rule) not in had:
                what = f"a comment for {one.rule} asks not to look, which mends nothing"
                yield Reason("weakens_policy", what, place.path, place.region.start_line, one.rule)
    count, left = (sum(one.resources for one in results) for results in (before, after))
    if left < count:
        what = f"with the patch there are fewer resources ({left} instead of {count}): what is not there is not mended"
        yield Reason("removes_resources", what)


def _removed(paths: list[str], results: list[Result]) -> Iterator[Reason]:
    """Yield a reason for each file that is judged and would be gone."""
    judged = {path for result in results for path in result.files}
    for path in paths:
        if path in judged:
            yield Reason("removes_resources", f"the patch removes {path}, which mends nothing in it", path)


def _gone(before: Verdict, after: Verdict) -> Iterator[Finding]:
    """Yield the findings of which there are fewer than before, and whose identity is not there any more."""
    counts = Counter(_key(one.assessment.finding) for one in after.decisions)
    identities = {one.assessment.finding.fingerprint for one in after.decisions}
    was = Counter(_key(one.assessment.finding) for one in before.decisions)
    for one in before.decisions:
        finding = one.assessment.finding
        key = _key(finding)
        if was[key] > counts[key] and finding.fingerprint not in identities:
            was[key] -= 1
            yield finding


def _answered(before: Verdict, after: Verdict) -> Iterator[Finding]:
    """Yield the findings of reports for which an edit was known, and none is left but a new scan."""
    later = {one.assessment.finding.fingerprint: one.assessment.finding for one in after.decisions}
    for one in before.decisions:
        finding = one.assessment.finding
        now = later.get(finding.fingerprint)
        if now is not None and _has_edits(finding) and not _has_edits(now):
            yield finding


def _has_edits(finding: Finding) -> bool:
    return any(fix.edits for fix in finding.fixes)


def _key(finding: Finding) -> tuple[str, str, str]:
    """Return what a finding is known by while a patch moves it: the rule, the resource, else the file."""
    return finding.rule, finding.resource, "" if finding.resource else finding.location.path


def _about(kind: ReasonKind, what: str, finding: Finding) -> Reason:
    place = finding.location
    return Reason(kind, what, place.path, place.region.start_line, finding.rule, finding.fingerprint)
