"""Puts findings with wanted fixes together, by owner or cause, and proves each group alone; never sends anything."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import unified_diff
from typing import Literal, TypeAlias

from gatepost.model.decisions import Decision
from gatepost.model.digests import sha256_of
from gatepost.model.findings import SEVERITIES, Finding
from gatepost.model.fix_requests import Content, Group, Mended, Proposal, Work
from gatepost.model.problems import UsageError
from gatepost.pipeline.fixing import Chosen, Fixed, fix_all
from gatepost.pipeline.patching import prove_patch
from gatepost.pipeline.request import Request, Watch
from gatepost.pipeline.steps import check
from gatepost.services.git import head_commit, repository_top
from gatepost.sources.discovery import scan_root
from gatepost.sources.reading import Unreadable, decode, read_bytes

Per: TypeAlias = Literal["owner", "cause", "all"]
MOST_BYTES = 8 * 1024 * 1024  # of one file that is sent
_MOST_TEXT = 3 * 1024 * 1024
_SLUG = re.compile(r"[^a-z0-9]+")
_USER = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))\Z")
_TEAM = re.compile(r"@([A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9][\w.-]{0,99})\Z")


def work_of(
    request: Request, chosen: Chosen, per: Per, git_id: Callable[[bytes], str], watch: Watch | None = None
) -> Work:
    """Return everything there is to propose, what is worst first; each group is proved when it is asked for.

    `git_id` gives git's id of a file's content. Raises `UsageError`.
    """
    if request.detectors:
        raise UsageError("fixes come of Gatepost's own rules, so no scanner is run for them", hint="leave --run out")
    request = request._replace(base="none", run_detectors=False)
    root = scan_root(request.paths)
    top = repository_top(root) or os.path.realpath(root)
    below = os.path.relpath(os.path.realpath(root), top).replace(os.sep, "/")
    prefix = "" if below == "." else f"{below}/"
    scope = _scope(request, chosen, top)
    verdict = check(request, watch)
    by_key: dict[str, list[Decision]] = {}
    for decision in verdict.decisions:
        if chosen.fix_of(decision) is not None:
            by_key.setdefault(_common(decision, per), []).append(decision)
    there = _There(request, chosen, per, root, top, prefix, git_id, watch)
    groups = [there.group(scope, common, decisions) for common, decisions in sorted(by_key.items(), key=_order)]
    clear = not any(one.action == "block" for one in verdict.problems)
    here = frozenset(identity(one) for one in verdict.decisions if one.waiver is None)
    return Work(scope, head_commit(root), tuple(groups), here, clear)


def identity(decision: Decision) -> str:
    """Return what a finding is known by in a mark."""
    return _identity_of(decision.assessment.finding)


def _scope(request: Request, chosen: Chosen, top: str) -> str:
    """Return what tells these pull requests from those of a run over other paths or rules of the same repository."""
    paths = sorted(os.path.relpath(os.path.realpath(path), top).replace(os.sep, "/") for path in request.paths)
    return sha256_of("\0".join([*paths, "", *sorted(chosen.rules)]))[:12]


def _common(decision: Decision, per: Per) -> str:
    finding = decision.assessment.finding
    if per == "owner":
        owners = decision.assessment.context.owners
        return owners[0].name if owners else ""
    return (finding.cause or finding.fingerprint) if per == "cause" else ""


def _order(one: tuple[str, Sequence[Decision]]) -> tuple[int, int, str]:
    worst = min(SEVERITIES.index(decision.assessment.finding.severity) for decision in one[1])
    return worst, -len(one[1]), one[0]


class _There:
    """The tree that is judged, and how fixes are put together there."""

    def __init__(
        self,
        request: Request,
        chosen: Chosen,
        per: Per,
        root: str,
        top: str,
        prefix: str,
        git_id: Callable[[bytes], str],
        watch: Watch | None,
    ) -> None:
        self._request = request
        self._chosen = chosen
        self._per: Per = per
        self._root = root
        self._top = top
        self._prefix = prefix
        self._git_id = git_id
        self._watch = watch

    def group(self, scope: str, common: str, decisions: Sequence[Decision]) -> Group:
        """Return a group; its key is the same in every run."""
        if self._per == "owner":
            whose, word = common or "files that nobody owns", common or "nobody"
        elif self._per == "cause":
            finding = decisions[0].assessment.finding
            whose = word = finding.rule
        else:
            whose, word = "", "all"
        slug = _SLUG.sub("-", word.lower()).strip("-")[:40].strip("-") or "x"
        key = f"{slug}-{sha256_of(f'{scope}|{self._per}|{common}')[:8]}"
        return Group(key, whose, lambda: self._proved(common))

    def _proved(self, common: str) -> Proposal | str:
        def is_one(decision: Decision) -> bool:
            return _common(decision, self._per) == common

        fixed = fix_all(self._request, self._chosen._replace(only=is_one), self._watch)
        if not fixed.after:
            return "its fixes do not go together without something new being found"
        proof = prove_patch(self._request, _patch(fixed), watch=self._watch)
        # A fix of ours may take a resource away on purpose: a rule says so, and everything was judged without it.
        against = [one for one in proof.reasons if one.kind != "removes_resources"]
        if against:
            return f"it is not proved: {against[0].what}"
        files: list[Content] = []
        for path in sorted(fixed.after):
            content = self._content(path, fixed)
            if isinstance(content, str):
                return content
            files.append(content)
        users, teams = self._reviewers([one.path for one in files])
        findings = tuple(sorted({_identity_of(one) for one in proof.mended}))
        unsafe = _unsafe(fixed)
        return Proposal(tuple(files), tuple(self._told(one, unsafe) for one in proof.mended), findings, users, teams)

    def _content(self, path: str, fixed: Fixed) -> Content | str:
        """Return a file as it will be, byte for byte outside of what was mended; in a sentence why it cannot be."""
        try:
            old = read_bytes(os.path.join(self._root, path), MOST_BYTES)
        except Unreadable:
            return f"{path} cannot be read"
        mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
        if old != mark + fixed.before[path].encode("utf-8", "surrogatepass"):
            return f"{path} changed while it was read, or is not written in UTF-8"
        after = mark + fixed.after[path].encode("utf-8", "surrogatepass")
        return Content(self._prefix + path, self._git_id(old), after)

    def _told(self, finding: Finding, unsafe: Mapping[str, str]) -> Mended:
        place = finding.location
        why = unsafe.get(finding.fingerprint) or (finding.cause and unsafe.get(finding.cause)) or ""
        path, line = self._prefix + place.path, place.region.start_line
        return Mended(finding.severity, finding.title, finding.rule, finding.resource, path, line, why)

    def _reviewers(self, paths: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the users and teams that CODEOWNERS names for files (paths from the top)."""
        from gatepost.context.codeowners import PLACES, read_codeowners

        for place in PLACES["github"]:
            full = os.path.join(self._top, place)
            if not os.path.isfile(full):
                continue
            try:
                owners = read_codeowners(decode(read_bytes(full, _MOST_TEXT)), place, "github")
            except Unreadable:
                break
            names = dict.fromkeys(claim.name for path in paths for claim in owners.owners(path))
            users = tuple(found[1] for name in names if (found := _USER.match(name)))
            return users, tuple(found[1] for name in names if (found := _TEAM.match(name)))
        return (), ()


def _identity_of(finding: Finding) -> str:
    return sha256_of(finding.fingerprint)[:12]


def _unsafe(fixed: Fixed) -> dict[str, str]:
    """Return why fixes that were put in are unsafe, by fingerprint and by cause."""
    why: dict[str, str] = {}
    for one in fixed.applied:
        if one.fix.safety == "unsafe":
            said = one.fix.why_unsafe or "It may stop something that works today."
            why[one.finding.fingerprint] = said
            if one.finding.cause:
                why.setdefault(one.finding.cause, said)
    return why


def _patch(fixed: Fixed) -> str:
    """Return what was mended as a unified diff, for those who prove patches of anybody's."""
    out: list[str] = []
    for path in sorted(fixed.after):
        old, new = (text.splitlines(keepends=True) for text in (fixed.before[path], fixed.after[path]))
        for line in unified_diff(old, new, f"a/{path}", f"b/{path}"):
            out.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(out)
