"""The baseline of a run: found, read as the base has it, told what of it is gone, and written; never decides.

A change that writes itself into the baseline is judged by that of its base.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from gatepost.gate import Policy
from gatepost.gate.baseline import FILE, MOST_BYTES, Entry, entry_of, holds, read_baseline
from gatepost.model.decisions import Verdict
from gatepost.model.findings import SEVERITIES, Finding, Undecided
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.policies import POLICY_FILE, OfBase, load_file
from gatepost.pipeline.request import Request
from gatepost.sources.discovery import scan_root
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes

_MOST_SHOWN = 5


class Baseline(NamedTuple):
    """What counts as old. `proposed` is what the change makes of the file, None where it leaves it alone."""

    shown: str
    known: Mapping[str, Entry]
    proposed: Mapping[str, Entry] | None = None
    base: str = ""

    def has(self, one: Finding | Undecided) -> bool:
        """Whether something counts as old."""
        return holds(self.known, one.fingerprint, one.instances)


def baselines_of(
    request: Request, root: str, policy: Policy, organisation: Policy | None, base: OfBase | None
) -> tuple[Baseline | None, Baseline | None]:
    """Return the baselines that the repository's policy and an organisation's decide with. Raises `UsageError`.

    That of the command line is the repository's: an organisation's decisions are not softened by it.
    """
    folder = os.path.dirname(request.policy) if request.policy is not None else root
    ours = _baseline(request.baseline, policy, folder, base)
    if organisation is None:
        return ours, None
    return ours, _baseline(None, organisation, os.path.dirname(request.organisation_policy or ""), base)


def _baseline(given: str | None, policy: Policy, folder: str, base: OfBase | None) -> Baseline | None:
    path = given or (os.path.join(folder, policy.baseline) if policy.baseline else "")
    if not path:
        return None
    shown = printable_path(given or policy.baseline)
    there = os.path.lexists(path)
    then = _of_base(path, base)
    if then is None:
        if not there:
            hint = f"begin one with gatepost baseline update --baseline {shown}"
            raise UsageError(f"there is no baseline {shown!r}", hint=hint)
        return Baseline(shown, _read(path, shown))
    name = base.name if base is not None else ""
    known = read_baseline(then, f"{shown} ({name})") if then else {}
    return Baseline(shown, known, _read(path, shown) if there else {}, name)


def _of_base(path: str, base: OfBase | None) -> str | None:
    """Return the text that the base has in place of a file that the change edits ("": it has none), else None."""
    for inside in base.inside(path) if base is not None else ():
        if base is None or inside in base.untracked:
            return None  # the pipeline brought it, not the change
        try:
            text = base.text(inside)
        except KeyError:
            return ""
        if text is not None:
            return text
    return None


def _read(path: str, shown: str) -> dict[str, Entry]:
    try:
        text = decode(read_bytes(path, MOST_BYTES))
    except Unreadable as error:
        raise UsageError(f"the baseline {shown!r} cannot be read: {error.what}", hint=error.hint) from None
    return read_baseline(text, shown)


def baseline_notes(baseline: Baseline, request: Request, found: Sequence[Finding | Undecided]) -> tuple[str, ...]:
    """Return what is worth telling: what of the baseline is gone, and what the change would do to it."""
    notes = [_told_gone(baseline.shown, gone(baseline.known, request, found))]
    if baseline.proposed is not None:
        notes.append(_told_proposed(baseline, found))
    return tuple(note for note in notes if note)


def _told_gone(shown: str, left: Sequence[Entry]) -> str:
    if not left:
        return ""
    named = ", ".join(f"{entry.rule} in {entry.path}" for entry in left[:_MOST_SHOWN])
    more = f" and {len(left) - _MOST_SHOWN} more" if len(left) > _MOST_SHOWN else ""
    noun = "entry" if len(left) == 1 else "entries"
    told = f"{len(left)} {noun} of {shown} {'is' if len(left) == 1 else 'are'} no longer found"
    return f"{told} ({named}{more}): gatepost baseline update takes {'it' if len(left) == 1 else 'them'} out"


def _told_proposed(baseline: Baseline, found: Sequence[Finding | Undecided]) -> str:
    proposed = baseline.proposed or {}

    def only(there: Mapping[str, Entry], not_there: Mapping[str, Entry]) -> list[Finding | Undecided]:
        counted = [(one, one.instances) for one in found]
        return [
            one
            for one, count in counted
            if holds(there, one.fingerprint, count) and not holds(not_there, one.fingerprint, count)
        ]

    hidden, shown_again = only(proposed, baseline.known), only(baseline.known, proposed)
    told = [f"hide {_counted(hidden)}"] if hidden else []
    told += [f"show {_counted(shown_again)} again as new"] if shown_again else []
    effect = f"would {' and '.join(told)}" if told else "changes nothing that is found"
    return f"this change edits {baseline.shown}, which {effect}; it counts once it is on {baseline.base}"


def _counted(ones: Sequence[Finding | Undecided]) -> str:
    severities = [one.severity for one in ones]
    each = ", ".join(f"{severities.count(one)} {one}" for one in SEVERITIES if one in severities)
    return f"{len(ones)} finding{'s' if len(ones) != 1 else ''} ({each})"


def gone(known: Mapping[str, Entry], request: Request, found: Iterable[Finding | Undecided]) -> list[Entry]:
    """Return the entries that are no longer found, in the order of the file; of what this run did not look at, none."""
    there = {one.fingerprint for one in found}
    looks_at = _looks_at(request)
    return sorted(entry for entry in known.values() if entry.fingerprint not in there and looks_at(entry))


def _looks_at(request: Request) -> Callable[[Entry], bool]:
    """Tell whether a run looks at where an entry is from: its path is asked for, and a report of others is given."""
    root = scan_root(request.paths)
    asked = [os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/") for path in request.paths]
    reports = bool(request.reports or request.detectors)

    def looks_at(entry: Entry) -> bool:
        if entry.tools and not reports:
            return False
        return any(one == "." or entry.path == one or entry.path.startswith(one + "/") for one in asked)

    return looks_at


class Updated(NamedTuple):
    """A baseline as it is to be, and what that adds, takes out and keeps."""

    entries: tuple[Entry, ...]
    new: int
    gone: int


def updated(path: str, request: Request, verdict: Verdict) -> Updated:
    """Return the baseline in a file brought up to date with a verdict. What the run did not look at stays."""
    shown = printable_path(path)
    known = _read(path, shown) if os.path.lexists(path) else {}
    found = found_in(verdict)
    left = {entry.fingerprint for entry in gone(known, request, found)}
    now = {one.fingerprint: entry_of(one) for one in found}
    kept = {name: entry for name, entry in known.items() if name not in left and name not in now}
    new = sum(not holds(known, name, entry.instances) for name, entry in now.items())
    return Updated(tuple(sorted((*kept.values(), *now.values()))), new, len(left))


def found_in(verdict: Verdict) -> list[Finding | Undecided]:
    """Return everything in a verdict that has a fingerprint."""
    findings = [decision.assessment.finding for decision in verdict.decisions]
    return [*findings, *(one.undecided for one in verdict.undecided)]


def path_of(request: Request) -> str:
    """Return the file that a request, or its policy, names; the usual one where neither does. Raises `UsageError`."""
    if request.baseline is not None:
        return request.baseline
    policy = request.policy or os.path.join(scan_root(request.paths), POLICY_FILE)
    if not os.path.isfile(policy):
        return FILE
    named = load_file(policy, None).baseline
    return os.path.relpath(os.path.join(os.path.dirname(policy), named)) if named else FILE


def read_file(path: str) -> dict[str, Entry]:
    """Return what a baseline holds; raises `UsageError`."""
    return _read(path, printable_path(path))
