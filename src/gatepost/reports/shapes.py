"""The shape of the json report, which its JSON Schema is made from; never a value.

Lines and columns are 1-based, ends exclusive; null is not known. Within one `version` keys are added, never changed.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from gatepost.model.changes import Proof, Safety
from gatepost.model.decisions import Action, Mode, Outcome, Sureness, WaiverState
from gatepost.model.findings import Confidence, Severity, SubjectKind
from gatepost.reports.shapes_deciding import (
    AgeShape,
    BudgetShape,
    CountsShape,
    ExploitabilityShape,
    FeedShape,
    GroupShape,
)


class RegionShape(TypedDict):
    """A stretch of a file; an empty one is a place to insert."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class PlaceShape(TypedDict):
    """A region of a file, whose path is relative to the scanned root."""

    path: str
    region: RegionShape


class DetectorShape(TypedDict):
    """A tool that saw a finding, under its own name for it; `said` is its own word for the severity."""

    tool: str
    id: str
    severity: Severity
    version: str | None
    said: str | None


class PackageShape(TypedDict):
    """A package that is at fault; `paths` lead to it from what the project asks for."""

    name: str
    version: str | None
    fixed_versions: list[str]
    purl: str | None
    ecosystem: str | None
    direct: bool | None
    paths: list[list[str]]


class CvssShape(TypedDict):
    """A score from 0.0 to 10.0, and who gave it."""

    score: float
    vector: str | None
    version: str | None
    source: str | None


class LayerShape(TypedDict):
    """A layer of an image: digest of its archive, digest of what it holds, the command that made it."""

    digest: str | None
    diff_id: str | None
    command: str | None


class ArtifactShape(TypedDict):
    """What was scanned when it is none of the files here, such as an image; `path` is inside it."""

    name: str
    kind: str
    digests: list[str]
    os: str | None
    layer: LayerShape | None
    path: str | None
    base: str | None


class VexShape(TypedDict):
    """What somebody states about a vulnerability: not_affected, affected, fixed, under_investigation."""

    status: str
    justification: str | None
    by: str | None


class FactShape(TypedDict):
    """A name with how it is known."""

    name: str
    how: str


class ClaimShape(TypedDict):
    """An owner or a project with how it is known and how sure that is."""

    name: str
    how: str
    confidence: Sureness


class EvidenceShape(TypedDict):
    """What people found when they tried whether a finding can be used; `origin` is where it is written."""

    validated: bool
    by: str
    on: str
    what: str
    reference: str | None
    origin: PlaceShape


class ContextShape(TypedDict):
    """What a finding means here; of several owners the first counts first."""

    owners: list[ClaimShape] | None
    owners_disagree: bool
    guessed_owners: list[ClaimShape]
    projects: list[ClaimShape] | None
    environments: list[FactShape] | None
    exploitability: ExploitabilityShape
    root_cause: str | None
    is_new: bool | None
    touched: bool | None
    affected: bool | None
    age: AgeShape | None


class RelatedShape(TypedDict):
    """Another place that belongs to a finding, and what it is."""

    path: str
    region: RegionShape
    message: str


class OriginShape(TypedDict):
    """A step from the place that is shown to the place that sets the value; null path: it is set outside the files."""

    what: str
    path: str | None
    region: RegionShape | None
    text: str


class WaiverShape(TypedDict):
    """An exception somebody answers for; `since` and `until` are its first and last day, `origin` where it is written.

    `scope` has every key that it gives (rule, path, resource, package, vulnerability, environment, fingerprint) with
    its alternatives; `rule`, `path` and `resource` are the same as text. `vex` is what it states of the vulnerability.
    """

    rule: str | None
    path: str | None
    resource: str | None
    scope: dict[str, list[str]]
    since: str | None
    until: str
    why: str
    by: str
    origin: PlaceShape
    ticket: str | None
    vex: VexShape | None


class WaiverUseShape(WaiverShape):
    """What became of a waiver. `state` wants a look first of all `states` that hold; `notes` say why they do.

    `covered` are the fingerprints of what it covers, whether it counted or not. `inline`: it stands beside the code;
    `is_new`: and the base does not have it. `policy` grants it.
    """

    state: WaiverState
    states: list[WaiverState]
    covered: list[str]
    days_left: int
    notes: list[str]
    inline: bool
    is_new: bool | None
    policy: str | None


class DecisionShape(TypedDict):
    """What is decided; `because` is the name of the policy line (null: none matched), `line` its place.

    `due` is the day until which it has to be mended, `due_how` tells how that comes about, or why it is not known.
    """

    action: Action
    because: str | None
    line: PlaceShape | None
    waiver: WaiverShape | None
    notes: list[str]
    due: str | None
    overdue: bool | None
    due_how: str | None


class EditShape(TypedDict):
    """Characters to put in place of a region; null where showing them would show a secret."""

    path: str
    region: RegionShape
    replacement: str | None


class SuggestionShape(TypedDict):
    """Whole lines in place of `old`, the lines `start_line` to `end_line` (both included) of a file.

    `blob` is git's name of the file as it was judged.
    """

    path: str
    start_line: int
    end_line: int
    lines: list[str]
    old: list[str]
    blob: str


class FixShape(TypedDict):
    """A fix; only a proved one may be applied without a new scan.

    `suggestion` is it as a code host takes it, where it is one stretch of one file and the change has a base.
    """

    title: str
    safety: Safety
    proof: Proof
    why_unsafe: str | None
    edits: list[EditShape]
    suggestion: SuggestionShape | None


class SuppressionShape(TypedDict):
    """Another tool's word that a finding does not count; it decides nothing by itself."""

    kind: str
    by: str
    status: str
    why: str


class FindingShape(TypedDict):
    """Something that is wrong, what it means here, what is decided; what one edit would mend has the same `group`.

    `own_severity` is that of the rule or report where the policy gives another one. `routes` are the names of those
    that it takes; then `diff` has the lines that its first proved fix changes.
    """

    rule: str
    title: str
    message: str
    severity: Severity
    confidence: Confidence
    audience: Literal["regular", "thorough"] | None
    category: str
    subject: SubjectKind
    path: str
    region: RegionShape
    resource: str | None
    resource_type: str | None
    tags: dict[str, str]
    own_severity: Severity | None
    why: str | None
    detectors: list[DetectorShape]
    ids: list[str]
    package: PackageShape | None
    cwe: list[int]
    cvss: CvssShape | None
    scores: list[CvssShape]
    published: str | None
    artifact: ArtifactShape | None
    vex: VexShape | None
    evidence: list[EvidenceShape]
    standards: dict[str, list[str]]
    also_known_as: list[str]
    references: list[str]
    context: ContextShape
    group: str | None
    mend: str | None
    related: list[RelatedShape]
    origins: list[OriginShape]
    suppressions: list[SuppressionShape]
    decision: DecisionShape | None
    fixes: list[FixShape]
    advice: str | None
    no_fix: str | None
    routes: list[str]
    diff: list[str] | None
    fingerprint: str


class UndecidedShape(TypedDict):
    """A rule without an answer, why, and what to type; `also`: other instances, `waiting`: rules that ask the same."""

    rule: str
    title: str
    severity: Severity
    path: str
    region: RegionShape
    resource: str | None
    because: list[str]
    hint: str | None
    also: list[str]
    waiting: list[str]
    audience: Literal["regular", "thorough"] | None
    category: str | None
    resource_type: str | None
    tags: dict[str, str]
    cwe: list[int]
    standards: dict[str, list[str]]
    context: ContextShape
    decision: DecisionShape
    fingerprint: str


class ProblemShape(TypedDict):
    """Something that could not be read, or not be relied on; `kind` is unreadable, old-report, other-commit …"""

    path: str
    region: RegionShape
    what: str
    hint: str
    kind: str
    context: ContextShape | None
    decision: DecisionShape | None


class VerdictShape(TypedDict):
    """The result in short. `policy` names the policy that decided, `unused_waivers` matched nothing."""

    action: Outcome
    mode: Mode
    policy: str
    counts: CountsShape
    notes: list[str]
    feeds: list[FeedShape]
    unused_waivers: list[WaiverShape]
    today: str | None


class JudgedShape(TypedDict):
    """What a verdict with routes is about; `root` is the scanned folder below the top of the repository.

    `inputs` is a digest of what else decides what a run can find: reports, variable files, scanners.
    """

    repository: str | None
    root: str
    paths: list[str]
    commit: str | None
    change: bool
    inputs: str


class RouteShape(TypedDict):
    """A route of a policy, whom it tells (service, key, value), the findings that take it and their groups."""

    name: str
    policy: str
    line: PlaceShape
    destinations: dict[str, dict[str, str | bool | list[str] | dict[str, str]]]
    findings: list[str]
    groups: list[str]


class VerdictReportShape(TypedDict):
    """The json report of `gatepost check`; `judged` is null where no policy has routes."""

    version: Literal[1]
    verdict: VerdictShape
    judged: JudgedShape | None
    routes: list[RouteShape]
    findings: list[FindingShape]
    undecided: list[UndecidedShape]
    problems: list[ProblemShape]
    budgets: list[BudgetShape]
    groups: list[GroupShape]
    waivers: list[WaiverUseShape]


class ScanReportShape(TypedDict):
    """The output of `gatepost report`: one scan report, normalised, nothing decided."""

    version: Literal[1]
    format: str
    findings: list[FindingShape]
    problems: list[ProblemShape]
