"""One root from its files to findings with proved fixes; never two at a time, and nothing is kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from gatepost.fixes.together import with_fixes
from gatepost.gate import Inline, read_remarks
from gatepost.languages.terraform.given import NOTHING as NO_INPUTS
from gatepost.languages.terraform.given import Inputs
from gatepost.model.documents import Document, Resource
from gatepost.model.findings import Finding, Sign, Undecided
from gatepost.model.places import Location
from gatepost.model.policy import RuleChoice
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.pipeline.plan import Root
from gatepost.pipeline.planned import NO_PLANS, Plans, planned_document, with_environments
from gatepost.rules.belonging import Calls, names_of
from gatepost.rules.catalogue import Catalogue
from gatepost.rules.judge import judge
from gatepost.rules.judgements import Judged, Remembered
from gatepost.rules.telling import undecided_of
from gatepost.sources.reading import Files

_One = TypeVar("_One", Finding, Undecided)


class Result(NamedTuple):
    """What judging one root gave: plain data, small enough to be kept and sent between processes.

    `variables` are those that were given on the command line and that the root module declares, `unread` says of each
    module call that is not read why, `workspace` whether a value depends on a workspace that nobody told. `read` is
    what was looked at for it, as in `Files.asked`; `signs` tell its environment. Only in a run that is traced:
    `digests` are those of the files that were read, `looked` says of each rule on how many resources it was judged.
    """

    root: Root
    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    problems: tuple[Problem, ...] = ()
    inline: Inline = Inline()
    resources: int = 0
    files: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    workspace: bool = False
    read: frozenset[str] = frozenset()
    signs: tuple[Sign, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    looked: tuple[tuple[str, int], ...] = ()


class Workshop(NamedTuple):
    """What every root is judged with.

    `infer`: what tells environments is looked for, these accounts too; None: it is not. `named`: names that a cloud
    knows resources by are told with findings.
    """

    files: Files
    catalogue: Catalogue
    choices: Mapping[str, RuleChoice]
    var_files: tuple[str, ...]
    today: str
    parameter_files: tuple[str, ...] = ()
    inputs: Inputs = NO_INPUTS
    plans: Plans = NO_PLANS
    infer: frozenset[str] | None = None
    traced: bool = False
    named: bool = False
    remembered: Remembered | None = None


def judge_root(workshop: Workshop, root: Root) -> Result:
    """Read, judge and prove one root. Files that cannot be read are problems."""
    workshop.files.problems.clear()
    workshop.files.asked.clear()
    if root.environments and root.path not in workshop.plans.by_root:
        from gatepost.pipeline.several import judge_environments

        result = judge_environments(workshop, root)
    else:
        document = read_document(workshop, root)
        if document is None:
            read = frozenset(workshop.files.asked)
            return Result(root, problems=_unreadable(workshop), files=(root.path,), read=read)
        result = judged_document(workshop, root, document)[1]
        result = with_environments(workshop.plans.by_root.get(root.path), result)
    result = _reached_from(result._replace(read=frozenset(workshop.files.asked)))
    return _only(result, root.only) if root.only else result


def _unreadable(workshop: Workshop) -> tuple[Problem, ...]:
    return tuple(problem for _, problem in sorted(workshop.files.problems.items()))


def judged_document(workshop: Workshop, root: Root, document: Document) -> tuple[Judged, Result]:
    """Return a document's judgements, and its findings with proved fixes and all the rest that is kept of it."""
    judged = judge(document, workshop.catalogue, workshop.choices, workshop.today, remembered=workshop.remembered)
    beside = _Beside(document, workshop.named)
    violated = judged.violated()
    findings = tuple(
        beside.told(finding, judgement.subject.resource)
        for finding, judgement in zip(with_fixes(document, judged, violated), violated, strict=True)
    )
    waiting = judged.undecided()
    undecided = tuple(beside.told(undecided_of(judgement, judged), judgement.subject.resource) for judgement in waiting)
    inline = read_remarks(document.remarks())
    problems = (*_unreadable(workshop), *document.problems, *inline.problems)
    result = Result(
        root,
        findings,
        undecided,
        tuple(dict.fromkeys(problems)),
        inline,
        sum(len(document.resources(type)) for type in document.types() if _is_resource(type)),
        tuple(source.path for source in document.sources),
        _declared(workshop.inputs, document),
    )
    if workshop.infer is not None and (findings or undecided):
        from gatepost.pipeline.inferring import with_signs

        result = with_signs(workshop, root, document, result, violated, waiting)
    if root.kind == "terraform":
        from gatepost.pipeline.fetched import with_modules

        result = with_modules(document, result)
    if workshop.traced:
        from gatepost.rules.looking import looked_at

        result = result._replace(looked=looked_at(judged))
    return judged, result


class _Beside:
    """What tells whose a finding is beside its tags: module calls, and names where a source of owners compares them."""

    def __init__(self, document: Document, named: bool) -> None:
        self._calls = Calls(document)
        self._named = named

    def told(self, one: _One, resource: Resource) -> _One:
        calls = self._calls.of(resource.address)
        names = names_of(resource) if self._named else ()
        return one._replace(calls=calls, names=names) if calls or names else one


def _reached_from(result: Result) -> Result:
    """Tell on what lies outside the root, in a module or a nested template, that it is reached from this root."""
    root = result.root.path
    if result.root.kind == "terraform":
        seat, inside = f"{root}/", "" if root == "." else root
        outside = {path for path in _places_in(result) if path.rpartition("/")[0] != inside}
    else:
        seat, outside = root, {path for path in _places_in(result) if path != root}
    if not outside:
        return result
    return result._replace(
        findings=tuple(one._replace(roots=(seat,)) if one.location.path in outside else one for one in result.findings),
        undecided=tuple(
            one._replace(roots=(seat,)) if one.location.path in outside else one for one in result.undecided
        ),
    )


def _places_in(result: Result) -> set[str]:
    return {one.location.path for one in (*result.findings, *result.undecided)}


def _only(result: Result, only: frozenset[str]) -> Result:
    """Return a result with the findings that concern the files which were named."""
    findings = tuple(finding for finding in result.findings if _concerns(finding, only))
    return result._replace(findings=findings, undecided=tuple(u for u in result.undecided if u.location.path in only))


def _declared(inputs: Inputs, document: Document) -> tuple[str, ...]:
    """Return the names among those given on the command line that a Terraform root declares as variables."""
    names = {one.name for one in inputs.assigned if one.rank >= 0}
    if not names or document.language != "terraform":
        return ()
    return tuple(
        sorted(
            one.name for one in document.resources("variable") if one.address == f"var.{one.name}" and one.name in names
        )
    )


def read_document(workshop: Workshop, root: Root) -> Document | None:
    """Return the document of a root, None when its file cannot be read (then `Files.problems` says why)."""
    if root.kind == "terraform":
        plan = workshop.plans.by_root.get(root.path)
        if plan is not None:
            return planned_document(plan, root.path, workshop.files, workshop.var_files, workshop.inputs)
        from gatepost.languages.terraform.document import read_root

        return read_root(root.path, workshop.files, workshop.var_files, workshop.inputs)
    source = workshop.files.read(root.path, "dockerfile" if root.kind == "dockerfile" else "cloudformation")
    if source is None:
        return None
    if root.kind == "dockerfile":
        from gatepost.languages.dockerfile.document import read_dockerfile

        return read_dockerfile(source)
    from gatepost.languages.cloudformation.document import read_template

    return read_template(source, workshop.files, workshop.parameter_files)


def _is_resource(type: str) -> bool:
    """Whether a type counts as a resource in the summary; inputs, outputs and instructions do not."""
    return type not in ("variable", "output", "parameter", "local") and not type.isupper()


def _concerns(finding: Finding, only: frozenset[str]) -> bool:
    places: Sequence[Location | None] = (finding.location, *(origin.location for origin in finding.origins))
    return any(place is not None and place.path in only for place in places)
