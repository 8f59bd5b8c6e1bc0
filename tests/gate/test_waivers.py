from __future__ import annotations

import pytest
from gate_samples import TODAY, action, assessed, at, context, decided, finding, policy, undecided

from gatepost.gate import Decided, Inline, Side, decide, read_remarks
from gatepost.model.decisions import Waiver
from gatepost.model.documents import Remark
from gatepost.model.findings import Detector, Finding, Suppression
from gatepost.model.places import Source, Span

BLOCK = "gate: [{name: all, when: {}, decide: block}]\n"
RULE = "aws/s3/bucket-versioning"


def waived(waiver: str, found: Finding) -> str:
    return action(f"{BLOCK}waivers: [{{{waiver}, why: because, by: me}}]", found)


def test_a_waiver_allows_and_is_attached() -> None:
    text = f"{BLOCK}waivers: [{{rule: {RULE}, until: {TODAY}, why: because, by: me}}]"
    decision = decided(text, finding()).decisions[0]
    assert decision.action == "allow"
    assert decision.waiver is not None
    assert decision.waiver.by == "me"
    assert decision.because is not None


def test_an_expired_waiver_does_not_count_and_is_told() -> None:
    text = f"{BLOCK}waivers: [{{rule: {RULE}, until: 2026-11-20, why: because, by: me}}]"
    result = decided(text, finding())
    assert result.decisions[0].action == "block"
    assert result.decisions[0].notes == ("the waiver at gatepost.yaml:3 expired on 2026-11-20",)
    assert result.unused_waivers == ()


def test_a_waiver_that_covers_nothing_is_listed() -> None:
    text = f"{BLOCK}waivers: [{{rule: aws/other, until: 2027-01-01, why: because, by: me}}]"
    assert [waiver.rule for waiver in decided(text, finding()).unused_waivers] == ["aws/other"]


@pytest.mark.parametrize(
    "waiver",
    [
        'rule: "aws/s3/*"',
        'rule: "aws/*"',
        "rule: checkov/CKV_AWS_21",
        "rule: CVE-2024-1",
        'path: "live/**"',
        "path: live/",
        "resource: aws_s3_bucket.b",
        "resource: 'aws_s3_bucket.b[\"eu\"]'",
        'resource: "aws_s3_bucket.*"',
    ],
)
def test_a_waiver_covers(waiver: str) -> None:
    found = finding(
        location=at("live/prod/main.tf"),
        resource='aws_s3_bucket.b["eu"]',
        also_known_as=("checkov/CKV_AWS_21",),
        ids=("CVE-2024-1",),
    )
    assert waived(f"{waiver}, until: 2027-01-01", found) == "allow"


@pytest.mark.parametrize(
    "waiver",
    [
        "rule: aws/s3/bucket",
        'rule: "checkov/*"',
        'path: "prod/**"',
        "resource: aws_s3_bucket.bb",
        "resource: 'aws_s3_bucket.b[\"us\"]'",
        f"rule: {RULE}, path: other.tf",
    ],
)
def test_a_waiver_does_not_cover(waiver: str) -> None:
    found = finding(
        location=at("live/prod/main.tf"), resource='aws_s3_bucket.b["eu"]', also_known_as=("checkov/CKV_AWS_21",)
    )
    assert waived(f"{waiver}, until: 2027-01-01", found) == "block"


def test_an_undecided_rule_can_be_waived() -> None:
    text = f"""\
        gate: [{{name: all, when: {{undecided: true}}, decide: block}}]
        waivers: [{{rule: {RULE}, until: 2027-01-01, why: x, by: y}}]
        """
    result = decide(Side(policy(text), undecided=((undecided(), context()),)), today=TODAY)
    assert result.undecided[0].action == "allow"
    assert result.undecided[0].waiver is not None


def remark(text: str, line: int = 3, until: int = 3, address: str = "") -> Remark:
    source = Source("main.tf", "".join(f"{number:<39}\n" for number in range(20)), "terraform")
    start = source.offset(line, 1)
    return Remark(text, Span(source, start, start + 5), Span(source, start, source.offset(until, 40)), address)


GOOD = f'gatepost: waive {RULE} until=2027-01-01 by=me why="it is public"'


def test_an_inline_waiver_is_read() -> None:
    waiver = read_remarks([remark(GOOD)]).waivers[0]
    assert (waiver.rule, waiver.until, waiver.by, waiver.why) == (RULE, "2027-01-01", "me", "it is public")


EVERY = "a waiver beside the code names the rule that it waives, so this one does not count"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("gatepost: wave x", 'a remark to gatepost says "wave", which is no word it knows'),
        ("gatepost: waive", "a waiver lacks rule and until and by and why, so it does not count"),
        (f"gatepost: waive {RULE} until=2027-01-01 by=me", "a waiver lacks why, so it does not count"),
        (GOOD.replace("2027-01-01", "tomorrow"), 'a waiver has "tomorrow" where a date has to be'),
        (GOOD.replace("by=", "owner="), 'a waiver has no key "owner"'),
        (GOOD.replace('"', ""), "a waiver cannot be read: put the reason in quotes"),
        (GOOD.replace(RULE, "*"), EVERY),
        (GOOD.replace(RULE, "**/*"), EVERY),
        (GOOD[:-1], "a waiver has a quote that does not end"),
        (GOOD + " by=me", "a waiver cannot be read: it gives `by` twice"),
    ],
)
def test_a_malformed_inline_waiver_is_a_problem(text: str, what: str) -> None:
    read = read_remarks([remark(text)])
    assert read.waivers == ()
    assert [problem.what for problem in read.problems] == [what]


def test_a_remark_that_only_speaks_of_gatepost_is_left_alone() -> None:
    assert read_remarks([remark("see the gatepost manual"), remark("https://gatepost:8080/")]) == Inline()


def inline(text: str, found: Finding, policy_text: str = BLOCK, *remarks: Remark) -> Decided:
    return decided(policy_text, found, inline=read_remarks(remarks or [remark(text)]))


def test_an_inline_waiver_covers_what_it_stands_at_and_nothing_else() -> None:
    assert inline(GOOD, finding(location=at("main.tf", 3))).decisions[0].action == "allow"
    assert inline(GOOD, finding(location=at("main.tf", 4))).decisions[0].action == "block"
    assert inline(GOOD, finding(location=at("other.tf", 3))).decisions[0].action == "block"
    above = remark(GOOD, 3, 9)
    assert inline("", finding(location=at("main.tf", 8)), BLOCK, above).decisions[0].action == "allow"


@pytest.mark.parametrize(
    ("permission", "severity", "environment", "told"),
    [
        ("accept: false", "low", "staging", "accepts no waivers beside the code"),
        ("refuse_above: medium", "high", "staging", "refuses them above medium"),
        ("refuse_above: medium", "unknown", "staging", "the severity is not known"),
        ("refuse_in: [production]", "low", "production", "refuses them in production"),
    ],
)
def test_a_policy_can_refuse_inline_waivers(permission: str, severity: str, environment: str, told: str) -> None:
    text = f"{BLOCK}inline_waivers: {{{permission}}}"
    result = decided(text, finding(severity), where=context(environment), inline=read_remarks([remark(GOOD)]))
    assert result.decisions[0].action == "block"
    assert told in result.decisions[0].notes[0]


def test_a_permission_leaves_the_rest_to_be_waived() -> None:
    text = f"{BLOCK}inline_waivers: {{refuse_above: medium, refuse_in: [production]}}"
    result = decided(text, finding("medium"), where=context("staging"), inline=read_remarks([remark(GOOD)]))
    assert result.decisions[0].action == "allow"


def test_an_inline_waiver_counts_for_an_organisation_only_when_its_policy_says_so() -> None:
    read = read_remarks([remark(GOOD)])
    for text, expected in (
        (BLOCK, "block"),
        (BLOCK + "inline_waivers: {refuse_above: high}", "block"),
        (BLOCK + "inline_waivers: {accept: true, refuse_above: high}", "allow"),
    ):
        company = Side(policy(text, "company.yaml"), assessed(finding()))
        result = decide(Side(policy(BLOCK), assessed(finding())), company, inline=read, today=TODAY)
        assert result.decisions[0].action == expected


def test_an_inline_waiver_of_no_use_is_listed() -> None:
    unused = inline(GOOD, finding(location=at("main.tf", 9))).unused_waivers
    assert [waiver.location.region.start_line for waiver in unused] == [3]


@pytest.mark.parametrize(
    ("comment", "tool"),
    [
        ("checkov:skip=CKV_AWS_21:public on purpose", "checkov"),
        ("trivy:ignore:AVD-AWS-0090", "trivy"),
        ("tfsec:ignore:AWS-0090", "tfsec"),
        ("hadolint ignore=DL3008,DL3009", "hadolint"),
        ("nosemgrep: some.rule", "semgrep"),
        ("nosemgrep", "semgrep"),
        ("bridgecrew:skip=CKV_AWS_21", "checkov"),
        ("cfn_nag:skip=W35:not here", "cfn_nag"),
        ("kics-scan ignore-line", "kics"),
    ],
)
def test_the_ignore_comments_of_other_tools_are_told_and_honoured_only_where_the_policy_says(
    comment: str, tool: str
) -> None:
    names = (
        "checkov/CKV_AWS_21",
        "trivy/AWS-0090",
        "tfsec/AWS-0090",
        "hadolint/DL3009",
        "semgrep/some.rule",
        "cfn_nag/W35",
        "kics/x",
    )
    found = finding(also_known_as=names)
    plain = inline(comment, found).decisions[0]
    assert plain.action == "block"
    assert plain.notes[0].startswith(f"{tool} is told to ignore it (comment at main.tf:3")
    honoured = inline(comment, found, f"{BLOCK}honour: [{tool}]").decisions[0]
    assert honoured.action == "allow"


def test_a_suppression_in_a_report_is_told_and_honoured_only_where_the_policy_says() -> None:
    found = finding(
        rule="semgrep/x",
        detectors=(Detector("semgrep", "semgrep/x"),),
        suppressions=(Suppression("inSource", "semgrep", "ignored", "tests"),),
    )
    assert decided(BLOCK, found).decisions[0].notes == (
        "semgrep is told to ignore it (ignored: tests), which gatepost.yaml does not honour",
    )
    assert action(f"{BLOCK}honour: [semgrep]", found) == "allow"


def test_a_checkov_comment_inside_a_resource_is_about_all_of_it() -> None:
    found = finding(location=at("main.tf", 9), resource="aws_s3_bucket.b", also_known_as=("checkov/CKV_AWS_21",))
    inside = remark("checkov:skip=CKV_AWS_21", 3, 3, "aws_s3_bucket.b")
    assert inline("", found, f"{BLOCK}honour: [checkov]", inside).decisions[0].action == "allow"


def test_a_waiver_is_a_waiver_wherever_it_is_written() -> None:
    assert isinstance(read_remarks([remark(GOOD)]).waivers[0], Waiver)
