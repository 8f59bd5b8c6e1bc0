from __future__ import annotations

from pathlib import Path

import pytest
from gate_samples import KNOWN_RULES, TODAY, error, policy, shipped

from gatepost.gate import load
from gatepost.gate.cases import run_cases
from gatepost.model.places import Source
from gatepost.model.problems import UsageError

LINE = "gate: [{name: a, when: {severity: high}, decide: block}]\n"


def test_lines_of_what_is_extended_come_after_ours() -> None:
    names = [line.name for line in policy("extends: recommended\n" + LINE).lines]
    assert names[0] == "a"
    assert "nothing critical" in names[1:]


def test_a_chain_of_policies_is_followed() -> None:
    extended = policy("extends: observe")
    assert extended.mode == "observe"
    assert extended.lines[0].policy == "recommended (shipped)"


def test_a_line_keeps_its_place() -> None:
    line = policy(LINE).lines[0]
    assert (line.location.path, line.location.region.start_line) == ("gatepost.yaml", 2)


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ("version: 1\nextend: strict\n", 2, 1, 'unknown key "extend" in the policy', 'did you mean "extends"?'),
        ("version: 1\nextends: strickt\n", 2, 10, '`extends` cannot be "strickt"', 'did you mean "strict"?'),
        ("extends: strict\n", 1, 1, "the policy has no `version`", "begin with `version: 1`"),
        ("version: 2\nextends: strict\n", 1, 10, "this Gatepost reads policies of version 1", ""),
        ("version: 1\n", 1, 1, "this policy decides nothing: it has neither `gate` nor `extends`", None),
        ("version: 1\nextends: strict\nmode: warn\n", 3, 7, '`mode` cannot be "warn"', "known here: enforce, observe"),
        ("version: 1\ngate: [{name: a, decide: block}]\n", 2, 8, 'the line "a" has no `when`', ""),
        ("version: 1\ngate: [{name: a, when: {}, decide: deny}]\n", 2, 36, '`decide` cannot be "deny"', None),
        (
            "version: 1\ngate: [{name: a, when: {severty: high}, decide: block}]\n",
            2,
            25,
            None,
            'did you mean "severity"?',
        ),
        (
            "version: 1\ngate: [{name: a, when: {any: [{severity: high}, {epps: 1}]}, decide: block}]\n",
            2,
            50,
            None,
            'did you mean "epss"?',
        ),
        (
            "version: 1\nextends: strict\nrules: {aws/s3/bucket-versionin: {enabled: false}}\n",
            3,
            9,
            'there is no rule "aws/s3/bucket-versionin"',
            'did you mean "aws/s3/bucket-versioning"?',
        ),
        (
            "version: 1\nextends: strict\nrules: {aws/ec2/ssh-open-to-internet: {trusted: 10.0.0.0/8}}\n",
            3,
            40,
            'rule aws/ec2/ssh-open-to-internet has no setting "trusted"',
            'did you mean "trusted_networks"?',
        ),
        (
            "version: 1\nextends: strict\nenvironments: {production: {infer: true}}\n",
            3,
            29,
            "`infer` stands beside the environments",
            "write environments: {infer: true, …}",
        ),
        (
            "version: 1\nextends: strict\nenvironments: {production: {paths: x}}\n",
            3,
            29,
            'unknown key "paths" in a clause of an environment',
            'did you mean "path"?',
        ),
        (
            "version: 1\nextends: strict\nwaivers: [{rule: a, until: 2027-02-30, why: x, by: y}]\n",
            3,
            28,
            '"2027-02-30" is not a date',
            "write it as YYYY-MM-DD",
        ),
        ("version: 1\nextends: strict\nwaivers: [{rule: a, until: 2027-01-30, by: y}]\n", 3, 11, None, ""),
        ("version: 1\nextends: strict\nhonour: [acme]\n", 3, 10, None, None),
        ("version: 1\nextends: strict\nroutes: [{name: a, when: {}}]\n", 3, 10, 'the route "a" tells nobody', None),
        ("version: 1\nextends: strict\ncases: [{finding: {sevrity: high}, decides: block}]\n", 3, 20, None, None),
        ("version: 1\n  extends: strict\n", None, None, None, None),
        ("- a\n", 1, 1, "the policy has to be a mapping", None),
        ("", 1, 1, "the policy is empty", None),
    ],
)
def test_a_fault_is_told_with_its_place_and_the_word_that_was_meant(
    text: str, line: int | None, column: int | None, message: str | None, hint: str | None
) -> None:
    fault = error(text)
    assert fault.location is not None
    assert fault.location.path == "gatepost.yaml"
    if line is not None:
        assert (fault.location.region.start_line, fault.location.region.start_column) == (line, column)
        assert fault.line == (text.splitlines() or [""])[line - 1]
    if message is not None:
        assert fault.message == message
    if hint is not None:
        assert fault.hint.startswith(hint)
        assert hint or not fault.hint


def test_an_environment_that_is_not_defined_is_a_fault_at_its_name() -> None:
    fault = error(
        """\
        version: 1
        environments:
          production: {path: ["live/**"]}
        gate:
          - name: a
            when: {environment: prodution, severity: critical}
            decide: block
        """
    )
    assert fault.message == 'unknown environment "prodution"'
    assert fault.hint == 'did you mean "production"? (defined on line 3)'
    assert fault.location is not None
    assert fault.location.region == (6, 25, 6, 34)


def test_any_environment_may_be_named_while_the_policy_defines_none() -> None:
    unnamed = policy("gate: [{name: a, when: {environment: blue}, decide: block}]")
    unnamed.require_environment("green")


def test_an_environment_on_the_command_line_has_to_be_known() -> None:
    named = policy("extends: recommended\nenvironments: {staging: {path: a}}")
    named.require_environment("production")
    with pytest.raises(UsageError) as raised:
        named.require_environment("stagin")
    assert raised.value.hint == 'did you mean "staging"?'


def test_an_environment_of_ours_stands_for_one_of_the_same_name_below() -> None:
    clauses = policy("extends: strict\nenvironments: {production: [{path: a}, {tag.env: [x, 2]}]}").environments
    assert [clause.keys for clause in clauses] == [(("path", ("a",)),), (("tag.env", ("x", "2")),)]


def test_two_lines_cannot_have_one_name() -> None:
    assert (
        "two lines"
        in error("version: 1\ngate: [{name: a, when: {}, decide: warn}, {name: a, when: {}, decide: block}]").message
    )


def test_a_waiver_for_everything_does_not_load() -> None:
    fault = error("version: 1\nextends: strict\nwaivers: [{until: 2027-01-01, why: x, by: y}]\n")
    assert "would waive everything" in fault.message


def test_a_route_is_verified() -> None:
    routes = policy(
        "extends: strict\nroutes: [{name: a, when: {severity: high, project: S}, jira: {project: SB, team: T}}]"
    ).routes
    assert routes[0].destinations == {"jira": {"project": "SB", "team": "T"}}
    fault = error("version: 1\nextends: strict\nroutes: [{name: a, when: {}, jira: {team: T}}]\n")
    assert fault.message == "`jira` has no `project`"


def test_truth_is_written_as_yaml_1_2_does() -> None:
    fault = error("version: 1\nextends: strict\nrules: {aws/s3/bucket-versioning: {enabled: no}}\n")
    assert '"no"' in fault.hint


def test_a_policy_that_uses_every_section_loads() -> None:
    text = (Path(__file__).parent / "samples" / "everything.yaml").read_text(encoding="utf-8")
    loaded = load(Source("gatepost.yaml", text, "policy"), shipped, KNOWN_RULES)
    assert loaded.exclude == ("vendor/**",)
    assert loaded.rules["aws/ec2/ssh-open-to-internet"].settings == {"trusted_networks": ["10.20.0.0/16"]}
    assert loaded.honour == ("checkov", "trivy")
    assert [result.failure for result in run_cases(loaded, TODAY)] == ["", ""]
