"""The page: paths → roots → findings → assessments → decisions → verdict; never a detail of any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from gatepost.context import assess, place
from gatepost.findings.fingerprints import with_fingerprints, with_undecided_fingerprints
from gatepost.findings.merging import merge_instances, merge_undecided
from gatepost.gate import Decided, Inline, Policy, Side, decide, shared_exclude, together
from gatepost.gate.dates import is_date
from gatepost.model.decisions import Context, Counts, PolicyLine, Verdict
from gatepost.model.findings import Finding, Undecided
from gatepost.model.places import Location
from gatepost.model.policy import Facts, OwnersOf
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.comparing import NO_CHANGE, Against, against, compared, of_base, proposal_notes
from gatepost.pipeline.excerpts import Excerpts
from gatepost.pipeline.feeding import fed, with_all_evidence
from gatepost.pipeline.own_rules import with_own_rules
from gatepost.pipeline.owning import owners_where_told
from gatepost.pipeline.parallel import spread
from gatepost.pipeline.plan import Root, plan_roots, verify_var_files
from gatepost.pipeline.planned import plans_of
from gatepost.pipeline.policies import choices_of, load_policies
from gatepost.pipeline.reports import foreign_names
from gatepost.pipeline.request import Request, Watch
from gatepost.pipeline.roots import Result, Workshop, judge_root
from gatepost.pipeline.stated import Read, by_states
from gatepost.pipeline.taking_in import take_in
from gatepost.rules.catalogue import Catalogue, load_shipped
from gatepost.services.git import ignored_paths
from gatepost.sources.discovery import Found, discover, scan_root
from gatepost.sources.path_globs import matches_any
from gatepost.sources.reading import Files

NOTHING = Problem(
    Location(".", NOWHERE),
    "nothing was found to judge, and nothing scanned is not a pass",
    "give a path with Terraform, CloudFormation or Dockerfiles in it, or --allow-empty",
)


OpenFiles: TypeAlias = Callable[[str, "frozenset[str]"], Files]
_NOTHING_LINE = PolicyLine("nothing scanned is not a pass")
_NO_BASE_LINE = PolicyLine("a base that cannot be read is not a pass")


class Seen(NamedTuple):
    """Everything that was found, before anything is decided."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    problems: tuple[Problem, ...]
    inline: Inline
    counts: Counts
    owned: OwnersOf | None = None


def check(
    request: Request, watch: Watch | None = None, open_files: OpenFiles = Files, known: dict[Root, Result] | None = None
) -> Verdict:
    """Return the verdict on what a request names. Raises `UsageError`; what files do wrong is in the verdict.

    `open_files` makes the files below a root, given also the paths that are passed over. Roots in `known` are not
    judged again; those that are judged are put into it.
    """
    if not is_date(request.today):
        raise UsageError(f"the day to judge by is a date such as 2027-03-31, not {request.today!r}")
    root = scan_root(request.paths)
    catalogue = with_own_rules(load_shipped(), request.rules)
    change = against(request, root)
    policy, organisation = load_policies(request, root, KnownRules(catalogue), of_base(change.base))
    policies = [policy] if organisation is None else [policy, organisation]
    if request.environment is not None:
        for one in policies:
            one.require_environment(request.environment)
    excluded = shared_exclude(policies)
    found = discover(request.paths, excluded, ignored_paths)
    files = open_files(found.root, found.hidden)
    choices, notes = choices_of(policy, organisation, catalogue)
    workshop = Workshop(
        files,
        catalogue,
        choices,
        verify_var_files(request.var_files, files, found.root),
        request.today,
        verify_var_files(request.parameter_files, files, found.root, "parameter file"),
        request.inputs,
    )
    around = partial(discover, (found.root,), excluded, ignored_paths)
    roots = plan_roots(found, files, around, request.environment, bool(request.var_files))
    if request.plans:
        workshop = workshop._replace(plans=plans_of(request, roots, files, workshop.var_files, found))
        notes = (*notes, *workshop.plans.notes)
    results = judge_roots(request, roots, workshop, watch, {} if known is None else known)
    _require_taken(workshop.parameter_files, results)
    _require_declared(request, results)
    notes = (*notes, *_module_notes(results))
    templates = [one.path for one in roots if one.kind == "data"]
    reports, taken = take_in(request, policies, found, templates, files)
    notes = (*notes, *taken)
    if request.states:
        reports, told = by_states(request, reports, roots, workshop)
        notes = (*notes, *told)
    seen = look(request, found, results, reports, workshop, change.problems)
    if change.base is not None:
        then = compared(request, change.base, workshop, found, around, results, excluded, _place)
        change = change._replace(comparison=then)
    knowing = fed(request, root, policy, organisation, seen.findings)
    tried, unused = with_all_evidence(request.evidence, knowing.findings)
    notes = (*notes, *unused)
    owned, wrong = owners_where_told(found, files, of_base(change.base), tried)
    problems = _in_order((*seen.problems, *knowing.problems, *wrong))
    seen = seen._replace(findings=tried, problems=problems, owned=owned)
    decided = decide_all(request, seen, policy, organisation, change)
    if change.base is not None:

        def otherwise(policy: Policy, organisation: Policy | None) -> Decided:
            return decide_all(request, seen, policy, organisation, change)

        notes = (*notes, *proposal_notes(request, root, change, KnownRules(catalogue), decided, otherwise))
    return Verdict(
        decided.mode,
        decided.policy,
        decided.decisions,
        decided.undecided,
        decided.problems,
        seen.counts,
        decided.unused_waivers,
        (*notes, *knowing.notes),
        sources=Excerpts(files),
        feeds=knowing.feeds,
    )


def _module_notes(results: Sequence[Result]) -> tuple[str, ...]:
    if not any(result.unread or result.workspace for result in results):
        return ()
    from gatepost.pipeline.fetched import notes_of

    return notes_of(results)


def _require_taken(parameter_files: Sequence[str], results: Sequence[Result]) -> None:
    """Raise `UsageError` for a parameter file that gives no template a value."""
    for path in parameter_files:
        if not any(path in result.files for result in results):
            raise UsageError(
                f"no template has a parameter that the parameter file {path!r} names",
                hint="look at the names of the parameters, or leave the file out",
            )


def _require_declared(request: Request, results: Sequence[Result]) -> None:
    """Raise `UsageError` for a variable of the command line that no root module declares."""
    for one in request.inputs.assigned:
        if one.rank >= 0 and not any(one.name in result.variables for result in results):
            raise UsageError(
                f"no Terraform root module declares the variable {one.name!r} of --var",
                hint="look at the spelling of the name, or leave it out",
            )


class KnownRules(Mapping[str, "frozenset[str]"]):
    """The ids of all rules with the names of their settings, looked up only when a policy speaks of a rule."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __getitem__(self, id: str) -> frozenset[str]:
        return frozenset(self._catalogue.rule(id).settings)

    def __iter__(self):
        return iter(self._catalogue.ids())

    def __len__(self) -> int:
        return len(self._catalogue.ids())


def judge_roots(
    request: Request, roots: Sequence[Root], workshop: Workshop, watch: Watch | None, known: dict[Root, Result]
) -> list[Result]:
    """Judge every root that is not known yet; returns the results of all, in order."""
    fresh = [root for root in roots if root not in known]
    for done, result in enumerate(spread(lambda root: judge_root(workshop, root), fresh, request.jobs), 1):
        known[result.root] = result
        if watch is not None:
            watch(done, len(fresh), result.root.path)
    return [known[root] for root in roots]


def look(
    request: Request,
    found: Found,
    results: Sequence[Result],
    read: Read,
    workshop: Workshop,
    told: Sequence[Problem] = (),
) -> Seen:
    """Make one finding of what is one, ours and those of the reports."""
    files, told = workshop.files, (*told, *workshop.plans.problems)
    imported, problems, reports = read
    ours = merge_instances([finding for result in results for finding in result.findings], _place)
    merged: Sequence[Finding] = ours
    if imported:
        from gatepost.findings.detectors import merge_detectors

        merged = merge_detectors(ours, imported, partial(foreign_names, workshop.catalogue))
    if any(finding.package for finding in imported):
        from gatepost.causes import with_causes

        merged = with_causes(merged, files)
    findings = with_fingerprints(sorted(merged, key=_place))
    undecided = merge_undecided(one for result in results for one in result.undecided)
    everything = [*found.problems, *problems, *told, *(problem for result in results for problem in result.problems)]
    if not results and not reports and not everything and not request.allow_empty:
        everything.append(NOTHING)
    counts = Counts(
        files=len({path for result in results for path in result.files}),
        roots=len(results),
        resources=sum(result.resources for result in results),
        reports=reports,
        passed_over=found.passed_over,
    )
    return Seen(
        findings,
        with_undecided_fingerprints(undecided),
        _in_order(everything),
        together([result.inline for result in results]),
        counts,
    )


def _in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.location, problem.what)))


def _place(finding: Finding) -> tuple[Location, str, str]:
    return (finding.location, finding.rule, finding.resource)


def decide_all(
    request: Request, seen: Seen, policy: Policy, organisation: Policy | None, change: Against = NO_CHANGE
) -> Decided:
    """Put everything into the context of each policy, and let them decide."""
    facts = Facts(request.branch, request.environment, request.branch_how, change.comparison, seen.owned)
    ours = _side(seen, policy, facts, ())
    theirs = None
    if organisation is not None:
        ours = _side(seen, policy, facts, policy.exclude)
        theirs = _side(seen, organisation, facts, organisation.exclude)
    decided = decide(ours, theirs, inline=seen.inline, today=request.today)
    # Whatever the lines of a policy say of problems: nothing scanned, or compared with nothing, is not a pass.
    never = {NOTHING: _NOTHING_LINE, **dict.fromkeys(change.problems, _NO_BASE_LINE)}
    problems = tuple(
        one._replace(action="block", because=never[one.problem]) if one.problem in never else one
        for one in decided.problems
    )
    return decided._replace(problems=problems)


def _since(one: Undecided | Problem, context: Context, facts: Facts) -> Context:
    """Return a context that says whether the base of the change had an undecided rule or a problem already."""
    if facts.base is None:
        return context
    if isinstance(one, Problem):
        return context._replace(is_new=(one.location.path, one.what) not in facts.base.problems)
    return context._replace(is_new=one.fingerprint not in facts.base.known)


def _side(seen: Seen, policy: Policy, facts: Facts, exclude: Sequence[str]) -> Side:
    clauses = policy.environments
    places = (finding.location for finding in seen.findings)
    others = (one.location for one in (*seen.undecided, *seen.problems))
    paths = {location.path for location in (*places, *others)} if exclude else set[str]()

    def undecided(one: Undecided) -> Context:
        return _since(one, place(one.location.path, one.tags, clauses, facts, one.environments), facts)

    def problem(one: Problem) -> Context:
        return _since(one, place(one.location.path, {}, clauses, facts), facts)

    return Side(
        policy,
        assess(seen.findings, clauses, facts),
        [(one, undecided(one)) for one in seen.undecided],
        [(one, problem(one)) for one in seen.problems],
        frozenset(path for path in paths if matches_any(path, exclude)),
    )
