"""The base commit of a change: its files as far as they differ, its roots, what was found there; never what it decides.

Files that did not change are read from the work tree, so that a base costs what the change touches.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from gatepost.findings.fingerprints import with_fingerprints, with_undecided_fingerprints
from gatepost.findings.merging import merge_instances, merge_undecided
from gatepost.gate import new_places, together
from gatepost.model.environment_words import spoken_of
from gatepost.model.findings import Finding, Undecided
from gatepost.model.places import Location, Source
from gatepost.model.policy import Comparison
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.parallel import spread
from gatepost.pipeline.plan import Root
from gatepost.pipeline.roots import Result, Workshop, judge_root
from gatepost.services.git import repository_top
from gatepost.services.git_base import Changes, GitRefused, Tree, beginning, changed_lines, changes
from gatepost.sources.discovery import Found, would_find
from gatepost.sources.reading import Files, Unreadable, decode, kind_of, printable_path


class Base(NamedTuple):
    """The commit that a change is compared with; `revision` is how the user, or the build service, named it.

    `prefix` is where the scanned root lies below the top of the repository ("live/", "" for the top itself). `changes`
    are those below the root, `everywhere` all of them, in paths from the top, which `tree` takes too. `note` tells
    where the commit may not be the one that was meant.
    """

    revision: str
    commit: str
    top: str
    prefix: str
    changes: Changes
    everywhere: Changes
    tree: Tree
    note: str = ""


def open_base(root: str, revision: str, paths: Sequence[str] = ()) -> Base | Problem:
    """Return the base of what lies below `root`, or the Problem that it cannot be read.

    `paths` are those that were named, to tell in which folder a run has to be.
    """
    top = repository_top(root)
    if top is None:
        tops = sorted({one for path in paths if (one := repository_top(path)) is not None})
        hint = f"run it in the checkout: cd {tops[0]}" if tops else "run it in a checkout, or leave --base out"
        raise UsageError("--base needs a git repository", hint=hint)
    try:
        commit, note = beginning(root, revision)
        everywhere, tree = changes(top, commit), Tree(top, commit)
        tree.require(everywhere.before)
    except GitRefused as error:
        what = f"the base {revision!r} cannot be read, so it is not known what is new: {error.what}"
        return Problem(Location(".", NOWHERE), what, error.hint)
    below = os.path.relpath(root, top).replace(os.sep, "/")
    prefix = "" if below == "." else f"{below}/"
    return Base(revision, commit, top, prefix, everywhere.below(prefix), everywhere, tree, note)


class BaseFiles(Files):
    """The files as they were: what changed comes from the commit, the rest from the work tree."""

    def __init__(self, root: str, hidden: frozenset[str], base: Base) -> None:
        super().__init__(root, hidden)
        self._base = base
        self._gone: dict[str, list[str]] = {}
        for path in base.changes.before - base.changes.now:
            self._gone.setdefault(posixpath.dirname(path), []).append(path)
        self._new = base.changes.now - base.changes.before

    def list(self, directory: str) -> list[str]:
        """Return the relative paths of the files that were right in a directory, sorted."""
        folder = "" if directory in (".", "") else directory.rstrip("/")
        here = [path for path in super().list(directory) if path not in self._new]
        return sorted({*here, *(path for path in self._gone.get(folder, ()) if path not in self.hidden)})

    def is_missing(self, path: str) -> bool:
        """Tell whether there surely was nothing at a relative path."""
        if path in self._base.changes.before:
            return False
        return path in self._new or super().is_missing(path)

    def data(self, path: str) -> bytes | None:
        """Return the bytes that a file had; None when it was not there, or is passed over."""
        if path in self.hidden or path in self._new:
            return None
        if path in self._base.changes.before:
            return self._base.tree.read(self._base.prefix + path)
        return super().data(path)

    def below(self, directory: str, most: int) -> list[str] | None:
        """Return the paths of all files that were below a directory, relative to it; None as for the work tree."""
        here = super().below(directory, most)
        if here is None:
            return None
        prefix = "" if directory in (".", "") else directory.rstrip("/") + "/"
        gone = {path for path in self._base.changes.before - self._base.changes.now if path.startswith(prefix)}
        return [path for path in here if prefix + path not in self._new] + sorted(p[len(prefix) :] for p in gone)

    def read(self, path: str, kind: str = "") -> Source | None:
        """Return a file as it was, or None."""
        if path not in self._base.changes.before:
            return None if path in self._new else super().read(path, kind)
        content = self._base.tree.read(self._base.prefix + path)
        if content is None:
            return None
        try:
            return Source(printable_path(path), decode(content), kind or kind_of(path))
        except Unreadable as error:
            self.problems[path] = Problem(Location(printable_path(path), NOWHERE), error.what, error.hint)
            return None


def found_before(found: Found, base: Base, excluded: Callable[[str], bool]) -> Found:
    """Return what discovery would have found in the base, below the folders that were asked for."""
    files = {kind: set(paths) for kind, paths in found.files.items()}
    new = base.changes.now - base.changes.before
    for paths in files.values():
        paths.difference_update(new)
    for path in base.changes.before - base.changes.now:
        if would_find(path, found, excluded):
            files.setdefault(kind_of(path), set()).add(path)
    given = frozenset(path for path in found.given if path not in new)
    return found._replace(
        files={kind: tuple(sorted(paths)) for kind, paths in sorted(files.items()) if paths}, given=given
    )


def judge_before(
    workshop: Workshop,
    base: Base,
    roots: Sequence[Root],
    results: Sequence[Result],
    order: Callable[[Finding], object],
    reported: Sequence[Finding] = (),
    jobs: int | None = 1,
) -> Comparison:
    """Judge the roots of the base that the change can reach; of the others, what is found now was there before.

    `roots` are those of the base, `results` is what was judged now, `reported` what scanners saw there.
    The product, the rules and their settings are today's, so that only the change makes a difference. `jobs` is as for
    a run.
    """
    now = {result.root: result for result in results}
    differing = differing_names(base.changes)
    # What has no namesake among today's roots is judged as well.
    reached = [root for root in roots if root not in now or not now[root].read.isdisjoint(differing)]
    untouched = set(roots).difference(reached)
    kept = [result for root, result in now.items() if root in untouched]
    old = list(spread(partial(judge_root, workshop), reached, jobs))
    names = {before: after for after, before in base.changes.renamed.items()}
    findings = [finding for result in kept for finding in result.findings]
    findings += [_renamed(finding, names) for result in old for finding in result.findings]
    own = merge_instances(findings, order)
    merged = with_fingerprints(sorted(_with_reported(own, reported, workshop), key=order))  # type: ignore[arg-type]
    undecided = [one for result in kept for one in result.undecided]
    undecided += [_renamed_undecided(one, names) for result in old for one in result.undecided]
    problems = frozenset(
        (names.get(problem.location.path, problem.location.path), problem.what)
        for result in (*kept, *old)
        for problem in result.problems
    )
    known = {finding.fingerprint: (finding.message, str(finding.severity)) for finding in merged}
    asked = with_undecided_fingerprints(merge_undecided(undecided))
    known.update({one.fingerprint: ("", "") for one in asked})
    several = {one.fingerprint: one.instances for one in (*merged, *asked) if one.instances > 1}
    touched = touched_lines(base, workshop.files.root)
    beside_now, beside_then = (together([one.inline for one in judged]) for judged in (results, (*kept, *old)))
    beside = new_places(beside_now, beside_then, names, base.changes.now)
    return Comparison(known, problems, touched, brought=brought_names(base), beside=beside, before=merged)._replace(
        renamed=base.changes.renamed, instances=several
    )


def _with_reported(own: Sequence[Finding], reported: Sequence[Finding], workshop: Workshop) -> Sequence[Finding]:
    if not reported:
        return own
    from gatepost.findings.detectors import merge_detectors
    from gatepost.pipeline.reports import foreign_names

    return merge_detectors(own, reported, lambda: foreign_names(workshop.catalogue))


def differing_names(changes: Changes) -> frozenset[str]:
    """Return all that a root may have looked at, as in `Files.asked`, in which the change makes a difference.

    A root whose `Result.read` has none of it is judged as in the base.
    """
    found: set[str] = set()
    for path in changes.now | changes.before:
        folder = posixpath.dirname(path)
        found.update((path, f"{folder}/", "**"))
        while folder and f"{folder}/**" not in found:
            found.add(f"{folder}/**")
            folder = posixpath.dirname(folder)
    return frozenset(found)


def _renamed(finding: Finding, names: Mapping[str, str]) -> Finding:
    after = names.get(finding.location.path)
    if after is not None:
        finding = finding._replace(location=finding.location._replace(path=after))
    last = finding.origins[-1] if finding.origins else None
    if last is None or last.location is None or last.location.path not in names:
        return finding
    moved = last._replace(location=last.location._replace(path=names[last.location.path]))
    return finding._replace(origins=(*finding.origins[:-1], moved))


def _renamed_undecided(one: Undecided, names: Mapping[str, str]) -> Undecided:
    after = names.get(one.location.path)
    return one if after is None else one._replace(location=one.location._replace(path=after))


def brought_names(base: Base) -> frozenset[str]:
    """Return the files that only the change has, and the folders of them that are called by an environment's name."""
    new = base.everywhere.now - base.everywhere.before
    folders: set[str] = set()
    for path in new:
        parts = path.split("/")
        folders.update("/".join(parts[:count]) for count in range(1, len(parts)) if spoken_of(parts[count - 1]))
    return new | (folders - base.tree.has(sorted(folders)) if folders else folders)


def touched_lines(base: Base, root: str) -> dict[str, list[tuple[int, int]]]:
    """Return the lines that the change wrote, by path; the whole of a file that git does not track."""
    lines = changed_lines(root, base.commit)
    whole = [(1, 1 << 31)]
    return {**{path: whole for path in base.changes.now if path not in lines}, **lines}
