"""Looking at few lines and waivers of a large policy decides as looking at all of them does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatepost.gate import Side, decide, load
from gatepost.gate.asking import Lines
from gatepost.gate.attributes import About
from gatepost.gate.facts import FindingFacts
from gatepost.gate.narrowing import WaiverIndex
from gatepost.gate.waivers import waiver_covers
from gatepost.model.decisions import Assessment, Context
from gatepost.model.findings import Detector, Finding
from gatepost.model.places import Location, Region, Source
from gatepost.sources.shipped import shipped_policy

RULES = ("a/b", "a/c", "trivy/CVE-1", "a/*", "*")
PATHS = ("live/a.tf", "live/b/c.tf", "a.tf", "Dockerfile")
GLOBS = ("", "live/**", "/live/*.tf", "*.tf", "**/c.tf", "l*/a.tf", "./a.tf")
SEVERITIES = ("critical", "high", "low", "unknown")

findings = st.builds(
    lambda rule, path, severity, ids: Finding(
        rule, "t", "m", severity, "high", "network", Location(path, Region(1, 1, 1, 2)), "resource",
        ids=ids, detectors=(Detector("trivy", rule, severity),),
    ),
    st.sampled_from(RULES[:3]), st.sampled_from(PATHS), st.sampled_from(SEVERITIES),
    st.sampled_from([(), ("CVE-1",)]),
)  # fmt: skip
waivers = st.lists(st.tuples(st.sampled_from(("", "CVE-1", *RULES)), st.sampled_from(GLOBS)).filter(any), max_size=8)
tests = st.fixed_dictionaries(
    {},
    optional={
        "rule": st.sampled_from(
            ["a/b", "{in: [a/c, 'trivy/CVE-1']}", "{in: [a/b]}", "{not: {in: [a/b]}}", "{like: 'a/*'}"]
        ),
        "severity": st.sampled_from(["high", "{at_least: low}", "unknown"]),
        "path": st.sampled_from(["a.tf", "{like: 'live/*'}"]),
        "category": st.sampled_from(["network", "secret"]),
    },
)


def policy(lines: list[dict[str, str]], waived: list[tuple[str, str]]):
    written = ["version: 1", "gate:"]
    for number, line in enumerate(lines):
        when = ", ".join(f"{key}: {test}" for key, test in line.items())
        written.append(f"  - {{name: line {number}, when: {{{when}}}, decide: {('block', 'warn')[number % 2]}}}")
    if waived:
        written.append("waivers:")
    for rule, path in waived:
        keys = "".join(f"{key}: '{value}', " for key, value in (("rule", rule), ("path", path)) if value)
        written.append(f"  - {{{keys}until: 2027-01-01, why: w, by: a@example.com}}")
    return load(Source("gatepost.yaml", "\n".join(written) + "\n", "policy"), shipped_policy, None)


@given(st.lists(tests, min_size=1, max_size=8), findings)
def test_the_line_that_decides_is_the_first_of_all_that_matches(lines: list[dict[str, str]], finding: Finding) -> None:
    loaded = policy(lines, [])
    facts = FindingFacts(Assessment(finding, Context()), finding.severity)
    about = About(facts, "unknown")
    first = next((one for one in loaded.lines if one.condition.judge(about, {"today": "2026-11-22"}).truth), None)
    assert Lines(loaded, "2026-11-22").ask("finding", facts, ["unknown"]).line == first


@given(waivers, findings)
def test_the_waivers_that_cover_a_finding_are_among_those_that_may(
    waived: list[tuple[str, str]], finding: Finding
) -> None:
    loaded = policy([{"severity": "high"}], waived)
    all_of_them = [one for one in loaded.waivers if waiver_covers(one, finding)]
    assert [one for one in WaiverIndex(loaded.waivers).about(finding) if waiver_covers(one, finding)] == all_of_them


def test_a_policy_without_waivers_decides() -> None:
    side = Side(policy([{"severity": "high"}], []), (), [], [], frozenset())
    assert decide(side, today="2026-11-22").decisions == ()
