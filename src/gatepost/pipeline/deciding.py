"""Puts everything that was found into the context of each policy and lets them decide; never finds anything."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.context import assess, owned, place, reaches_more, whose_of
from gatepost.gate import Decided, Policy, Side, decide
from gatepost.model.decisions import Assessment, Context, PolicyLine
from gatepost.model.findings import Finding, Undecided
from gatepost.model.policy import EnvironmentClause, Facts, Whose
from gatepost.model.problems import Problem
from gatepost.pipeline.comparing import Against
from gatepost.pipeline.request import Request
from gatepost.pipeline.seeing import NOTHING, Seen
from gatepost.sources.path_globs import matches_any

_NOTHING_LINE = PolicyLine("nothing scanned is not a pass")
_NO_BASE_LINE = PolicyLine("a base that cannot be read is not a pass")


def assessed_there(request: Request, seen: Seen, change: Against, organisation: Policy) -> Sequence[Assessment]:
    """Return all findings in the contexts that an organisation's policy gives them."""
    facts = Facts(request.branch, request.environment, request.branch_how, change.comparison, seen.owned_there)
    facts = facts._replace(old=seen.old_there)
    if organisation.inference is not None and seen.around is not None:
        facts = facts._replace(inference=organisation.inference, around=seen.around)
    return _assessed(seen.findings, seen, organisation, facts)


def decide_all(request: Request, seen: Seen, change: Against, policy: Policy, organisation: Policy | None) -> Decided:
    """Return all decisions."""
    facts = Facts(request.branch, request.environment, request.branch_how, change.comparison, seen.owned)
    facts = facts._replace(old=seen.old)
    ours = _side(seen, policy, facts, ())
    theirs = None
    if organisation is not None:
        ours = _side(seen, policy, facts, policy.exclude)
        facts_there = facts._replace(owned=seen.owned_there, old=seen.old_there)
        theirs = _side(seen, organisation, facts_there, organisation.exclude)
    ours = _with_waiver_owners(ours, seen, request.policy)
    theirs = _with_waiver_owners(theirs, seen, request.organisation_policy) if theirs is not None else None
    then = change.comparison
    inline = seen.inline if then is None else seen.inline._replace(new=then.beside)
    decided = decide(ours, theirs, inline=inline, today=request.today)
    # Whatever the lines of a policy say of problems: nothing scanned, or compared with nothing, is not a pass.
    never = {NOTHING: _NOTHING_LINE, **dict.fromkeys(change.problems, _NO_BASE_LINE)}
    problems = tuple(
        one._replace(action="block", because=never[one.problem]) if one.problem in never else one
        for one in decided.problems
    )
    return decided._replace(problems=problems)


def _with_waiver_owners(side: Side, seen: Seen, policy_file: str | None) -> Side:
    if not side.policy.waiver_rules.codeowners or seen.owners_of_waivers is None:
        return side
    return side._replace(owners=seen.owners_of_waivers(side.policy, policy_file))


def _since(
    one: Undecided | Problem, context: Context, facts: Facts, clauses: Sequence[EnvironmentClause] = ()
) -> Context:
    """Return a context that says whether the base of the change, or a baseline, had it already."""
    if isinstance(one, Problem):
        if facts.base is None:
            return context
        return context._replace(is_new=(one.location.path, one.what) not in facts.base.problems)
    if facts.old is not None and facts.old(one):
        return context._replace(is_new=False)
    if facts.base is None:
        return context if facts.old is None else context._replace(is_new=True)
    is_new = not facts.base.has(one) or reaches_more(one, context, clauses, facts)
    return context._replace(is_new=is_new)


def _side(seen: Seen, policy: Policy, facts: Facts, exclude: Sequence[str]) -> Side:
    clauses = policy.environments
    if policy.inference is not None and seen.around is not None:
        facts = facts._replace(inference=policy.inference, around=seen.around)
    places = (finding.location for finding in seen.findings)
    others = (one.location for one in (*seen.undecided, *seen.problems))
    paths = {location.path for location in (*places, *others)} if exclude else set[str]()

    def undecided(one: Undecided) -> Context:
        context = place(one.location.path, one.tags, clauses, facts, one.environments, one.roots, one.signs)
        context = context if facts.owned is None else owned(context, whose_of(one), facts.owned)
        return _since(one, context, facts, clauses)

    def problem(one: Problem) -> Context:
        context = place(one.location.path, {}, clauses, facts)
        whose = Whose(one.location.path)
        return _since(one, context if facts.owned is None else owned(context, whose, facts.owned), facts)

    return Side(
        policy,
        _assessed(seen.findings, seen, policy, facts),
        [(one, _dated(undecided(one), one, seen)) for one in seen.undecided],
        [(one, problem(one)) for one in seen.problems],
        frozenset(path for path in paths if matches_any(path, exclude)),
        before=_before(seen, policy, facts),
    )


def _assessed(findings: Sequence[Finding], seen: Seen, policy: Policy, facts: Facts) -> Sequence[Assessment]:
    assessments = assess(findings, policy.environments, facts)
    if seen.ages is None:
        return assessments
    from gatepost.pipeline.ageing import aged

    return [aged(one, seen.ages) for one in assessments]


def _dated(context: Context, one: Undecided, seen: Seen) -> Context:
    if seen.ages is None:
        return context
    from gatepost.pipeline.ageing import in_time

    return in_time(context, one.fingerprint, seen.ages)


def _before(seen: Seen, policy: Policy, facts: Facts) -> Sequence[Assessment] | None:
    """Return what the base of the change had, where a budget compares with it; None where there is no base."""
    if facts.base is None or not any(budget.ratchet for budget in policy.budgets):
        return None
    return _assessed(facts.base.before, seen, policy, facts)
