"""What a run has read, with digests, and by what it judged; never changes what the run comes to.

Digests are taken of the bytes as they are read, so that a trace is of what was judged and not of what lies there later.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from gatepost.gate import Policy
from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from gatepost.model.traces import Input, Looked, Trace
from gatepost.pipeline.feeding import feeds_folder
from gatepost.pipeline.plan import Root
from gatepost.pipeline.preparing import Run
from gatepost.pipeline.request import Request
from gatepost.pipeline.roots import Result
from gatepost.rules.catalogue import Catalogue
from gatepost.rules.library import library_digest
from gatepost.services.git import head_commit, repository_top
from gatepost.services.git_base import GitRefused, committed_paths, edited_paths
from gatepost.sources.discovery import scan_root
from gatepost.sources.reading import Unreadable, listen, open_bytes, printable_path

# Roles of files that count as the base has them, where the change edits them.
_OF_BASE = ("rule", "feed", "evidence", "baseline", "history", "owners", "image-tags", "waivers")
# The role of a file that was read only to see whether it is one to judge.
LOOKED_AT = "looked at"
OWNER_FILES = ("CODEOWNERS", "OWNERS", "OWNERS_ALIASES", "catalog-info.yaml", "catalog-info.yml")


class Tracing:
    """Hears which files are read while it is open; `digests` are by absolute path."""

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}

    def __enter__(self) -> Tracing:
        listen(self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        listen(None)

    def _heard(self, path: str, pieces: Iterable[bytes]) -> None:
        self._note(os.path.abspath(path), _sha256(pieces))

    def _note(self, path: str, digest: str) -> None:
        if self.digests.setdefault(path, digest) != digest:
            shown = printable_path(path)
            raise UsageError(f"{shown!r} changed while it was judged, so there is no receipt", hint="run it again")

    def work(self, judge: Callable[[Root], Result], top: str) -> Callable[[Root], Result]:
        """Return the judging of a root with the digests of what it read, which another process would keep."""

        def judged(root: Root) -> Result:
            result = judge(root)
            paths = sorted(_absolute(top, path) for path in result.read)
            return result._replace(digests=tuple((path, self.digests[path]) for path in paths if path in self.digests))

        return judged

    def trace(self, run: Run, results: Sequence[Result], verdict: Verdict) -> Trace:
        """Return the trace of a run that is over. Raises `UsageError` for a file that changed meanwhile."""
        for result in results:
            for path, digest in result.digests:
                self._note(path, digest)
        request, base = run.request, run.change.base
        top = repository_top(run.found.root) or ""
        inputs = tuple(sorted(self._inputs(run, results, verdict, _committed(top))))
        below = os.path.relpath(run.found.root, top).replace(os.sep, "/") if top else "."
        return Trace(
            request.today,
            head_commit(run.found.root),
            _is_dirty(run.found.root, inputs),
            "" if below == "." else printable_path(below),
            base.commit if base else "",
            request.base or "" if base else "",
            tuple(printable_path(path) for path in request.paths),
            request.environment or "",
            request.branch or "",
            inputs,
            library_digest(),
            _looked(run.catalogue, run, results),
            tuple(dict.fromkeys(one.name for one in request.inputs.assigned if one.rank >= 0)),
            tuple(request.detectors),
            tuple(sorted({image for path, _ in request.reports for image in _images(path)})),
        )

    def _inputs(
        self, run: Run, results: Sequence[Result], verdict: Verdict, committed: Callable[[str], bool]
    ) -> Iterator[Input]:
        root = run.found.root
        yield from _policies(run, committed)
        roles = dict(_roles(run.request, run, verdict))
        judged = {_absolute(root, path) for result in results for path in result.files}
        read = {path for result in results for path, _ in result.digests}
        files = dict(self.digests)
        for path in roles:
            if path not in files and os.path.isfile(path):
                files[path] = _file_sha256(path)
        for path, digest in _of_base_instead(run, roles):
            files.pop(path, None)
            yield Input(
                _shown(path, root), roles[path], digest, False, run.change.base.commit if run.change.base else ""
            )
        policies = {_absolute(root, _policy_path(policy)) for policy in run.policies if not _of_base(run, policy)}
        for path, digest in files.items():
            if path not in policies and os.path.exists(path):  # a copy of what the base had is gone by now
                role = roles.get(path) or ("source" if path in judged else "read" if path in read else _seen_as(path))
                yield Input(_shown(path, root), role, digest, committed(path))


def _seen_as(path: str) -> str:
    return "owners" if os.path.basename(path) in OWNER_FILES else LOOKED_AT


def _images(path: str) -> tuple[str, ...]:
    from gatepost.pipeline.reports import MOST_REPORT_BYTES
    from gatepost.scans.scanned_images import images_in

    try:
        content = open_bytes(path, MOST_REPORT_BYTES)
    except Unreadable:
        return ()
    try:
        return images_in(content)
    finally:
        content.close()


def without_outputs(verdict: Verdict, request: Request, paths: Iterable[str]) -> Verdict:
    """Return a verdict whose trace leaves out what was only looked at and is now written over by the run's reports."""
    if verdict.trace is None:
        return verdict
    root = scan_root(request.paths)
    written = {_shown(os.path.realpath(path), root) for path in paths}
    kept = tuple(one for one in verdict.trace.inputs if one.role != LOOKED_AT or one.name not in written)
    return verdict._replace(trace=verdict.trace._replace(inputs=kept))


def _absolute(top: str, path: str) -> str:
    return os.path.normpath(os.path.join(top, path))


def _sha256(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _file_sha256(path: str) -> str:
    with open(path, "rb") as file:
        return _sha256(iter(lambda: file.read(1 << 20), b""))


def _shown(path: str, root: str) -> str:
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    return printable_path(path if relative.startswith("../") else relative)


def _roles(request: Request, run: Run, verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Yield what the files that the request or a policy names are for, by absolute path."""
    for role, paths in (
        ("report", (path for path, _ in request.reports)),
        ("plan", (path for _, path in request.plans)),
        ("state", (path for _, path in request.states)),
        ("evidence", request.evidence),
        ("variables", request.var_files),
        ("parameters", request.parameter_files),
        ("owners", _owner_files(request, run)),
        ("image-tags", _tag_lists(request, run)),
        ("report of the base", (path for path, _ in request.base_reports)),
        ("history", request.histories),
    ):
        for path in paths:
            yield os.path.abspath(path), role
    yield from _roles_by_policies(request, run)
    for folder in request.rules:
        for name in ("rules", "resources"):
            for below, _, files in os.walk(os.path.join(folder, name)):
                for file in files:
                    if file.endswith((".yaml", ".yml")):
                        yield os.path.abspath(os.path.join(below, file)), "rule"
    if verdict.feeds:
        theirs = run.organisation.feeds if run.organisation else type(run.policy.feeds)()
        folder, _ = feeds_folder(request, run.found.root, run.policy.feeds, theirs)
        for feed in verdict.feeds:
            yield os.path.abspath(os.path.join(folder, posixpath.basename(feed.path))), "feed"


def _tag_lists(request: Request, run: Run) -> Iterator[str]:
    if request.image_tags or any(policy.image_tags for policy in run.policies):
        from gatepost.pipeline.image_tags import lists_of

        yield from (path for _, path, _ in lists_of(request, run.found.root, run.policies))


def _owner_files(request: Request, run: Run) -> Iterator[str]:
    """Yield the exports that tell owners; the command line's stand for those of the policy, which lie beside it."""
    if request.cmdb is not None:
        yield request.cmdb
    yield from request.audit_logs
    for policy, file in ((run.policy, request.policy), (run.organisation, request.organisation_policy)):
        if policy is not None:
            folder = os.path.dirname(file) if file is not None else run.found.root
            named = [] if request.cmdb is not None else [policy.owners.cmdb]
            named += [] if request.audit_logs else policy.owners.audit_logs
            yield from (os.path.join(folder, path) for path in named if path)


def _roles_by_policies(request: Request, run: Run) -> Iterator[tuple[str, str]]:
    """Yield what the files are for that the policies name, or that stand where they are looked for."""
    if request.baseline is not None:
        yield os.path.abspath(request.baseline), "baseline"
    for policy, file in zip(run.policies, (request.policy, request.organisation_policy), strict=False):
        folder = os.path.dirname(file) if file is not None else run.found.root
        if policy.baseline:
            yield os.path.abspath(os.path.join(folder, policy.baseline)), "baseline"
        for path in {waiver.location.path for waiver in policy.waivers}:
            if path != policy.name:
                yield _absolute(run.found.root, path), "waivers"


def _of_base_instead(run: Run, roles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files that the change edits and that counted as the base has them, with the digest of that."""
    base = run.change.base
    if base is None:
        return
    from gatepost.pipeline.handed_in import is_of_change

    for path, role in roles.items():
        if role in _OF_BASE and is_of_change(path, base):
            inside = os.path.relpath(path, base.top).replace(os.sep, "/")
            data = base.tree.read(inside)
            if data is not None:
                yield path, hashlib.sha256(data).hexdigest()


def _policies(run: Run, committed: Callable[[str], bool]) -> Iterator[Input]:
    """Yield the policies that decided and what they extend; each by the digest of its text as UTF-8."""
    base = run.change.base
    for role, policy in zip(("policy", "organisation's policy"), run.policies, strict=False):
        for number, source in enumerate(policy.texts):
            digest = hashlib.sha256(source.text.encode("utf-8", "surrogateescape")).hexdigest()
            name = source.path
            commit = ""
            if base is not None and number == 0 and _of_base(run, policy):
                name, commit = name.removesuffix(f" ({base.revision})"), base.commit
            here = number == 0 and not commit and committed(_absolute(run.found.root, name))
            yield Input(name, role if number == 0 else f"{role} (extended)", digest, here, commit)


def _of_base(run: Run, policy: Policy) -> bool:
    base = run.change.base
    return base is not None and bool(policy.texts) and policy.texts[0].path.endswith(f" ({base.revision})")


def _policy_path(policy: Policy) -> str:
    return policy.texts[0].path if policy.texts else policy.name


def _looked(catalogue: Catalogue, run: Run, results: Sequence[Result]) -> tuple[Looked, ...]:
    counts: dict[str, int] = {}
    for result in results:
        for rule, resources in result.looked:
            counts[rule] = counts.get(rule, 0) + resources
    choices, left_out = run.workshop.choices, catalogue.left_out
    return tuple(
        Looked(
            rule.id,
            rule.title,
            rule.category,
            rule.severity,
            rule.standards,
            counts.get(rule.id, 0),
            rule.id not in left_out and (rule.id not in choices or choices[rule.id].enabled is not False),
        )
        for rule in catalogue.rules()
    )


def _committed(top: str) -> Callable[[str], bool]:
    """Return what tells whether the commit that is checked out has a file as it lies there."""
    unchanged: frozenset[str] = frozenset()
    if top:
        with suppress(GitRefused):
            unchanged = committed_paths(top)
    return lambda path: os.path.relpath(os.path.realpath(path), top).replace(os.sep, "/") in unchanged


def _is_dirty(root: str, inputs: Sequence[Input]) -> bool:
    judged = ("source", "read", LOOKED_AT, "variables", "parameters")
    return any(one.role in judged and not one.in_commit for one in inputs) or _has_edits(root)


def _has_edits(root: str) -> bool:
    try:
        return bool(edited_paths(root))
    except GitRefused:
        return True
