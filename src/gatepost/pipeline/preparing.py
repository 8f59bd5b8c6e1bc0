"""What is settled before a file is judged: whose policy decides, what is read, which roots there are; never judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from gatepost.gate import Policy, shared_exclude
from gatepost.gate.dates import is_date
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.comparing import Against, against, manifests_of, of_base
from gatepost.pipeline.owning import names_wanted
from gatepost.pipeline.plan import Root, plan_roots, verify_var_files
from gatepost.pipeline.planned import plans_of
from gatepost.pipeline.policies import choices_of, load_policies, select_rules
from gatepost.pipeline.request import Request
from gatepost.pipeline.roots import Result, Workshop
from gatepost.rules.catalogue import Catalogue, load_shipped
from gatepost.rules.judgements import Remembered
from gatepost.services.git import ignored_paths
from gatepost.sources.discovery import Found, discover, scan_root
from gatepost.sources.reading import Files

if TYPE_CHECKING:
    from gatepost.pipeline.baselining import Baseline

# Makes the files below a root, given also the paths that are passed over.
OpenFiles: TypeAlias = Callable[[str, "frozenset[str]"], Files]


class Run(NamedTuple):
    """One run, ready to begin. `around` finds everything below the scanned root, whatever paths were named."""

    request: Request
    catalogue: Catalogue
    change: Against
    policy: Policy
    organisation: Policy | None
    found: Found
    around: Callable[[], Found]
    excluded: Callable[[str], bool]
    workshop: Workshop
    roots: tuple[Root, ...]
    notes: tuple[str, ...]
    baselines: tuple[Baseline | None, Baseline | None] = (None, None)

    @property
    def policies(self) -> list[Policy]:
        """The policies that decide."""
        return [self.policy] if self.organisation is None else [self.policy, self.organisation]


def prepare(request: Request, open_files: OpenFiles) -> Run:
    """Return the run that a request asks for. Raises `UsageError`."""
    if not is_date(request.today):
        raise UsageError(f"the day to judge by is a date such as 2027-03-31, not {request.today!r}")
    root = scan_root(request.paths)
    change = against(request, root)
    catalogue = load_shipped()
    if request.rules:
        from gatepost.pipeline.own_rules import with_own_rules

        catalogue = with_own_rules(catalogue, request.rules, change.base)
    policy, organisation = load_policies(request, root, KnownRules(catalogue), of_base(change.base))
    policies = [policy] if organisation is None else [policy, organisation]
    if request.environment is not None:
        for one in policies:
            one.require_environment(request.environment)
    excluded = shared_exclude(policies)
    found = _found(request, request.paths, excluded)
    around = partial(_found, request, (found.root,), excluded)
    files = _opened(request, found, open_files)
    if change.base is not None:
        files.distrusted = manifests_of(change.base.changes)
    choices, notes = choices_of(policy, organisation, catalogue)
    notes = (*notes, *select_rules(catalogue, policy, organisation, choices))
    if any(one.settings for one in policies):
        from gatepost.pipeline.given_settings import with_given

        choices = with_given(choices, policies, catalogue)
    if change.base is not None and request.rules:
        from gatepost.pipeline.handed_in import is_of_change, note_of

        base = change.base
        notes = (*notes, *(note_of(folder, base) for folder in request.rules if is_of_change(folder, base)))
    if change.base is not None and change.base.note:
        notes = (*notes, change.base.note)
    workshop = Workshop(
        files,
        catalogue,
        choices,
        verify_var_files(request.var_files, files, found.root),
        request.today,
        verify_var_files(request.parameter_files, files, found.root, "parameter file"),
        request.inputs,
        traced=request.traced,
        named=names_wanted(request, policies, found),
        remembered=Remembered(catalogue, choices, request.today),
    )
    roots = plan_roots(found, files, around, request.environment, bool(request.var_files))
    if any(one.inference is not None for one in policies) and request.environment is None:
        workshop = workshop._replace(
            infer=frozenset(account for one in policies if one.inference for account in one.inference.accounts)
        )
    if request.plans:
        workshop = workshop._replace(plans=plans_of(request, roots, files, workshop.var_files, found))
        notes = (*notes, *workshop.plans.notes)
    run = Run(
        request, catalogue, change, policy, organisation, found, around, excluded, workshop, tuple(roots), tuple(notes)
    )
    if not request.use_baseline or not (request.baseline or any(one.baseline for one in policies)):
        return run
    from gatepost.pipeline.baselining import baselines_of

    return run._replace(baselines=baselines_of(request, root, policy, organisation, of_base(change.base)))


def _found(request: Request, paths: Sequence[str], excluded: Callable[[str], bool]) -> Found:
    found = discover(paths, excluded, ignored_paths)
    if not request.texts:
        return found
    from gatepost.sources.overlay import found_with

    return found_with(found, request.texts, excluded)


def _opened(request: Request, found: Found, open_files: OpenFiles) -> Files:
    if not request.texts:
        return open_files(found.root, found.hidden)
    from gatepost.sources.overlay import Overlay

    return Overlay(found.root, found.hidden, request.texts)


def require_used(run: Run, results: Sequence[Result]) -> None:
    """Raise `UsageError` for an input of the command line that no root took."""
    for path in run.workshop.parameter_files:
        if not any(path in result.files for result in results if result.root.kind == "data"):
            raise UsageError(
                f"no template has a parameter that the parameter file {path!r} names",
                hint="look at the names of the parameters, or leave the file out",
            )
    for one in run.request.inputs.assigned:
        if one.rank >= 0 and not any(one.name in result.variables for result in results):
            raise UsageError(
                f"no Terraform root module declares the variable {one.name!r} of --var",
                hint="look at the spelling of the name, or leave it out",
            )


class KnownRules(Mapping[str, Mapping[str, Any]]):
    """The ids of all rules with their settings (name → default), looked up only when a policy speaks of a rule."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __getitem__(self, id: str) -> Mapping[str, Any]:
        return self._catalogue.rule(id).settings

    def __iter__(self):
        return iter(self._catalogue.ids())

    def __len__(self) -> int:
        return len(self._catalogue.ids())
