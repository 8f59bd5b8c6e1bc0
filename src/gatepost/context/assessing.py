"""Puts findings into their context: the environments they reach, with the evidence; never decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from gatepost.conditions.globs import compile_glob as compile_text_glob
from gatepost.model.decisions import Assessment, Context, Fact
from gatepost.model.findings import Finding, Sign, Undecided
from gatepost.model.places import Location
from gatepost.model.policy import Comparison, EnvironmentClause, Facts, OwnersOf, Whose
from gatepost.model.problems import NOWHERE
from gatepost.sources.path_globs import compile_glob as compile_path_glob

UNKNOWN = "unknown"
# Kinds of what is scanned that is none of the files here.
ELSEWHERE = ("image", "host", "cluster", "cloud")
_NO_TAGS: Mapping[str, str] = {}
# Names of tags that tell whose something is, compared without regard to case, hyphens and underscores.
OWNER_TAGS = ("owner", "owners", "team", "contact", "maintainer")
PROJECT_TAGS = ("project", "service", "application", "system")
_TELLING_TAGS = frozenset((*OWNER_TAGS, *PROJECT_TAGS))


def assess(findings: Sequence[Finding], clauses: Sequence[EnvironmentClause], facts: Facts) -> tuple[Assessment, ...]:
    """Return each finding with its context, in the same order.

    `clauses` are the environments of one policy; a second policy assesses on its own.
    """
    by_tags = any(name.startswith("tag.") for clause in clauses for name, _ in clause.keys)
    known: dict[tuple[object, ...], Context] = {}  # by all that environments are told by
    before = {one.fingerprint: one for one in facts.base.before} if facts.base is not None else {}
    assessed: list[Assessment] = []
    for finding in findings:
        path = finding.location.path
        signs = _signs_of(finding) if facts.inference is not None else ()
        tags = finding.tags if by_tags else _NO_TAGS
        key = (path, finding.environments, finding.roots, signs, tuple(tags.items()))
        context = known.get(key)
        if context is None:
            context = known[key] = place(path, tags, clauses, facts, finding.environments, finding.roots, signs)
        cause = _root_cause(finding)
        if cause:
            context = context._replace(root_cause=cause)
        if facts.base is not None:
            context = compared(finding, context, facts.base)
            if context.is_new is False and _reaches_more(
                finding, context, before.get(finding.fingerprint), clauses, facts
            ):
                context = context._replace(is_new=True, affected=True)
        if facts.old is not None:
            context = context._replace(is_new=context.is_new is not False and not facts.old(finding))
        if facts.owned is not None:
            context = owned(context, whose_of(finding), facts.owned)
        assessed.append(Assessment(finding, context))
    return tuple(assessed)


def _signs_of(finding: Finding) -> tuple[Sign, ...]:
    from gatepost.context.inferring import own_signs

    return own_signs(finding)


@lru_cache(maxsize=4096)
def plain_tag(key: str) -> str:
    """Return the name of a tag in the form in which such names are compared."""
    return key.lower().replace("-", "").replace("_", "")


def tells_owners(tags: Mapping[str, str]) -> bool:
    """Whether a resource's tags may say whose it is."""
    return not _TELLING_TAGS.isdisjoint(map(plain_tag, tags))


def compared(finding: Finding, context: Context, base: Comparison) -> Context:
    """Return the context of a finding with what the base of the change tells."""
    touched = _touched(finding.location, base)
    before = base.known.get(finding.fingerprint)
    is_new = not base.has(finding) if _is_told(finding, base) else None
    altered = before is not None and before != (finding.message, finding.severity)
    elsewhere = (step.location for step in (*finding.origins, *finding.related) if step.location is not None)
    affected = is_new or touched or altered or any(_touched(place, base) for place in elsewhere)
    return context._replace(is_new=is_new, touched=touched, affected=affected)


def _reaches_more(
    finding: Finding, context: Context, then: Finding | None, clauses: Sequence[EnvironmentClause], facts: Facts
) -> bool:
    """Whether what the base had already reaches an environment now that it did not reach there: in that it is new."""
    if then is None or facts.base is None:
        return False
    path = facts.base.renamed.get(finding.location.path, finding.location.path)
    signs, signs_then = (_signs_of(one) if facts.inference is not None else () for one in (finding, then))
    now = (finding.location.path, finding.tags, finding.environments, finding.roots, signs)
    if now == (path, then.tags, then.environments, then.roots, signs_then):
        return False
    reached = place(path, then.tags, clauses, facts, then.environments, then.roots, signs_then).environments
    return not {fact.name for fact in context.environments} <= {fact.name for fact in reached}


def reaches_more(one: Undecided, context: Context, clauses: Sequence[EnvironmentClause], facts: Facts) -> bool:
    """Whether an undecided rule of a file that the change moved reaches an environment that it did not reach there."""
    path = None if facts.base is None else facts.base.renamed.get(one.location.path)
    if path is None:
        return False
    reached = place(path, one.tags, clauses, facts, one.environments, (), one.signs).environments
    return not {fact.name for fact in context.environments} <= {fact.name for fact in reached}


def _is_told(finding: Finding, base: Comparison) -> bool:
    """Whether it is known if the base had it: our rules judge that too, and scanners that were heard of it."""
    return any(detector.tool == "gatepost" or detector.tool in base.tools for detector in finding.detectors)


def _touched(location: Location, base: Comparison) -> bool:
    first, last = location.region.start_line, location.region.end_line
    return any(start <= last and first <= end for start, end in base.touched.get(location.path, ()))


def _root_cause(finding: Finding) -> str:
    """Return the place that sets the value at fault, "" where that is the place the finding is shown at."""
    if not finding.origins or finding.origins[-1].location is None:
        return ""
    last = finding.origins[-1].location
    return f"{last.path}:{last.region.start_line} ({finding.origins[-1].what})"


def place(
    path: str,
    tags: Mapping[str, str],
    clauses: Sequence[EnvironmentClause],
    facts: Facts,
    told: Sequence[tuple[str, str]] = (),
    roots: Sequence[str] = (),
    signs: Sequence[Sign] = (),
) -> Context:
    """Return the context of something at `path` (relative, forward slashes): all environments.

    `told` are the environments that its inputs tell, each with how; `roots` the roots that reach a file they share;
    `signs` what else tells them, where the policy infers environments.
    Serves undecided rules and problems too.
    """
    return _reached((path, *roots), tags, clauses, facts, told, signs)


def whose_of(one: Finding | Undecided) -> Whose:
    """Return what is asked for when owners of a finding or an undecided rule are."""
    region = one.location.region
    lines = (0, 0) if region == NOWHERE else (region.start_line, region.end_line)
    artifact = one.artifact if isinstance(one, Finding) else None
    if artifact is not None and artifact.kind in ELSEWHERE:
        names = (*one.names, *_names_of_artifact(artifact.name))
        # Where no file here is at fault, whoever owns the report is not whose it is.
        return Whose("" if region == NOWHERE else one.location.path, one.tags, one.resource, lines, names)
    where, lines = _where_mended(one, lines)
    return Whose(where, one.tags, one.resource, lines, one.names, one.calls, one.roots)


def _where_mended(one: Finding | Undecided, lines: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """Return the path and the lines whose owners are asked for: of a file that several share, the caller's that hands
    the wrong value to it, since that is what has to be mended."""
    last = one.origins[-1].location if isinstance(one, Finding) and one.roots and one.origins else None
    if last is None or last.region == NOWHERE:
        return one.location.path, lines
    return last.path, (last.region.start_line, last.region.end_line)


def _names_of_artifact(name: str) -> tuple[str, ...]:
    """Return what a CMDB may call an image, host or cluster: "shop" for "registry.example.com/shop:1.2" too."""
    if not name:
        return ()
    bare = name.partition("@")[0]
    head, slash, last = bare.rpartition("/")
    last = last.partition(":")[0]
    return tuple(dict.fromkeys((name, f"{head}{slash}{last}", last)))


def owned(context: Context, whose: Whose, owners_of: OwnersOf) -> Context:
    """Return a context with the owners and projects of something."""
    found = owners_of(whose)
    return context._replace(
        owners=found.owners,
        projects=found.projects,
        owners_disagree=found.disagree,
        guessed_owners=found.guessed,
    )


def _reached(
    paths: tuple[str, ...],
    tags: Mapping[str, str],
    clauses: Sequence[EnvironmentClause],
    facts: Facts,
    told: Sequence[tuple[str, str]],
    signs: Sequence[Sign],
) -> Context:
    if facts.environment is not None:
        return Context(environments=(Fact(facts.environment, "--environment"),))
    found: dict[str, str] = {}
    for clause in clauses:
        if clause.environment not in found:
            how = _evidence(clause, paths, tags, facts)
            if how is not None:
                found[clause.environment] = how
    if facts.inference is not None and not found:
        from gatepost.context.inferring import infer

        inferred = infer(paths[0], paths[1:], signs, told, facts.inference, facts.around, facts.base)
        return Context(environments=inferred)
    for name, how in told:
        found.setdefault(name, how)
    if found:
        return Context(environments=tuple(Fact(name, how) for name, how in found.items()))
    return Context(environments=(Fact(UNKNOWN, _why_unknown(clauses, facts)),))


def _why_unknown(clauses: Sequence[EnvironmentClause], facts: Facts) -> str:
    if not clauses:
        return "the policy names no environments"
    if facts.branch is None and any(name == "branch" for clause in clauses for name, _ in clause.keys):
        return "no clause of the policy matches, and the branch is not known"
    return "no clause of the policy matches"


def _evidence(clause: EnvironmentClause, paths: tuple[str, ...], tags: Mapping[str, str], facts: Facts) -> str | None:
    """Return what shows that the clause holds ("path live/** (gatepost.yaml:5)"), None when it does not."""
    shown: list[str] = []
    for key, globs in clause.keys:
        if key == "path":
            by, glob = _path_glob(paths, globs)
            text = f"path {glob}" if by == paths[0] else f"path {glob}, used by {by.removesuffix('/')}"
        else:
            known = facts.branch if key == "branch" else tags.get(key.removeprefix("tag."))
            glob = None if known is None else next((g for g in globs if compile_text_glob(g)(known)), None)
            text = (
                f"{key} {known}" if key != "branch" or not facts.branch_how else f"branch {known} ({facts.branch_how})"
            )
        if glob is None:
            return None
        shown.append(text)
    where = clause.location
    return f"{', '.join(shown)} ({where.path}:{where.region.start_line})"


@lru_cache(maxsize=4096)
def _path_glob(paths: tuple[str, ...], globs: tuple[str, ...]) -> tuple[str, str | None]:
    """Return the first of the paths that a glob covers, and that glob (None: the clause is about none of them)."""
    for path in paths:
        for glob in globs:
            if compile_path_glob(glob)(path):
                return path, glob
    return paths[0], None
