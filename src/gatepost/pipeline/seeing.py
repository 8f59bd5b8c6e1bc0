"""Everything that was found, ours and other tools', each problem once and with what is known of it; never decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from gatepost.findings.fingerprints import with_fingerprints, with_undecided_fingerprints
from gatepost.findings.merging import merge_instances, merge_undecided
from gatepost.gate import Inline, Policy, together
from gatepost.gate.waiving import WaiverOwners
from gatepost.model.decisions import Counts, Feed
from gatepost.model.findings import Finding, Undecided
from gatepost.model.places import Location
from gatepost.model.policy import OwnersOf, Surroundings
from gatepost.model.problems import NOWHERE, Problem
from gatepost.model.records import NamedTuple
from gatepost.pipeline.comparing import of_base
from gatepost.pipeline.feeding import fed, with_all_evidence
from gatepost.pipeline.owning import owners_told
from gatepost.pipeline.preparing import Run
from gatepost.pipeline.request import Watch
from gatepost.pipeline.roots import Result
from gatepost.pipeline.taking_in import take_in

if TYPE_CHECKING:
    from gatepost.pipeline.ageing import Ages
    from gatepost.pipeline.stated import Read

NOTHING = Problem(
    Location(".", NOWHERE),
    "nothing was found to judge, and nothing scanned is not a pass",
    "give a path with Terraform, CloudFormation or Dockerfiles in it, or --allow-empty",
)


class Seen(NamedTuple):
    """Everything that was found, before anything is decided.

    `owned` tells owners as the repository's policy says, `owned_there` as the organisation's does; so do `old` and
    `old_there` what a baseline has.
    `owners_of_waivers` makes, for a policy in a file, what tells who owns the files of its waivers.
    """

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    problems: tuple[Problem, ...]
    inline: Inline
    counts: Counts
    notes: tuple[str, ...] = ()
    feeds: tuple[Feed, ...] = ()
    owned: OwnersOf | None = None
    owned_there: OwnersOf | None = None
    around: Surroundings | None = None
    old: Callable[[Finding | Undecided], bool] | None = None
    old_there: Callable[[Finding | Undecided], bool] | None = None
    owners_of_waivers: Callable[[Policy, str | None], WaiverOwners] | None = None
    ages: Ages | None = None


def see(run: Run, results: Sequence[Result], watch: Watch | None = None) -> Seen:
    """Return what the roots and the reports came to, with what feeds, evidence and owners' files know."""
    reports, notes = _reports(run, watch)
    seen = _known(run, _merged(run, results, reports, (*run.notes, *_module_notes(results), *notes)), results)
    return _with_baselines(run, _aged(run, seen)._replace(around=_surroundings(run, results)))


def _with_baselines(run: Run, seen: Seen) -> Seen:
    if not any(run.baselines):
        return seen
    from gatepost.pipeline.baselining import baseline_notes

    ours, theirs = run.baselines
    found = (*seen.findings, *seen.undecided)
    told = [baseline_notes(one, run.request, found) for one in run.baselines if one is not None]
    return seen._replace(
        old=ours.has if ours is not None else None,
        old_there=theirs.has if theirs is not None else None,
        notes=(*seen.notes, *(note for notes in told for note in notes)),
    )


def _aged(run: Run, seen: Seen) -> Seen:
    """Return what was found with what tells how old it is, where anything does."""
    if not run.request.histories and not any(finding.published for finding in seen.findings):
        return seen
    from gatepost.pipeline.ageing import ages_of

    ages, problems = ages_of(run.request.histories, of_base(run.change.base), run.request.today)
    notes = (*seen.notes, *ages.notes)
    return seen._replace(ages=ages, problems=_in_order((*seen.problems, *problems)), notes=notes)


def _surroundings(run: Run, results: Sequence[Result]) -> Surroundings | None:
    if run.workshop.infer is None:
        return None
    from gatepost.pipeline.inferring import surroundings_of

    return surroundings_of(run.request, results, run.found.root)


def _reports(run: Run, watch: Watch | None) -> tuple[Read, tuple[str, ...]]:
    templates = [one.path for one in run.roots if one.kind == "data"]
    reports, notes = take_in(run.request, run.policies, run.found, templates, run.workshop.files, watch)
    if not run.request.states:
        return reports, notes
    from gatepost.pipeline.stated import by_states

    reports, told = by_states(run.request, reports, run.roots, run.workshop)
    return reports, (*notes, *told)


def _of_change(run: Run) -> tuple[Problem, ...]:
    request, base = run.request, run.change.base
    if base is None or not (request.reports or request.plans or request.states):
        return ()
    from gatepost.pipeline.handed_in import problems_of

    return problems_of(request, base)


def _module_notes(results: Sequence[Result]) -> tuple[str, ...]:
    if not any(result.unread or result.workspace for result in results):
        return ()
    from gatepost.pipeline.fetched import notes_of

    return notes_of(results)


def _merged(run: Run, results: Sequence[Result], read: Read, notes: tuple[str, ...]) -> Seen:
    """Make one finding of what is one."""
    imported, problems, reports = read
    findings: Sequence[Finding] = merge_instances([one for result in results for one in result.findings], place_of)
    if imported:
        from gatepost.findings.detectors import merge_detectors
        from gatepost.pipeline.reports import foreign_names

        findings = merge_detectors(findings, imported, partial(foreign_names, run.catalogue))
    tags = None
    if run.request.image_tags or any(policy.image_tags for policy in run.policies):
        from gatepost.pipeline.image_tags import known_tags

        tags, told = known_tags(run.request, run.found.root, run.policies, run.change.base)
        notes = (*notes, *told)
    if any(finding.package for finding in imported):
        from gatepost.causes import with_causes

        findings = with_causes(findings, run.workshop.files, tags)
    elif run.request.image_tags:
        notes = (*notes, "--image-tags changes nothing here: no report names a package")
    everything = [*run.found.problems, *problems, *run.change.problems, *run.workshop.plans.problems]
    everything += [problem for result in results for problem in result.problems]
    everything += _of_change(run)
    if not results and not reports and not everything and not run.request.allow_empty:
        everything.append(NOTHING)
    counts = Counts(
        files=len({path for result in results for path in result.files}),
        roots=len(results),
        resources=sum(result.resources for result in results),
        reports=reports,
        passed_over=run.found.passed_over,
        left_for_thorough=len(run.catalogue.left_out),
    )
    return Seen(
        with_fingerprints(sorted(findings, key=place_of)),
        with_undecided_fingerprints(merge_undecided(one for result in results for one in result.undecided)),
        _in_order(everything),
        together([result.inline for result in results]),
        counts,
        notes,
    )


def _known(run: Run, seen: Seen, results: Sequence[Result]) -> Seen:
    """Add what feeds, evidence and owners' files know."""
    base = run.change.base
    knowing = fed(run.request, run.found.root, run.policy, run.organisation, seen.findings, base)
    findings, unused = with_all_evidence(run.request.evidence, knowing.findings, base)
    undecided, wrong = seen.undecided, ()
    if run.request.states and run.workshop.named:
        from gatepost.pipeline.owning_names import with_names

        findings, undecided, wrong = with_names(run, findings, undecided)
    things = (*findings, *undecided)
    base = of_base(run.change.base)
    told = owners_told(run.request, run.policies, run.found, run.workshop.files, base, things, run.around)
    if run.change.base is not None and told.owned is not None:
        from gatepost.pipeline.owning_before import told_before

        told = told_before(run, run.change.base, results, things, told)
    return seen._replace(
        findings=findings,
        undecided=undecided,
        problems=_in_order((*seen.problems, *knowing.problems, *wrong, *told.problems)),
        notes=(*seen.notes, *unused, *knowing.notes, *told.notes),
        feeds=knowing.feeds,
        owned=told.owned,
        owned_there=told.owned_there,
        owners_of_waivers=partial(_owners_of_waivers, run),
    )


def _owners_of_waivers(run: Run, policy: Policy, policy_file: str | None) -> WaiverOwners:
    from gatepost.pipeline.proposing import owners_of_waivers

    return owners_of_waivers(run.found, run.workshop.files, of_base(run.change.base), policy, policy_file)


def with_problems(seen: Seen, problems: Sequence[Problem]) -> Seen:
    """Return what was found with more that could not be read."""
    return seen._replace(problems=_in_order((*seen.problems, *problems))) if problems else seen


def _in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.location, problem.what)))


def place_of(finding: Finding) -> tuple[Location, str, str]:
    """Return what findings are sorted by."""
    return (finding.location, finding.rule, finding.resource)
