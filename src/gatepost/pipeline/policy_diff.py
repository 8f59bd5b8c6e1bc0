"""What a changed policy would decide otherwise over recorded verdicts, one verdict at a time; never scans anything.

Each verdict is decided twice, by the old and by the new policy, from what its json report tells. So a rule that the
new policy switches on, paths that it no longer excludes, and settings of rules cannot be told: the verdicts do not hold
what they would find. Memory follows the largest verdict and the number of different lines that change something.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from gatepost.context import place
from gatepost.gate import Decided, Inline, Policy, Side, decide
from gatepost.gate.dates import is_date
from gatepost.gate.deciding import UNANSWERABLE
from gatepost.gate.waiving import WaiverOwners
from gatepost.model.decisions import (
    Action,
    Assessment,
    Context,
    Counts,
    DecidedBudget,
    DecidedProblem,
    DecidedUndecided,
    Decision,
    PolicyLine,
    Verdict,
)
from gatepost.model.json_values import mapping, text, texts
from gatepost.model.policy import Facts
from gatepost.model.problems import UsageError
from gatepost.reports.policy_diff import Changed, Difference, Turned
from gatepost.reports.recorded import Recorded, read_recorded
from gatepost.reports.rows import BadReport
from gatepost.sources.path_globs import matches_any
from gatepost.sources.reading import printable_path

MOST_FILES = 100_000
MOST_EXAMPLES = 3
# What shows, in the evidence of an environment, that a clause of a policy told it.
_BY_CLAUSE = ("path ", "branch ", "tag.")
_BY_CALLER = "--environment"


def compare(old: Policy, new: Policy, folder: str) -> Difference:
    """Return what differs over all json reports below a folder, or in one, by path. Raises `UsageError`."""
    placed = _environments(old) != _environments(new)
    changes: dict[tuple[str, str, str, str, str], Changed] = {}
    turned: list[Turned] = []
    unread: list[tuple[str, str]] = []
    count = 0
    for path, name in _files(folder):
        try:
            recorded = read_recorded(path)
            if not is_date(recorded.today):
                raise BadReport("it does not tell by which day it judged")
        except OSError as error:
            unread.append((name, (error.strerror or "it cannot be read").lower()))
            continue
        except BadReport as error:
            unread.append((name, error.what))
            continue
        count += 1
        one, other = (decided_again(policy, recorded, placed) for policy in (old, new))
        for change in _changes(name.removesuffix(".json"), (old, one), (new, other)):
            _add(changes, change)
        stuck = any(map(_is_beyond, recorded.problems))
        outcomes = _outcome(old, one, stuck), _outcome(new, other, stuck)
        if outcomes[0] != outcomes[1]:
            turned.append(Turned(name.removesuffix(".json"), *outcomes))
    if not count and not unread:
        raise UsageError(f"there is no json report below {folder!r}", hint="gatepost check --format json=verdict.json")
    notes = _notes(old, new, placed)
    return Difference(old.name, new.name, count, tuple(changes.values()), tuple(turned), tuple(unread), notes)


def _environments(policy: Policy) -> object:
    """Return what tells environments in a policy, wherever it is written."""
    inference = policy.inference
    inferred = (
        None
        if inference is None
        else (dict(inference.names), {account: name for account, (name, _) in inference.accounts.items()})
    )
    return [(clause.environment, clause.keys) for clause in policy.environments], inferred


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Yield (path, path below the folder) of every json file, in a fixed order; links to folders are not followed."""
    if os.path.isfile(folder):
        yield folder, printable_path(os.path.basename(folder))
        return
    if not os.path.isdir(folder):
        raise UsageError(f"there is no folder {folder!r}", hint="give the folder that the verdicts are in")
    found: list[str] = []
    for directory, folders, files in os.walk(folder):
        folders.sort()
        found += [os.path.join(directory, name) for name in files if name.endswith(".json")]
        if len(found) > MOST_FILES:
            raise UsageError(f"there are more than {MOST_FILES} json files below {folder!r}")
    for path in sorted(found):
        yield path, printable_path(os.path.relpath(path, folder).replace(os.sep, "/"))


def decided_again(policy: Policy, recorded: Recorded, placed: bool = False) -> Decided:
    """Return what a policy decides about a recorded verdict; `placed`: in environments by its own clauses."""

    def context(path: str, tags: dict[str, str], known: Context) -> Context:
        return _placed(policy, path, tags, known) if placed else known

    assessments: list[Assessment] = []
    for decision in recorded.decisions:
        finding, known = decision.assessment
        if decision.own_severity is not None:
            finding = finding._replace(severity=decision.own_severity)
        assessments.append(Assessment(finding, context(finding.location.path, dict(finding.tags), known)))
    undecided = [
        (one.undecided, context(one.undecided.location.path, dict(one.undecided.tags), one.context))
        for one in recorded.undecided
    ]
    problems = [
        (one.problem, context(one.problem.location.path, {}, one.context))
        for one in recorded.problems
        # Those that come of the lines of a policy are made again where they still are.
        if not _is_beyond(one) and not one.problem.what.endswith(UNANSWERABLE)
    ]
    paths = {one.finding.location.path for one in assessments} | {one.location.path for one, _ in undecided}
    excluded = frozenset(path for path in paths if policy.exclude and matches_any(path, policy.exclude))
    side = Side(policy, assessments, undecided, problems, excluded, owners=_answering(recorded))
    return decide(side, inline=Inline(recorded.inline, new=recorded.new_inline), today=recorded.today)


def _answering(recorded: Recorded) -> WaiverOwners:
    """Return who owns the files of waivers, as far as a verdict tells: whoever's waivers were not refused there."""
    names: dict[str, set[str]] = {}
    for row in recorded.waivers:
        if "refused" not in texts(row.get("states")):
            names.setdefault(text(mapping(row.get("origin")), "path"), set()).add(text(row, "by"))
    return lambda path: names.get(path, ())


def _is_beyond(problem: DecidedProblem) -> bool:
    """Whether a problem blocks whatever a policy says: nothing scanned, a base that cannot be read."""
    return problem.action == "block" and problem.because is not None and problem.because.location is None


def _placed(policy: Policy, path: str, tags: dict[str, str], known: Context) -> Context:
    """Return a context in the environments of a policy; what inputs or the caller told stays, a branch is not told."""
    caller = next((fact.name for fact in known.environments if fact.how == _BY_CALLER), None)
    told = [fact for fact in known.environments if fact.name != "unknown" and not fact.how.startswith(_BY_CLAUSE)]
    facts = Facts(environment=caller)
    there = place(path, tags, policy.environments, facts, [(fact.name, fact.how) for fact in told])
    return known._replace(environments=there.environments)


def _changes(repository: str, before: tuple[Policy, Decided], after: tuple[Policy, Decided]) -> Iterator[Changed]:
    """Yield each decision that differs, as a change of one."""
    (old, one), (new, other) = before, after
    for was, now in zip(one.decisions, other.decisions, strict=True):
        finding = was.assessment.finding
        yield from _change(repository, old, new, was, now, now.assessment.finding.severity, finding.fingerprint)
    for was, now in zip(one.undecided, other.undecided, strict=True):
        yield from _change(repository, old, new, was, now, "undecided", was.undecided.fingerprint)
    # Problems that come of a policy's own lines follow the recorded ones, of which there are as many in both.
    recorded = min(len(one.problems), len(other.problems))
    for was, now in zip(one.problems[:recorded], other.problems[:recorded], strict=True):
        if was.problem == now.problem:
            yield from _change(repository, old, new, was, now, "problem", was.problem.location.path)
    broken = {budget.name: budget for budget in one.budgets}
    for budget in other.budgets:
        was = broken.pop(budget.name, budget._replace(action="allow"))
        yield from _change(repository, old, new, was, budget, "budget", budget.name)
    for budget in broken.values():
        yield from _change(repository, old, new, budget, budget._replace(action="allow"), "budget", budget.name)


_Decided = Decision | DecidedUndecided | DecidedProblem | DecidedBudget


def _change(
    repository: str, old: Policy, new: Policy, was: _Decided, now: _Decided, severity: str, example: str
) -> Iterator[Changed]:
    before, after = _effect(old, was.action), _effect(new, now.action)
    if before == after:
        return
    if after == "block":
        kind, line, policy = "newly blocked", _line(now), new
    elif before == "block":
        kind, line, policy = "newly passed", _line(was), old
    elif after == "warn":
        kind, line, policy = "newly warned", _line(now), new
    else:
        kind, line, policy = "no longer warned", _line(was), old
    name = line.name if line else "no line matches"
    where = f"{line.location.path}:{line.location.region.start_line}" if line and line.location else policy.name
    yield Changed(repository, kind, name, where, severity, 1, (example,) if example else ())


def _effect(policy: Policy, action: Action) -> Action:
    """Return what a decision comes to: in `mode: observe` nothing fails."""
    return "warn" if action == "block" and policy.mode == "observe" else action


def _line(decided: _Decided) -> PolicyLine | None:
    if isinstance(decided, DecidedBudget):
        return PolicyLine(decided.name, decided.location)
    return decided.because


def _add(changes: dict[tuple[str, str, str, str, str], Changed], one: Changed) -> None:
    key = (one.change, one.line, one.where, one.severity, one.repository)
    known = changes.get(key)
    if known is None:
        changes[key] = one
        return
    examples = (*known.examples, *one.examples)[:MOST_EXAMPLES]
    changes[key] = known._replace(number=known.number + 1, examples=examples)


def _outcome(policy: Policy, decided: Decided, stuck: bool) -> str:
    if policy.mode == "observe":
        return "passed"
    verdict = Verdict(decided.mode, decided.policy, decided.decisions, decided.undecided, decided.problems, Counts())
    action = verdict._replace(budgets=decided.budgets).action
    return "incomplete" if stuck and action == "passed" else action


def _notes(old: Policy, new: Policy, placed: bool) -> tuple[str, ...]:
    notes: list[str] = []
    if placed and any(key == "branch" for clause in (*old.environments, *new.environments) for key, _ in clause.keys):
        notes.append("a verdict does not tell its branch, so clauses about branches match nothing here")
    if any(budget.ratchet for budget in (*old.budgets, *new.budgets)):
        notes.append("a verdict does not tell what its base had, so budgets are not compared with it")
    on = sorted(rule for rule, choice in old.rules.items() if choice.enabled is False and _on(new, rule))
    if on:
        notes.append(f"verdicts do not hold what the old policy switched off: {', '.join(on[:5])}")
    if old.audience != "thorough" and new.audience == "thorough":
        notes.append("verdicts do not hold what rules for the audience thorough find")
    if set(old.exclude) - set(new.exclude):
        notes.append("verdicts do not hold what the old policy excluded")
    return tuple(notes)


def _on(policy: Policy, rule: str) -> bool:
    choice = policy.rules.get(rule)
    return choice is None or choice.enabled is not False
