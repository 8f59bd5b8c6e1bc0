"""What a waiver may be narrowed by, when it holds, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from gate_samples import TODAY, action, at, context, decided, error, finding, policy

from gatepost.gate import Decided, Side, decide
from gatepost.model.changes import Fix
from gatepost.model.decisions import Assessment, Waiver, WaiverUse
from gatepost.model.findings import Finding, Package

BLOCK = "gate: [{name: all, when: {}, decide: block}]\n"
LODASH = Package("lodash", "4.17.20", (), "pkg:npm/lodash@4.17.20", "npm")


def with_waivers(*waivers: str, more: str = "") -> str:
    listed = "".join(f"  - {{{waiver}, why: because, by: me@example.com}}\n" for waiver in waivers)
    return f"{BLOCK}{more}\nwaivers:\n{listed}"


def use(text: str, *findings: Finding, **more: Any) -> WaiverUse:
    return decided(text, *findings, **more).waivers[0]


@pytest.mark.parametrize(
    "scope",
    [
        "package: lodash",
        "package: LODASH",
        'package: "lod*"',
        'package: "pkg:npm/lodash"',
        'package: "pkg:npm/lodash@4.17.20"',
        'package: "lodash >=4.0 <4.17.21"',
        'package: "pkg:npm/lodash <4.17.21"',
        "package: [other, lodash]",
        "vulnerability: CVE-2021-1",
        "vulnerability: cve-2021-1",
        "vulnerability: GHSA-abcd",
        'vulnerability: "CVE-2021-*"',
        "vulnerability: [CVE-1999-1, GHSA-abcd]",
        "fingerprint: 0123456789abcdef",
        "vulnerability: CVE-2021-1, package: lodash, path: main.tf",
        'path: [other, "*.tf"]',
    ],
)
def test_a_scope_covers(scope: str) -> None:
    found = finding(package=LODASH, ids=("CVE-2021-1", "GHSA-abcd"), fingerprint="0123456789abcdef")
    assert action(with_waivers(f"{scope}, until: 2027-01-01"), found) == "allow"


@pytest.mark.parametrize(
    "scope",
    [
        "package: lodash-es",
        'package: "pkg:pypi/lodash"',
        'package: "pkg:npm/lodash@4.17.2"',
        'package: "lodash <4.17.20"',
        'package: "lodash >=5 || <4"',
        "vulnerability: CVE-2021-11",
        "fingerprint: 0123456789abcdee",
        "vulnerability: CVE-2021-1, package: left-pad",
        "vulnerability: CVE-2021-1, path: other.tf",
    ],
)
def test_a_scope_does_not_cover(scope: str) -> None:
    found = finding(package=LODASH, ids=("CVE-2021-1", "GHSA-abcd"), fingerprint="0123456789abcdef")
    assert action(with_waivers(f"{scope}, until: 2027-01-01"), found) == "block"


@pytest.mark.parametrize("fingerprint", ["0123456789012345", "12345678e9012345", "1234567890123456"])
def test_a_fingerprint_that_looks_like_a_number_is_taken_as_it_is_written(fingerprint: str) -> None:
    found = finding(fingerprint=fingerprint)
    assert action(with_waivers(f"fingerprint: {fingerprint}, until: 2027-01-01"), found) == "allow"


def test_names_of_pypi_are_compared_as_pypi_does() -> None:
    found = finding(package=Package("Zope.Interface", "5.0", (), "pkg:pypi/zope-interface@5.0", "pypi"))
    for scope in ("package: zope_interface", 'package: "pkg:pypi/Zope.Interface"', 'package: "zope.interface <6"'):
        assert action(with_waivers(f"{scope}, until: 2027-01-01"), found) == "allow"


def test_a_range_says_nothing_of_versions_whose_order_is_not_known() -> None:
    found = finding(package=Package("openssl", "3.0.1-8", (), "pkg:deb/debian/openssl@3.0.1-8", "deb"))
    assert action(with_waivers('package: "openssl <4", until: 2027-01-01'), found) == "block"
    assert action(with_waivers("package: openssl, until: 2027-01-01"), found) == "allow"


def test_a_waiver_for_an_environment_holds_only_there() -> None:
    text = with_waivers("rule: '*', environment: staging, until: 2027-01-01")
    assert action(text, finding(), where=context("staging")) == "allow"
    assert action(text, finding(), where=context("production")) == "block"
    both = decided(text, finding(), where=context("staging", "production")).decisions[0]
    assert (both.action, both.waiver) == ("block", None)
    assert both.notes == ("the waiver at gatepost.yaml:5 does not hold in production",)


def test_the_strictest_of_what_is_left_counts() -> None:
    text = """\
        gate:
          - {name: prod, when: {environment: production}, decide: block}
          - {name: rest, when: {}, decide: warn}
        waivers: [{rule: "*", environment: production, until: 2027-01-01, why: x, by: y}]
        """
    both = decided(text, finding(), where=context("staging", "production")).decisions[0]
    assert both.action == "warn"
    assert both.because is not None
    assert both.because.name == "rest"


def test_two_waivers_for_two_environments_waive_together() -> None:
    text = with_waivers(
        "rule: '*', environment: staging, until: 2027-01-01", "rule: '*', environment: 'prod*', until: 2027-01-01"
    )
    assert action(text, finding(), where=context("staging", "production")) == "allow"


def test_what_a_line_allows_in_the_other_environment_is_waived() -> None:
    text = """\
        gate: [{name: prod, when: {environment: production}, decide: block}]
        waivers: [{rule: "*", environment: production, until: 2027-01-01, why: x, by: y}]
        """
    both = decided(text, finding(), where=context("staging", "production")).decisions[0]
    assert (both.action, both.waiver is not None) == ("allow", True)


def test_a_waiver_does_not_hold_before_its_first_day() -> None:
    text = with_waivers("rule: '*', from: 2026-11-22, until: 2027-01-01")
    result = decided(text, finding())
    assert result.decisions[0].action == "block"
    assert result.decisions[0].notes == ("the waiver at gatepost.yaml:5 is not valid before 2026-11-22",)
    assert result.waivers[0].states == ("not_yet_valid",)
    assert action(with_waivers("rule: '*', from: 2026-11-21, until: 2027-01-01"), finding()) == "allow"


@pytest.mark.parametrize(
    ("waiver", "states"),
    [
        ("rule: '*', until: 2027-01-01", ("active",)),
        ("rule: '*', until: 2026-11-20", ("expired",)),
        ("rule: none, until: 2026-11-20", ("expired", "unused")),
        ("rule: none, until: 2027-01-01", ("unused",)),
        ("rule: none, from: 2026-12-01, until: 2027-01-01", ("not_yet_valid",)),
        ("rule: '*', until: 2026-12-05", ("expiring",)),
        ("rule: '*', until: 2026-12-06", ("active",)),
        ("rule: none, until: 2026-12-05", ("unused", "expiring")),
    ],
)
def test_the_state_of_a_waiver(waiver: str, states: tuple[str, ...]) -> None:
    assert use(with_waivers(waiver), finding()).states == states


def test_the_time_of_warning_is_the_policys() -> None:
    text = with_waivers("rule: '*', until: 2026-12-06", more="waiver_rules: {warn_before: 4w}")
    assert use(text, finding()).states == ("expiring",)


def test_a_fix_that_exists_is_told() -> None:
    fixed = finding(fixes=(Fix("t", (), "safe", "proved"),), resource="aws_s3_bucket.b")
    assert use(with_waivers("rule: '*', until: 2027-01-01"), fixed).notes == ("aws_s3_bucket.b has a proved fix",)
    vulnerable = finding(package=LODASH._replace(fixed_versions=("4.17.21",)), ids=("CVE-1",))
    told = use(with_waivers("rule: '*', until: 2027-01-01"), vulnerable)
    assert (told.states, told.notes) == (("fix_exists",), ("CVE-1 is fixed in lodash 4.17.21",))


def states(*waivers: str, where: tuple[Finding, ...] = (), more: str = "") -> list[str]:
    found = where or (finding(), finding(rule="a/b", location=at("b.tf")))
    return [one.state for one in decided(with_waivers(*waivers, more=more), *found).waivers]


def test_a_waiver_that_another_one_covers_is_shadowed() -> None:
    assert states("path: main.tf, until: 2027-01-01", "rule: '*', until: 2027-01-01") == ["shadowed", "active"]
    assert states("rule: '*', until: 2027-01-01", "path: main.tf, until: 2027-01-01") == ["active", "shadowed"]


def test_of_two_that_cover_the_same_one_stays() -> None:
    assert states("path: main.tf, until: 2027-01-01", "path: main.tf, until: 2027-01-01") == ["active", "shadowed"]
    assert states("path: main.tf, until: 2027-01-01", "path: main.tf, until: 2027-01-02") == ["shadowed", "active"]


def test_a_wider_one_that_ends_earlier_shadows_nothing() -> None:
    assert states("path: main.tf, until: 2027-01-01", "rule: '*', until: 2026-12-31") == ["active", "active"]


def test_one_for_fewer_environments_shadows_nothing_wider() -> None:
    waivers = "path: main.tf, until: 2027-01-01", "rule: '*', environment: staging, until: 2027-01-01"
    side = Side(policy(with_waivers(*waivers)), (Assessment(finding(), context("staging", "production")),))
    assert [one.state for one in decide(side, today=TODAY).waivers] == ["active", "shadowed"]


def test_a_waiver_of_what_passes_anyway_is_shadowed() -> None:
    text = f"gate: []\nextends: recommended\n{with_waivers('rule: none, until: 2027-01-01').partition(chr(10))[2]}"
    assert use(text.replace("rule: none", "rule: '*'"), finding("low")).notes == (
        "all it covers would pass without it",
    )


def test_what_passes_only_because_it_is_old_still_needs_its_waiver() -> None:
    text = """\
        gate: [{name: new, when: {is_new: true}, decide: block}]
        waivers: [{rule: "*", until: 2027-01-01, why: x, by: y}]
        """
    assert use(text, finding(), where=context(is_new=False)).state == "active"


@pytest.mark.parametrize(
    ("rules", "waiver", "told"),
    [
        ("longest: 30d", "until: 2026-12-22", "it runs to 2026-12-22, and gatepost.yaml allows 30 days from today"),
        ("longest: 30d", "from: 2026-11-01, until: 2026-12-22", "allows 30 days from 2026-11-01"),
        ("by: ['*@acme.com']", "until: 2026-12-01", "gatepost.yaml does not let me@example.com answer for one"),
        ("by: codeowners", "until: 2026-12-01", "CODEOWNERS names no owner of it"),
    ],
)
def test_a_waiver_that_breaks_the_rules_does_not_count(rules: str, waiver: str, told: str) -> None:
    result = decided(with_waivers(f"rule: '*', {waiver}", more=f"waiver_rules: {{{rules}}}"), finding())
    assert result.decisions[0].action == "block"
    assert told in result.decisions[0].notes[0]
    assert result.waivers[0].state == "refused"


@pytest.mark.parametrize(
    ("rules", "waiver"),
    [
        ("longest: 30d", "until: 2026-12-21"),
        ("longest: 30d", "from: 2026-11-01, until: 2026-12-01"),
        ("by: ['*@EXAMPLE.com', other]", "until: 2026-12-01"),
    ],
)
def test_a_waiver_that_keeps_the_rules_counts(rules: str, waiver: str) -> None:
    assert action(with_waivers(f"rule: '*', {waiver}", more=f"waiver_rules: {{{rules}}}"), finding()) == "allow"


def test_owners_of_the_file_may_answer() -> None:
    text = with_waivers("rule: '*', until: 2026-12-01", more="waiver_rules: {by: codeowners}")
    for owners, expected in ((("@acme/sec", "ME@example.com"), "allow"), (("@acme/sec",), "block")):
        side = Side(policy(text), (Assessment(finding(), context()),), owners=lambda path, known=owners: known)
        assert decide(side, today=TODAY).decisions[0].action == expected


@pytest.mark.parametrize(
    ("waiver", "message"),
    [
        ("environment: staging, until: 2027-01-01", "this waiver names no rule, path, resource"),
        ("rule: a, from: 2027-01-02, until: 2027-01-01", "this waiver ends before it begins"),
        ("rule: a, from: soon, until: 2027-01-01", '"soon" is not a date'),
        ("fingerprint: 0123, until: 2027-01-01", '"0123" is no fingerprint'),
        ('package: "lodash 4", until: 2027-01-01', '"4" is no range of versions'),
        ('package: "pkg:lodash", until: 2027-01-01', '"pkg:lodash" is no package URL'),
        ('package: "pkg:npm/a@1 <2", until: 2027-01-01', "a package URL with a version takes no range behind it"),
        ("rule: [], until: 2027-01-01", "`rule` is an empty list"),
        ("rule: a, until: 2027-01-01, vex: not_affected", "`vex` states something of a vulnerability"),
        ("vulnerability: 'CVE-*', until: 2027-01-01, vex: fixed", "`vex` states something of a vulnerability"),
        ("vulnerability: C, until: 2027-01-01, vex: not_affected", "`vex: not_affected` has no `justification`"),
        ("vulnerability: C, until: 2027-01-01, vex: gone", '`vex` cannot be "gone"'),
        ("vulnerability: C, until: 2027-01-01, vex: fixed, justification: x", "`vex: fixed` takes no `justification`"),
        (
            "vulnerability: C, until: 2027-01-01, vex: not_affected, justification: x",
            '`justification` cannot be "x"',
        ),
        ("vulnerability: C, until: 2027-01-01, justification: x", "`justification` is of `vex: not_affected`"),
        (
            "vulnerability: C, environment: e, until: 2027-01-01, vex: fixed",
            "`vex` states something of the software, whatever environment it runs in",
        ),
        ('rule: "a\\u202eb", until: 2027-01-01', "`rule` has characters that are not seen"),
        ('rule: "a\\u200b", until: 2027-01-01', "`rule` has characters that are not seen"),
        ('rule: a, until: 2027-01-01, ticket: "\\u2066"', "`ticket` has characters that are not seen"),
    ],
)
def test_a_waiver_that_cannot_take_effect_does_not_load(waiver: str, message: str) -> None:
    assert error("version: 1\n" + with_waivers(waiver)).message.startswith(message)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("{}", "`waiver_rules` says nothing"),
        ("{longest: ever}", '"ever" is no number of days'),
        ("{require: [why]}", '`require` cannot ask for "why"'),
        ("{warn: 1d}", 'unknown key "warn" in `waiver_rules`'),
    ],
)
def test_rules_that_cannot_take_effect_do_not_load(rules: str, message: str) -> None:
    assert error(f"version: 1\n{BLOCK}waiver_rules: {rules}").message == message


def test_an_environment_that_there_is_not_does_not_load() -> None:
    known = "environments: {production: {path: prod/}}\n"
    text = with_waivers("rule: a, environment: [production, prodution], until: 2027-01-01", more=known)
    fault = error("version: 1\n" + text)
    assert fault.message == 'unknown environment "prodution"'
    assert fault.hint == 'did you mean "production"? (defined on line 3)'
    error_free = with_waivers("rule: a, environment: ['prod*', unknown], until: 2027-01-01", more=known)
    assert decided(error_free).waivers


def test_waivers_that_overlap_without_end_are_counted_but_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.gate.waiving._MOST_COVERED", 3)
    text = with_waivers("rule: '*', until: 2027-01-01", "rule: '*', until: 2027-01-01")
    result = decided(text, *(finding(fingerprint=f"{number}") for number in range(5)))
    assert [one.state for one in result.waivers] == ["active", "active"]
    assert {one.action for one in result.decisions} == {"allow"}


def test_of_two_waivers_the_one_that_states_more_is_quoted() -> None:
    plain = "vulnerability: CVE-1, until: 2027-01-01"
    text = with_waivers(plain, f"{plain}, vex: fixed")
    waiver = decided(text, finding(ids=("CVE-1",))).decisions[0].waiver
    assert waiver is not None
    assert waiver.status == "fixed"


def test_what_the_rules_require_has_to_be_there() -> None:
    text = with_waivers("rule: a, until: 2027-01-01", more="waiver_rules: {require: [ticket, from]}")
    assert error("version: 1\n" + text).message == "this waiver has no `ticket`, which `waiver_rules` requires"


def test_a_waiver_tells_its_keys_as_text_and_apart() -> None:
    waiver: Waiver = decided(with_waivers("rule: [a, b], until: 2027-01-01, ticket: T-1")).waivers[0].waiver
    assert (waiver.rule, waiver.of("rule"), waiver.path, waiver.ticket) == ("a, b", ("a", "b"), "", "T-1")


def test_every_decision_tells_which_waivers_there_are() -> None:
    result: Decided = decided(with_waivers("rule: '*', until: 2027-01-01"), finding(fingerprint="f"), finding())
    assert result.waivers[0].covered == ("f", "")
    assert result.waivers[0].days_left == 41
