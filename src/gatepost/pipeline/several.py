"""One root judged in each of its environments, and one result out of these; never where a root has but one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from gatepost.gate import together
from gatepost.languages.terraform.document import TerraformDocument, read_root
from gatepost.languages.terraform.modules import Directory
from gatepost.model.changes import Edit, Fix
from gatepost.model.documents import Document
from gatepost.model.findings import Finding, Related, Undecided
from gatepost.pipeline.environments import Environment
from gatepost.pipeline.plan import Root
from gatepost.pipeline.roots import Result, Workshop, judged_document
from gatepost.rules.judge import judge_again
from gatepost.rules.judgements import Judged

_T = TypeVar("_T", Finding, Undecided)
Told = tuple[tuple[str, str], ...]
PRODUCTION = "production"
_ELSEWHERE = "not proved: in another environment of this root it would bring something new"
_NOT_ALL = "not in all of its environments can it be mended by one fix; mend it where each of them sets it"


class Use:
    """A root in one environment, judged; `paths` are the files that it reads."""

    __slots__ = ("document", "environment", "judged", "paths", "result")

    def __init__(self, environment: Environment, document: TerraformDocument, judged: Judged, result: Result) -> None:
        self.environment = environment
        self.document: Document = document
        self.judged = judged
        self.result = result
        self.paths = frozenset(result.files)


def judge_environments(workshop: Workshop, root: Root) -> Result:
    """Return what a root comes to in all of its environments; what is the same in several is told once."""
    uses: list[Use] = []
    parsed: dict[str, Directory] = {}
    for environment in root.environments:
        document = read_root(root.path, workshop.files, environment.files, workshop.inputs, parsed)
        uses.append(Use(environment, document, *judged_document(workshop, root, document)))
    return _joined(uses, root)


def _joined(uses: Sequence[Use], root: Root) -> Result:
    unsure = _unsure(root)
    results = [use.result for use in uses]
    findings = _grouped(uses, lambda use: use.result.findings, _identity)
    questions = _grouped(uses, lambda use: use.result.undecided, lambda one: (one.rule, one.location, one.resource))
    return results[0]._replace(
        findings=tuple(_one_finding(group, uses, unsure) for group in findings),
        undecided=tuple(group[0][1]._replace(environments=(*_told(group), *unsure)) for group in questions),
        problems=_distinct(problem for result in results for problem in result.problems),
        inline=together([result.inline for result in results]),
        resources=max(result.resources for result in results),
        files=_distinct(path for result in results for path in result.files),
        unread=_distinct(why for result in results for why in result.unread),
        looked=_most_looked(results),
    )


def _most_looked(results: Sequence[Result]) -> tuple[tuple[str, int], ...]:
    most: dict[str, int] = {}
    for rule, count in (one for result in results for one in result.looked):
        most[rule] = max(count, most.get(rule, 0))
    return tuple(sorted(most.items()))


def _identity(finding: Finding) -> tuple[Any, ...]:
    return (finding.rule, finding.location, finding.content, finding.resource)


def _grouped(
    uses: Sequence[Use], found: Callable[[Use], Iterable[_T]], identity: Callable[[_T], Any]
) -> list[list[tuple[Use, _T]]]:
    """Return what the uses have in common together, each group in the order of the environments."""
    groups: dict[Any, list[tuple[Use, _T]]] = {}
    for use in uses:
        for one in found(use):
            groups.setdefault(identity(one), []).append((use, one))
    return list(groups.values())


def _told(group: Sequence[tuple[Use, Any]]) -> Told:
    named: dict[str, str] = {}
    for use, _ in group:
        named.setdefault(use.environment.name, f"var file {use.environment.how}")
    return tuple(named.items())


def _unsure(root: Root) -> Told:
    """A root whose var files name no production may well be used there: it stays unknown where it reaches."""
    if any(environment.name == PRODUCTION for environment in root.environments):
        return ()
    return (("unknown", f"no var file of {root.path} is one for production"),)


def _one_finding(group: Sequence[tuple[Use, Finding]], uses: Sequence[Use], unsure: Told) -> Finding:
    first = group[0][1]._replace(environments=(*_told(group), *unsure), related=_related(group))
    if not first.fixes:
        return first
    fix = _fix_of_all(group)
    if fix is None:
        return first._replace(fixes=(), no_fix=_NOT_ALL, advice=first.fixes[0].title)
    own = {id(use): one.fixes[0].edits for use, one in group}
    for use in uses:
        edits = tuple(edit for edit in fix.edits if edit.location.path in use.paths)
        if edits and edits != own.get(id(use)) and _brings_news(use, edits):
            return first._replace(fixes=(), no_fix=_ELSEWHERE, advice=fix.title)
    return first._replace(fixes=(fix,))


def _related(group: Sequence[tuple[Use, Finding]]) -> tuple[Related, ...]:
    """What is related to the first, and the places where the other environments set the value."""
    first = group[0][1]
    related = list(first.related)
    known = {origin.location for origin in first.origins}
    for use, one in group[1:]:
        place = one.origins[-1].location if one.origins else None
        if place is not None and place not in known:
            known.add(place)
            related.append(Related(place, f"set here for {use.environment.name}"))
    return tuple(related)


def _fix_of_all(group: Sequence[tuple[Use, Finding]]) -> Fix | None:
    """Return one fix with the edits of all, None where one of them cannot be mended."""
    fixes = [one.fixes[0] for _, one in group if one.fixes]
    if len(fixes) < len(group):
        return None
    unsafe = next((fix for fix in fixes if fix.safety == "unsafe"), fixes[0])
    edits = _distinct(edit for fix in fixes for edit in fix.edits)
    return unsafe._replace(title=fixes[0].title, edits=edits)


def _brings_news(use: Use, edits: tuple[Edit, ...]) -> bool:
    """Tell whether edits that are proved elsewhere bring a finding, a question or a problem to this use."""
    places = sorted((edit.location.path, edit.location.region) for edit in edits)
    for (path, region), (other, following) in pairwise(places):
        if path == other and following[:2] < region[2:]:
            return True
    edited = use.document.edited(edits)
    before = {problem.what for problem in use.document.problems}
    if any(problem.what not in before for problem in edited.document.problems):
        return True
    return bool(judge_again(edited, use.judged).added())


def _distinct(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))
