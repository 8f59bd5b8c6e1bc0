"""What a change proposes about the gate itself: told with its effect and who has to agree; never what is decided.

Loaded only where there is a base, or a policy that asks who owns the files of its waivers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial

from gatepost.gate import Decided, Policy
from gatepost.gate.waiving import WaiverOwners
from gatepost.model.decisions import Decision, WaiverUse
from gatepost.model.findings import SEVERITIES
from gatepost.model.places import Location
from gatepost.model.problems import UsageError
from gatepost.pipeline.base_commit import Base
from gatepost.pipeline.comparing import of_base
from gatepost.pipeline.deciding import decide_all
from gatepost.pipeline.policies import POLICY_FILE, OfBase, load_policies
from gatepost.pipeline.preparing import KnownRules, Run
from gatepost.pipeline.request import Request
from gatepost.pipeline.seeing import Seen
from gatepost.sources.discovery import Found
from gatepost.sources.path_globs import matches_any
from gatepost.sources.reading import Files

_MOST_NOTES = 20
_OWNERS = ("CODEOWNERS", "OWNERS", "catalog-info.yaml", "catalog-info.yml")


def owners_of_waivers(
    found: Found, files: Files, base: OfBase | None, policy: Policy, policy_file: str | None
) -> WaiverOwners:
    """Return who owns, by the CODEOWNERS of the base, the file that a waiver is written in."""
    owners = _owners(found, files, base)
    written = {waiver.location.path for waiver in policy.waivers}
    root = os.path.realpath(found.root)

    def owners_of(path: str) -> tuple[str, ...]:
        where = os.getcwd() if path in written and policy_file is not None else root
        if base is not None and path in written:
            path = path.removesuffix(f" ({base.name})")
        return owners(os.path.join(where, path)) or ()

    return owners_of


def _owners(found: Found, files: Files, base: OfBase | None) -> Callable[[str], tuple[str, ...] | None]:
    """Return the owners of a file by its full path; None where there is no CODEOWNERS."""
    from gatepost.pipeline.owning import codeowners_of, repository_of

    repository = repository_of(found, files, base)
    codeowners = codeowners_of(repository)

    def owners_of(path: str) -> tuple[str, ...] | None:
        inside = os.path.relpath(os.path.normpath(path), repository.top).replace(os.sep, "/")
        if codeowners is None:
            return None
        if inside.startswith("../"):
            return ()
        return tuple(dict.fromkeys(claim.name for claim in codeowners.owners(inside)))

    return owners_of


def proposed_by(run: Run, seen: Seen, decided: Decided) -> tuple[str, ...]:
    """Tell of what a change would let itself through by: its policy, its files of waivers, waivers beside the code."""
    base, then = run.change.base, run.change.comparison
    if base is None:
        return ()
    beside = new_waiver_notes(decided.waivers, then.beside if then is not None else frozenset())
    try:
        return (*_of_files(run, base, seen, decided), *beside)
    finally:
        base.tree.close()


def _of_files(run: Run, base: Base, seen: Seen, decided: Decided) -> tuple[str, ...]:
    """Tell what policy, waivers and owners would decide as the change has them, and who owns those files."""
    request, found = run.request, run.found
    edited = _edited(request, found.root, base, run.policy)
    if not edited:
        return ()
    shown = " and ".join(edited)
    try:
        proposed, organisation = load_policies(_without_gone(request), found.root, KnownRules(run.catalogue))
    except UsageError as error:
        return (f"{shown} as this change has it does not load ({error.message}); {base.revision}'s decides",)
    if any(_says_owners(inside) for inside in edited.values()):
        seen = _with_owners_of_change(run, seen)
    told = _effects(decided, decide_all(request, seen, run.change, proposed, organisation))
    owners = _owners(found, run.workshop.files, of_base(base))
    needs = [_need(path, owners(os.path.join(base.top, inside))) for path, inside in edited.items()]
    ends = f"it counts once it is on {base.revision}{''.join(needs)}"
    return (f"this change edits {shown}, which would {' and '.join(told) or 'change no decision'}; {ends}",)


def _says_owners(path: str) -> bool:
    return path.rpartition("/")[2] in _OWNERS


def _with_owners_of_change(run: Run, seen: Seen) -> Seen:
    """Return what was seen with the owners that the change itself names."""
    from gatepost.pipeline.owning import owners_told

    things = (*seen.findings, *seen.undecided)
    told = owners_told(run.request, run.policies, run.found, run.workshop.files, None, things)
    by_waiver = partial(owners_of_waivers, run.found, run.workshop.files, None)
    return seen._replace(owned=told.owned, owned_there=told.owned_there, owners_of_waivers=by_waiver)


def _without_gone(request: Request) -> Request:
    """Return a request without a policy file that the change takes away."""
    gone = request.policy is not None and not os.path.isfile(request.policy)
    return request._replace(policy=None) if gone else request


def _need(path: str, owners: Sequence[str] | None) -> str:
    if owners is None:
        return ""  # nobody says who owns what
    return f"; needs the owners of {path}: {', '.join(owners)}" if owners else f"; CODEOWNERS has no owner of {path}"


def _edited(request: Request, root: str, base: Base, policy: Policy) -> dict[str, str]:
    """Return what the change edits of policy, waivers and owners, as shown, with the paths from the top."""
    changes = base.everywhere
    path = request.policy or os.path.join(root, POLICY_FILE)
    full = os.path.join(os.path.realpath(os.getcwd()), path)
    inside = os.path.relpath(full, base.top).replace(os.sep, "/")
    shown = request.policy or POLICY_FILE
    found: dict[str, str] = {}
    if request.policy and inside in changes.untracked:
        return {one: one for one in sorted(changes.now | changes.before) if _says_owners(one)}
    if inside in changes.now | changes.before:
        found[shown] = inside
    folder = inside.rpartition("/")[0] + "/" if "/" in inside else ""
    globs = policy.waiver_files or _proposed_globs(path)
    for changed in sorted(changes.now | changes.before) if globs else ():
        if changed.startswith(folder) and matches_any(changed[len(folder) :], globs):
            found[os.path.join(os.path.dirname(shown), changed[len(folder) :]).replace(os.sep, "/")] = changed
    return {**found, **{one: one for one in sorted(changes.now | changes.before) if _says_owners(one)}}


def _proposed_globs(path: str) -> tuple[str, ...]:
    from gatepost.pipeline.policies import load_file

    try:
        return load_file(path, None).waiver_files if os.path.isfile(path) else ()
    except UsageError:
        return ()


def _effects(decided: Decided, then: Decided) -> list[str]:
    pairs = list(zip(decided.decisions, then.decisions, strict=True))
    waived = [now for now, later in pairs if later.waiver is not None and now.action != "allow"]
    softer = [now for now, later in pairs if now.action == "block" and later.action != "block" and later.waiver is None]
    harder = [later for now, later in pairs if later.action == "block" and now.action != "block"]
    told = (_counted("waive", waived), _counted("let pass", softer), _counted("stop", harder))
    return [text for text in told if text]


def _counted(verb: str, decisions: Sequence[Decision]) -> str:
    if not decisions:
        return ""
    by_severity = [
        f"{count} {severity}"
        for severity in (*SEVERITIES, "unknown")
        if (count := sum(one.assessment.finding.severity == severity for one in decisions))
    ]
    noun = "finding" if len(decisions) == 1 else "findings"
    return f"{verb} {len(decisions)} {noun} ({', '.join(dict.fromkeys(by_severity))})"


def new_waiver_notes(uses: Sequence[WaiverUse], new: frozenset[Location]) -> tuple[str, ...]:
    """Tell of the waivers beside the code that the base does not have."""
    brought = [use for use in uses if use.is_new]
    told = [_brought(use) for use in brought[:_MOST_NOTES]]
    if len(brought) > _MOST_NOTES:
        told.append(f"this change brings {len(brought) - _MOST_NOTES} more waivers beside the code")
    comments = len(new) - len({use.waiver.location for use in brought})
    if comments > 0:
        noun = "comment by which another tool is" if comments == 1 else "comments by which other tools are"
        told.append(f"this change brings {comments} {noun} told to ignore something")
    return tuple(told)


def _brought(use: WaiverUse) -> str:
    waiver = use.waiver
    place = f"{waiver.location.path}:{waiver.location.region.start_line}"
    number = len(use.covered)
    covers = f"it covers {number} finding{'s' * (number != 1)}" if number else "it covers nothing"
    refused = "; refused" if "refused" in use.states else ""
    said = f"{waiver.rule} until {waiver.until} by {waiver.by}"
    return f"this change brings the waiver at {place} ({said}); {covers}{refused}"
