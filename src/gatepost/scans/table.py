"""The formats that can be read, and what tells each at a glance; a new one is a module and a line. Never reads."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Protocol, cast

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem, UsageError
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import listed, mapping

# Name: signs, one of which a report of that format bears, so that no other module is loaded. The module is
# gatepost.scans.NAME with "_" for "-"; its `recognises` has the last word. Signs are
#   {a+b  a JSON object with all these keys         [a+b  a JSON list, the first object in which has them
#   …a+b  JSON documents, one of the first with them    <a+b  XML whose root is one of these
#   =a+b  a table with these columns                 ~a    a text with this in its head (~ a+b: with all of them)
#   :a    YAML with this key on top                  @a    an archive with a member of this ending
#   [     any JSON list that is not empty             ++    a plus sign in a name
FORMATS: Mapping[str, tuple[str, ...]] = {
    "sarif": ("{runs",),
    "trivy": ("{SchemaVersion", "{ClusterName", "[Target"),
    "grype": ("{matches+descriptor",),
    "checkov": ("{check_type", "[check_type", "{passed+failed+resource_count", "[passed+failed+resource_count"),
    "semgrep": ("{results+errors",),
    "hadolint": ("[code+level+line",),
    "shellcheck": ("{comments", "[code+level+line"),
    "gitlab": ("{vulnerabilities",),
    "dependabot": ("[security_advisory+security_vulnerability", "{data"),
    "github-code-scanning": ("[rule+tool+most_recent_instance",),
    "github-secret-scanning": ("[secret_type+locations_url",),
    "securityhub": ("{Findings", "{findings", "{detail", "[SchemaVersion+ProductArn", "{SchemaVersion+ProductArn"),
    "inspector": ("{findings", "[findingArn"),
    "prowler": (
        "[CheckID+StatusExtended",
        "[metadata+status_code",
        "[finding+metadata",
        "…metadata+status_code",
        "=CHECK_ID+STATUS",
    ),
    "twistlock": ("{results", "=CVE ID+Compliance ID+Fix Status"),
    "wiz": ("{scanOriginResource",),
    "xray": (
        "{total_rows+rows",
        "{total_count+data",
        "{artifacts",
        "[scan_id",
        "{vulnerabilities+securityViolations",
        "{vulnerabilities",
    ),
    "aqua": (
        "[image_name+results",
        "{scan_started",
        "{scan_duration",
        "{image_assurance_results",
        "{vulnerability_summary",
        "{cves",
        "{result+count",
    ),
    "harbor": (
        "{vulnerabilities+scanner",
        "{application/vnd.security.vulnerability.report; version=1.1",
        "{application/vnd.scanner.adapter.vuln.report.harbor++json; version=1.0",
    ),
    "bandit": ("{results+metrics",),
    "brakeman": ("{scan_info+warnings",),
    "gosec": ("{Issues+Stats",),
    "kics": ("{queries+queries_total",),
    "tfsec": ("{results",),
    "terrascan": ("{results",),
    "dockle": ("{details+summary",),
    "cfn-lint": ("[Filename+Level+Rule",),
    "cfn-nag": ("[file_results",),
    "conftest": ("[filename+successes",),
    "eslint": ("[filePath+messages",),
    "spotbugs": ("<BugCollection",),
    "gitleaks": ("[RuleID+File", "[rule+file+offender"),
    "trufflehog": ("…SourceMetadata+DetectorName", "…reason+stringsFound", "[SourceMetadata", "[reason+stringsFound"),
    "detect-secrets": ("{results+plugins_used",),
    "ggshield": ("{total_incidents",),
    "npm-audit": ("{auditReportVersion",),
    "npm-audit-6": ("{advisories+metadata",),
    "pnpm-audit": ("{advisories+metadata",),
    "yarn-audit": ("{advisories+metadata", "…type+data", "…value+children"),
    "pip-audit": ("{dependencies+fixes", "[name+vulns", "[name+skip_reason"),
    "bundler-audit": ("~Name: +Criticality: ", "~No vulnerabilities found", "~Insecure Source URI", "{results"),
    "cargo-audit": ("{lockfile+vulnerabilities",),
    "composer-audit": ("{advisories",),
    "dotnet": ("{projects+parameters",),
    "govulncheck": ("{config", "[config", "…config", "{Calls+Vulns"),
    "osv-scanner": ("{results",),
    "dependency-track": ("{meta", "[component+vulnerability+analysis"),
    "openvex": ("{@context+statements",),
    "csaf": ("{document",),
    "kubescape": ("{summaryDetails", "{frameworks", "[controlReports"),
    "sonarqube": ("{issues", "{hotspots"),
    "checkmarx": (
        "<CxXMLResults",
        "{scanResults",
        "{xissues",
        "[cveName",
        "{results+totalCount",
        "{results+scanID",
        "{results+scanId",
    ),
    "veracode": ("<detailedreport", "{pipeline_scan", "{scan_status", "{_embedded", "{findings"),
    "fortify": ("<FVDL", "@audit.fvdl"),
    "zap": ("<OWASPZAPReport", "{site+@version"),
    "nuclei": ("…template-id+info", "…templateID+info", "[template-id+info", "[templateID+info"),
    "mend": ("{response+supportToken", "{vulnerabilities", "{libraries"),
    "dependency-check": ("{reportSchema", "<analysis"),
    "snyk": (
        "{vulnerabilities+ok",
        "[vulnerabilities+ok",
        "[ok+error",
        "{infrastructureAsCodeIssues",
        "[infrastructureAsCodeIssues",
    ),
    "snyk-api": ("{issues", "{jsonapi+data"),
    "cyclonedx": ("{bomFormat", "<bom"),
    "spdx": ("{spdxVersion", "{@graph", "~SPDXVersion:"),
    "trivy-operator": ("…apiVersion+kind", ":apiVersion", "[apiVersion+kind"),
    "sysdig": (
        "{scanner+result",
        "{data",
        "{panels",
        "=Vulnerability ID+Package name",
        "=Vulnerability Name+Package Name",
        "=CVE ID+Package Name",
    ),
    "clair": ("{manifest_hash", "{unapproved", "{LayerCount", "{Layer", "{data"),
    "xeol": ("{matches",),
    "google-artifact": ("{image_summary", "[noteName", "{occurrences"),
    "kube-bench": ("{Controls", "[tests+node_type"),
    "kube-linter": ("{Reports+Summary",),
    "kubeaudit": ("…AuditResultName",),
    "polaris": ("{PolarisOutputVersion",),
    "black-duck": (
        "[vulnerabilityWithRemediation",
        "{items",
        "=Vulnerability id+Security Risk",
        "=Matching type+Object full path",
        "@security.csv",
    ),
    "retire": ("{data+errors", "[results"),
    "nancy": ("{num_audited",),
    "ossindex": ("[coordinates+vulnerabilities", "{Packages Audited"),
    "sonatype": ("{components", "{policyEvaluationResult", "{matchSummary"),
    "mix-audit": ("{pass+vulnerabilities",),
    "ort": ("{rule_violations", "{advisor+analyzer"),
    "bearer": ("{critical", "{high", "{medium", "{low", "{warning"),
    "horusec": ("{analysisVulnerabilities",),
    "njsscan": ("{njsscan_version",),
    "nosey-parker": ("…rule_name+matches", "[rule_name+matches"),
    "rubocop": ("{files+metadata",),
    "burp": ("<issues",),
    "anchore": ("{vulnerabilities", "{securityEvaluation", "{evaluatedTag", "["),
}
_FIRST_DOCUMENTS = 50


class Format(Protocol):
    """What a module of this package offers."""

    NAME: str
    # The tool and how it is asked for this format, in Markdown; what one finding is; what else is read or told.
    WRITTEN_BY: str
    UNIT: str
    # Whether `[]` is a clean report. Several tools write it, so it counts only where the user names the format.
    EMPTY_LIST_IS_CLEAN: bool

    def recognises(self, opened: Opened, /) -> bool:
        """Whether the content is of this format and of no other one."""
        ...

    def read(self, opened: Opened, reading: Reading, /) -> Iterator[Finding | Problem]:
        """Yield what the report says, in its order."""
        ...


def format_named(name: str) -> Format:
    """Return a format by name; raises UsageError when there is none."""
    if name not in FORMATS:
        from gatepost.conditions import nearest_word

        near = nearest_word(name.lower(), FORMATS)
        hint = f'did you mean "{near}"?' if near else f"formats: {', '.join(FORMATS)}"
        raise UsageError(f'there is no report format "{name}"', hint=hint)
    import importlib

    return cast(Format, importlib.import_module(f"gatepost.scans.{name.replace('-', '_')}"))


def accepts(named: Format, opened: Opened) -> bool:
    """Whether content can be read as the format that the user names.

    A module may `accept` more than it recognises: what several tools write, or an empty result without a sign.
    """
    more = getattr(named, "accepts", None)
    return named.recognises(opened) or (more is not None and more(opened))


def format_of(opened: Opened) -> Format | None:
    """Return the format that a report is recognised as."""
    return next(formats_of(opened), None)


def formats_of(opened: Opened) -> Iterator[Format]:
    """Yield every format that recognises a report: none, or one."""
    seen = _Seen(opened)
    for name, signs in FORMATS.items():
        if any(seen.bears(sign) for sign in signs):
            one = format_named(name)
            if one.recognises(opened):
                yield one


class _Seen:
    """What is seen of a report at a glance."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        data = opened.data
        # A list may be of pages: `gh api --paginate --slurp` writes such.
        rows = (mapping(row) for one in listed(data)[:_FIRST_DOCUMENTS] for row in (listed(one)[:1] or [one]))
        self._keys: Mapping[str, Container[str]] = {
            "{": mapping(data).keys(),
            "[": next((row for row in rows if row), mapping(None)).keys(),
            "…": {key for one in opened.documents[:_FIRST_DOCUMENTS] for key in mapping(one)},
        }

    def bears(self, sign: str) -> bool:
        """Whether the report bears a sign."""
        kind = sign[0]
        words = [word.replace("\0", "+") for word in sign[1:].replace("++", "\0").split("+")]
        keys = self._keys.get(kind)
        if sign == "[":  # the keys of some reports are names of images
            return bool(listed(self._opened.data))
        if keys is not None:
            return all(word in keys for word in words)
        opened = self._opened
        if kind == "<":
            return opened.xml is not None and opened.xml.tag in words
        if kind == "@":
            return all(any(member.endswith(word) for member in opened.members) for word in words)
        if not opened.is_text:
            return False
        if kind == "=":
            first = opened.head.partition("\n")[0]
            return all(word in first for word in words) and bool(opened.columns)
        if kind == ":":
            head = "\n" + opened.head
            return all(f"\n{word}:" in head for word in words)
        return all(word in opened.head for word in words)
