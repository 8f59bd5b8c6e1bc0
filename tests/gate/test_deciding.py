from __future__ import annotations

from gate_samples import TODAY, action, assessed, at, context, decided, finding, policy, undecided

from gatepost.gate import Decided, Side, decide, explain
from gatepost.model.findings import Exploitability, Package
from gatepost.model.problems import Problem

TWO_LINES = """\
gate:
  - {name: production, when: {environment: production, severity: {at_least: high}}, decide: block}
  - {name: rest, when: {severity: {at_least: medium}}, decide: warn}
"""
EXPLOITED = (
    "gate: [{name: exploited, when: {known_exploited: true}, decide: block}, {name: rest, when: {}, decide: warn}]"
)
VULNERABLE = {"package": Package("openssl", "1.0"), "ids": ("CVE-2024-1",), "subject": "package"}


def test_the_first_line_that_matches_decides() -> None:
    decision = decided(TWO_LINES, finding("high"), where=context("production")).decisions[0]
    assert decision.action == "block"
    assert decision.because is not None
    assert decision.because.name == "production"


def test_no_line_matches_means_allow() -> None:
    decision = decided(TWO_LINES, finding("low")).decisions[0]
    assert (decision.action, decision.because) == ("allow", None)


def test_the_strictest_decision_over_all_environments_counts() -> None:
    assert action(TWO_LINES, finding("high"), where=context("staging", "production")) == "block"
    assert action(TWO_LINES, finding("high"), where=context("staging")) == "warn"


def test_the_decisions_stand_in_the_order_of_the_findings() -> None:
    found = decided(TWO_LINES, finding("low"), finding("high"), finding("info"))
    assert [d.assessment.finding.severity for d in found.decisions] == ["low", "high", "info"]


def test_what_is_not_known_does_not_match_and_is_told() -> None:
    decision = decided(EXPLOITED, finding(**VULNERABLE)).decisions[0]
    assert decision.action == "warn"
    assert decision.notes == ('"exploited" could not be decided: known_exploited is not known',)


def test_exploitation_does_not_apply_to_what_is_no_vulnerability() -> None:
    assert decided(EXPLOITED, finding()).decisions[0].notes == ()


def test_a_line_can_test_for_what_is_not_known() -> None:
    text = "gate: [{name: a, when: {known_exploited: {known: false}, subject: package}, decide: block}]"
    assert action(text, finding(**VULNERABLE)) == "block"
    assert action(text, finding(**VULNERABLE, exploitability=Exploitability(known_exploited=False))) == "allow"
    assert action(text, finding()) == "allow"


def test_a_line_about_exploitation_that_nobody_can_answer_is_a_problem() -> None:
    result = decided(EXPLOITED, finding(**VULNERABLE))
    assert result.problems[0].problem.what == (
        'the line "exploited" asks for known_exploited, which no feed and no report knows'
    )
    assert result.problems[0].problem.location.path == "gatepost.yaml"


def test_one_report_that_knows_is_enough() -> None:
    knowing = finding(**VULNERABLE, exploitability=Exploitability(known_exploited=False))
    assert decided(EXPLOITED, finding(**VULNERABLE), knowing).problems == ()


def test_without_vulnerabilities_nobody_has_to_know_of_exploitation() -> None:
    assert decided(EXPLOITED, finding()).problems == ()


def test_a_severity_that_nobody_gives_is_not_low() -> None:
    text = """\
        gate:
          - {name: a, when: {severity: {at_most: low}}, decide: warn}
          - {name: b, when: {severity: unknown}, decide: block}
        """
    assert action(text, finding("unknown")) == "block"


def test_a_finding_of_unknown_age_counts_as_new() -> None:
    text = "gate: [{name: a, when: {is_new: true}, decide: block}]"
    assert action(text, finding()) == "block"
    assert action(text, finding(), where=context(is_new=True)) == "block"
    assert action(text, finding(), where=context(is_new=False)) == "allow"


def test_a_test_on_a_list_is_about_one_of_its_members() -> None:
    text = "gate: [{name: a, when: {%s}, decide: block}]"
    vulnerable = finding(**VULNERABLE, cwe=(79, 80))
    for yes in ("id: CVE-2024-1", 'id: {like: "CVE-*"}', "cwe: {in: [80]}", "tool: gatepost", "cwe: {includes: 79}"):
        assert action(text % yes, vulnerable) == "block", yes
    for no in ("id: CVE-2024-2", "cwe: {in: [8]}", "tool: {not: gatepost}"):
        assert action(text % no, vulnerable) == "allow", no


def test_tags_and_packages_can_be_asked_for() -> None:
    when = "{tag.team: blue, package.name: openssl, package.version: {at_most: '1.1'}}"
    text = f"gate: [{{name: a, when: {when}, decide: block}}]"
    assert action(text, finding(**VULNERABLE, tags={"team": "blue"})) == "block"
    assert action(text, finding(**VULNERABLE)) == "allow"


def test_the_policy_gives_a_rule_another_severity_and_says_so() -> None:
    text = "extends: recommended\nrules: {aws/s3/bucket-versioning: {severity: low}}"
    decision = decided(text, finding("critical")).decisions[0]
    assert decision.action == "allow"
    assert decision.assessment.finding.severity == "low"
    assert decision.notes == ("severity low is from gatepost.yaml:3, the rule says critical",)


def matters(text: str, *, problem: bool = False) -> Decided:
    broken = Problem(at("a.tf"), "cannot be read", "")
    return decide(
        Side(
            policy(text),
            undecided=() if problem else ((undecided("critical"), context()),),
            problems=((broken, context()),) if problem else (),
        ),
        today=TODAY,
    )


def test_severity_alone_never_blocks_what_could_not_be_decided() -> None:
    assert matters("gate: [{name: a, when: {severity: critical}, decide: block}]").undecided[0].action == "allow"
    both = "gate: [{name: a, when: {undecided: true, severity: critical}, decide: block}]"
    assert matters(both).undecided[0].action == "block"


def test_problems_are_decided_by_lines_that_say_so() -> None:
    assert matters("gate: [{name: a, when: {}, decide: block}]", problem=True).problems[0].action == "allow"
    line = "gate: [{name: a, when: {problem: true, path: {like: '*.tf'}}, decide: block}]"
    assert matters(line, problem=True).problems[0].action == "block"


ORGANISATION = "gate: [{name: company, when: {severity: {at_least: high}}, decide: block}]"


def with_organisation(repository: str, organisation: str, *found, **more) -> Decided:
    sides = [Side(policy(repository), assessed(*found)), Side(policy(organisation, "company.yaml"), assessed(*found))]
    return decide(*sides, today=TODAY, **more)


def test_the_stricter_policy_counts() -> None:
    result = with_organisation(
        "gate: [{name: a, when: {}, decide: warn}]", ORGANISATION, finding("high"), finding("low")
    )
    assert [d.action for d in result.decisions] == ["block", "warn"]
    assert [d.because.name for d in result.decisions if d.because] == ["company", "a"]
    assert result.policy == "gatepost.yaml and company.yaml"


def test_a_repository_cannot_soften_its_organisation() -> None:
    softening = """\
        extends: recommended
        mode: observe
        rules: {aws/s3/bucket-versioning: {severity: info, enabled: false}}
        waivers: [{rule: "*", until: 2027-01-01, why: because, by: me}]
        """
    result = with_organisation(softening, ORGANISATION, finding("high"))
    assert result.mode == "enforce"
    assert result.decisions[0].action == "block"
    assert result.decisions[0].waiver is None
    assert result.decisions[0].assessment.finding.severity == "high"


def test_a_waiver_that_the_organisation_does_not_accept_is_told() -> None:
    waiving = "extends: recommended\nwaivers: [{rule: '*', until: 2027-01-01, why: because, by: me}]"
    result = with_organisation(waiving, ORGANISATION, finding("high"))
    assert "waived at gatepost.yaml:3, which company.yaml does not accept" in result.decisions[0].notes
    assert result.unused_waivers == ()


def test_what_an_observing_policy_would_block_is_a_warning_beside_one_that_enforces() -> None:
    observing = "mode: observe\ngate: [{name: a, when: {}, decide: block}]"
    decision = with_organisation(observing, ORGANISATION, finding("low")).decisions[0]
    assert decision.action == "warn"
    assert decision.notes == ("would block under gatepost.yaml, whose mode is observe",)
    assert with_organisation(observing, "mode: observe\n" + ORGANISATION, finding("low")).mode == "observe"


def test_each_line_is_explained_and_those_after_the_one_that_decides_are_not_asked() -> None:
    text = """\
        gate:
          - {name: exploited, when: {known_exploited: true}, decide: block}
          - {name: critical, when: {severity: critical}, decide: block}
          - {name: high, when: {severity: {at_least: high}}, decide: warn}
          - {name: never asked, when: {severity: low}, decide: warn}
        """
    steps = explain(policy(text), assessed(finding("high", **VULNERABLE))[0], TODAY)
    assert [(step.number, step.line.name, step.outcome, step.why) for step in steps] == [
        (1, "exploited", "not known", "known_exploited is not known"),
        (2, "critical", "no match", "severity is high"),
        (3, "high", "match", "severity is high"),
        (4, "never asked", "not asked", ""),
    ]


def test_a_group_of_facts_can_be_asked_for_as_a_whole() -> None:
    text = "gate: [{name: a, when: {package: {exists: true}}, decide: block}]"
    assert [action(text, finding(**VULNERABLE)), action(text, finding())] == ["block", "allow"]
    tagged = "gate: [{name: a, when: {tag: {some: blue}}, decide: block}]"
    assert [action(tagged, finding(tags={"team": "blue"})), action(tagged, finding())] == ["block", "allow"]


def test_facts_that_stand_in_an_operand_are_asked_for_anew() -> None:
    text = 'gate: [{name: a, when: {resource: "${category}"}, decide: block}]'
    same, other = finding(resource="storage"), finding(resource="storage")._replace(category="network")
    assert [d.action for d in decided(text, same, other).decisions] == ["block", "allow"]
