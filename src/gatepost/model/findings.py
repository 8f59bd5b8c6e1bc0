"""Findings, and what could not be decided; never what is to be done about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from gatepost.model.changes import Fix
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple

Severity: TypeAlias = Literal["critical", "high", "medium", "low", "info", "unknown"]
Confidence: TypeAlias = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")
SubjectKind: TypeAlias = Literal["resource", "package", "secret", "code"]

# Worst first. Unknown stands last in lists; a policy says what it is worth.
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info", "unknown")


class Detector(NamedTuple):
    """A tool (or our own rules) that saw a finding, under its own name for it.

    `severity` is what this tool says, in our words, `said` the same in its own ("" when it says none). `id` is
    "tool/rule", as `also_known_as` writes it.
    """

    tool: str
    id: str
    severity: Severity = "unknown"
    version: str = ""
    said: str = ""


class Package(NamedTuple):
    """A package that is at fault.

    `fixed_versions` begin with the one that is nearest to the installed one. `ecosystem` is a package URL's type (pypi,
    npm, deb …). `direct` says whether the project asks for it itself; `paths` lead to it from what is asked for, each
    a chain of "name" or "name@version".
    """

    name: str
    version: str = ""
    fixed_versions: tuple[str, ...] = ()
    purl: str = ""
    ecosystem: str = ""
    direct: bool | None = None
    paths: tuple[tuple[str, ...], ...] = ()


class Cvss(NamedTuple):
    """A score (0.0 to 10.0) with its vector ("" when the report gives none), the CVSS version and who gave it."""

    score: float
    vector: str = ""
    version: str = ""
    source: str = ""


class Layer(NamedTuple):
    """A layer of an image: digest of its archive, digest of what it holds, the command that made it."""

    digest: str = ""
    diff_id: str = ""
    command: str = ""


class Artifact(NamedTuple):
    """What was scanned when it is none of the files here; "" is not known.

    `kind` is "image", "cluster", "cloud", "archive", "host" …; `digests` are the image's; `os` is "debian 12.5";
    `path` is where in it the package or secret lies; `base` the image that it is built from, as a
    report or a Dockerfile says; `better_bases` are images that the report would rather have in its place.
    """

    name: str
    kind: str = "image"
    digests: tuple[str, ...] = ()
    os: str = ""
    layer: Layer | None = None
    path: str = ""
    base: str = ""
    better_bases: tuple[str, ...] = ()


class Vex(NamedTuple):
    """What somebody states about a vulnerability (VEX), as against seeing it.

    `status` is one of the four of VEX: not_affected, affected, fixed, under_investigation; `justification` is why.
    """

    status: str
    justification: str = ""
    by: str = ""


class Exploitability(NamedTuple):
    """What is known of exploitation; None is not known. EPSS figures are between 0 and 1.

    `maturity` is "none", "available", "poc" (published) or "in the wild". `exploited_by` and `epss_by` name the feed
    that told it ("KEV of 2026-11-20"), None for a report; `epss_date` is the day (ISO) the score is of.
    """

    known_exploited: bool | None = None
    epss: float | None = None
    epss_percentile: float | None = None
    reachable: bool | None = None
    maturity: str | None = None
    validated: bool | None = None
    exploited_by: str | None = None
    epss_by: str | None = None
    epss_date: str | None = None


class Evidence(NamedTuple):
    """What people found when they tried: whether a finding can be used, who says so, on which day (ISO), what was done.

    `location` is where the evidence is written.
    """

    validated: bool
    by: str
    on: str
    what: str
    reference: str
    location: Location


class Related(NamedTuple):
    """Another place that belongs to a finding, and what it is."""

    location: Location
    message: str


class OriginStep(NamedTuple):
    """One step from the place that is shown to the place that sets the value, as people read it.

    `kind` is as in `values.Origin`.
    """

    what: str
    location: Location | None
    text: str = ""
    kind: str = "code"


class Sign(NamedTuple):
    """Something that tells an environment, and how: ("production", "folder live/prod").

    `location` is where it is written, None for what is no text in a file. `weak`: it adds an environment and makes none
    certain. `account` is the id of an account in place of an environment: a policy says which one that is.
    """

    environment: str
    how: str
    location: Location | None = None
    weak: bool = False
    account: str = ""


class Suppression(NamedTuple):
    """Somebody else's word that a finding does not count: another tool's ignore comment, a VEX statement.

    `kind` is "inSource" or "external"; `by` names the tool; `status` is its own word.
    """

    kind: str
    by: str
    status: str
    why: str = ""


class Finding(NamedTuple):
    """Something that is wrong, and where.

    `rule` is our rule's id, else "tool/rule" as the report names it. `resource` is the resource's address, "" for
    none. `advice` is the shape of a fix when none can be proved; `no_fix` is the reason there is none.
    `environments` are those that the inputs of its root tell, each with how; a policy may know of more.
    `roots` are those it is reached from where it lies in a file that they share: a folder with a slash behind it for a
    Terraform root module, else a file. `signs` are what tells its environment beside that, where a policy infers it.
    `names` are those that the cloud knows the resource by and `calls` the tags of the module calls it lies in, as in
    `policy.Whose`: known where a source of owners asks for them.
    `references` are addresses of pages; `cause` identifies what one edit would mend ("" when it stands alone),
    `mend` is that edit in words ("Update Dockerfile line 1: this base image"). `resource_type` is the language's own
    word for the kind of the resource ("aws_s3_bucket", "AWS::S3::Bucket"), "" where there is none.
    `cvss` is the score that counts, `scores` are all that are given; `published` is a day (2024-05-31). `vex` is there
    where the finding is, or comes with, a statement about the vulnerability. `audience` is whom our rule is for:
    "regular", or "thorough"; "" for other tools'.
    """

    rule: str
    title: str
    message: str
    severity: Severity
    confidence: Confidence
    category: str
    location: Location
    subject: SubjectKind = "code"
    resource: str = ""
    why: str = ""
    detectors: tuple[Detector, ...] = ()
    ids: tuple[str, ...] = ()
    package: Package | None = None
    cwe: tuple[int, ...] = ()
    cvss: Cvss | None = None
    exploitability: Exploitability = Exploitability()
    standards: Mapping[str, tuple[str, ...]] = {}
    also_known_as: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    origins: tuple[OriginStep, ...] = ()
    fixes: tuple[Fix, ...] = ()
    advice: str = ""
    no_fix: str = ""
    references: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    tags: Mapping[str, str] = {}
    cause: str = ""
    content: str = ""  # normalised text at fault, for a fingerprint where there is no address
    fingerprint: str = ""
    scores: tuple[Cvss, ...] = ()
    artifact: Artifact | None = None
    published: str = ""
    vex: Vex | None = None
    evidence: tuple[Evidence, ...] = ()
    environments: tuple[tuple[str, str], ...] = ()
    mend: str = ""
    roots: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()
    resource_type: str = ""
    names: tuple[str, ...] = ()
    calls: tuple[tuple[str, str, str], ...] = ()
    audience: str = ""

    @property
    def instances(self) -> int:
        """How many instances it stands for: those of a module that is called often are told as one finding."""
        return 1 + sum(related.message.startswith("also ") for related in self.related)


class Undecided(NamedTuple):
    """A rule that could not be answered, with exactly the unknowns that could change the answer.

    `hint` says what to type to let it be decided, "" when nothing can be typed. `also`: the other instances that lack
    the same at the same place. `waiting` are other rules that wait for the same answer about the same resource and are
    not told of by themselves. `roots`, `names`, `calls` and `audience` as for a finding.
    """

    rule: str
    title: str
    severity: Severity
    location: Location
    resource: str
    because: tuple[str, ...]
    hint: str = ""
    tags: Mapping[str, str] = {}
    fingerprint: str = ""
    environments: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()
    category: str = ""
    resource_type: str = ""
    cwe: tuple[int, ...] = ()
    standards: Mapping[str, tuple[str, ...]] = {}
    names: tuple[str, ...] = ()
    calls: tuple[tuple[str, str, str], ...] = ()
    audience: str = ""
    waiting: tuple[str, ...] = ()

    @property
    def instances(self) -> int:
        """How many instances it stands for."""
        return 1 + len(self.also)
