from __future__ import annotations

from gate_samples import TODAY, assessed, at, context, finding, policy
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.gate import Decided, Side, decide, read_remarks
from gatepost.model.decisions import ACTIONS
from gatepost.model.documents import Remark
from gatepost.model.findings import SEVERITIES, Exploitability, Finding, Package
from gatepost.model.places import Source, Span
from gatepost.model.policy import RuleChoice

MONOTONE = policy(
    """\
    gate:
      - {name: a, when: {environment: production, severity: {at_least: high}}, decide: block}
      - {name: b, when: {severity: {at_least: high}, known_exploited: true}, decide: block}
      - {name: c, when: {severity: critical}, decide: block}
      - {name: d, when: {severity: {at_least: medium}}, decide: warn}
    """
)
WAIVERS = policy(
    """\
    extends: recommended
    waivers:
      - {rule: "aws/*", until: 2027-01-01, why: x, by: y}
      - {path: a.tf, until: 2020-01-01, why: x, by: y}
    """
)
PLAIN = WAIVERS._replace(waivers=())
KNOWN = SEVERITIES[:-1]

findings = st.builds(
    finding,
    st.sampled_from(SEVERITIES),
    rule=st.sampled_from(["aws/s3/bucket-versioning", "aws/ec2/ssh-open-to-internet", "trivy/CVE-1"]),
    location=st.builds(at, st.sampled_from(["a.tf", "b.tf"]), st.integers(1, 4)),
    package=st.sampled_from([None, Package("p", "1")]),
    exploitability=st.builds(Exploitability, st.sampled_from([None, True, False])),
)
contexts = st.builds(context, st.sampled_from(["production", "staging", "unknown"]))
modes = st.sampled_from(["enforce", "observe"])
several = st.lists(findings, max_size=6)


def ranks(result: Decided) -> list[int]:
    return [ACTIONS.index(decision.action) for decision in result.decisions]


@given(several, contexts)
@settings(max_examples=60, deadline=None)
def test_a_waiver_never_makes_a_decision_stricter(found: list[Finding], where) -> None:
    with_waivers = ranks(decide(Side(WAIVERS, assessed(*found, where=where)), today=TODAY))
    without = ranks(decide(Side(PLAIN, assessed(*found, where=where)), today=TODAY))
    assert all(one <= other for one, other in zip(with_waivers, without, strict=True))


@given(findings, st.sampled_from(KNOWN), st.sampled_from(KNOWN), contexts)
@settings(max_examples=60, deadline=None)
def test_a_raised_severity_never_lowers_an_action_under_a_monotone_policy(found: Finding, one, other, where) -> None:
    worse, milder = sorted((one, other), key=KNOWN.index)
    raised, lowered = (
        ranks(decide(Side(MONOTONE, assessed(found._replace(severity=severity), where=where)), today=TODAY))[0]
        for severity in (worse, milder)
    )
    assert raised >= lowered


@given(several, contexts, modes, modes, st.booleans(), st.sampled_from([None, "low"]))
@settings(max_examples=80, deadline=None)
def test_an_organisation_is_never_softened(found, where, own_mode, company_mode, enabled, severity) -> None:
    rules = {one.rule: RuleChoice(one.rule, enabled, severity) for one in found}
    repository = Side(WAIVERS._replace(mode=own_mode, rules=rules), assessed(*found, where=context("staging")))
    company = Side(MONOTONE._replace(mode=company_mode), assessed(*found, where=where))
    alone, both = decide(company, today=TODAY), decide(repository, company, today=TODAY)
    if company_mode == "enforce":
        assert both.mode == "enforce"
        assert all(one >= other for one, other in zip(ranks(both), ranks(alone), strict=True))


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_remark_makes_the_reader_fail(text: str) -> None:
    source = Source("main.tf", "x", "terraform")
    span = Span(source, 0, 1)
    read_remarks([Remark(text, span, span), Remark(f"gatepost: waive {text}", span, span)])
