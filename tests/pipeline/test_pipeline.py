"""From a small repository to a verdict, the way a user sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.model.problems import UsageError
from tests.pipeline.stories import found, inside, judged, request, rules, write

OPEN_SSH = """\
resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
DATABASE = """\
resource "aws_db_instance" "main" {
  storage_encrypted = false
}
"""
SSH = "aws/ec2/ssh-open-to-internet"
STORAGE = "aws/rds/storage-encrypted"
POLICY = "version: 1\nextends: recommended\n"
LENIENT = "version: 1\ngate:\n  - {name: all pass, when: {severity: info}, decide: allow}\n"


def test_something_critical_blocks(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"main.tf": OPEN_SSH})
    (decision,) = found(verdict, SSH)
    assert (verdict.action, verdict.exit_code, decision.action) == ("blocked", 1, "block")
    assert decision.assessment.finding.location.region.start_line == 6
    assert verdict.policy == "recommended (shipped)"


def test_what_is_right_passes(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"main.tf": OPEN_SSH.replace("0.0.0.0/0", "10.0.0.0/8")})
    assert not found(verdict, SSH)
    assert verdict.exit_code == 0


def test_all_three_languages_and_a_report_make_one_verdict(tmp_path: Path) -> None:
    report = [{"line": 2, "code": "DL3002", "message": "m", "column": 1, "file": "Dockerfile", "level": "warning"}]
    files = {
        "infra/main.tf": DATABASE,
        "stack.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  D:\n    Type: AWS::RDS::DBInstance\n",
        "Dockerfile": "FROM alpine:3.20\nUSER root\n",
        "hadolint.json": json.dumps(report),
    }
    verdict = judged(tmp_path, files, reports=(("hadolint.json", None),))
    paths = {decision.assessment.finding.location.path for decision in found(verdict, STORAGE)}
    assert paths == {"infra/main.tf", "stack.yaml"}
    assert (verdict.counts.files, verdict.counts.roots, verdict.counts.reports) == (3, 3, 1)


def test_observe_reports_everything_and_never_fails(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"main.tf": OPEN_SSH, "gatepost.yaml": POLICY + "mode: observe\n"})
    assert (verdict.action, verdict.exit_code) == ("blocked", 0)


def test_a_policy_that_is_named_replaces_the_one_that_lies_there(tmp_path: Path) -> None:
    files = {"main.tf": OPEN_SSH, "gatepost.yaml": LENIENT, "strict.yaml": POLICY}
    assert judged(tmp_path, files).exit_code == 0
    assert judged(tmp_path, files, policy="strict.yaml").exit_code == 1


def test_a_shipped_policy_that_is_misspelt_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        judged(tmp_path, {"main.tf": DATABASE}, policy="recomended")
    assert error.value.hint == 'did you mean the shipped policy "recommended"?'


def test_a_repository_cannot_soften_the_organisations_policy(tmp_path: Path) -> None:
    soft = LENIENT + "mode: observe\nrules:\n  aws/ec2/ssh-open-to-internet: {enabled: false}\n"
    verdict = judged(
        tmp_path, {"main.tf": OPEN_SSH, "gatepost.yaml": soft, "org.yaml": POLICY}, organisation_policy="org.yaml"
    )
    assert verdict.exit_code == 1


def test_a_setting_that_a_condition_asks_for_is_the_organisations(tmp_path: Path) -> None:
    wide = (
        'resource "aws_iam_policy" "p" {\n  policy = jsonencode({Statement = [{Effect = "Allow", Action = "*", '
        'Resource = "*", Condition = {StringEquals = {"my:key" = "v"}}}]})\n}\n'
    )
    soft = POLICY + "rules:\n  aws/iam/everything-allowed: {narrowing_keys: ['my:key']}\n"
    files = {"main.tf": wide, "gatepost.yaml": soft, "org.yaml": POLICY}
    assert "aws/iam/everything-allowed" not in rules(judged(tmp_path, files))
    verdict = judged(tmp_path, files, organisation_policy="org.yaml")
    assert "aws/iam/everything-allowed" in rules(verdict)
    assert "narrowing_keys" in verdict.notes[0]


def test_a_waiver_holds_until_its_day_is_over(tmp_path: Path) -> None:
    waiver = f"waivers:\n  - {{rule: {SSH}, until: 2026-11-21, why: w, by: b}}\n"
    files = {"main.tf": OPEN_SSH, "gatepost.yaml": POLICY + waiver}
    (waived,) = found(judged(tmp_path, files), SSH)
    assert (waived.action, waived.waiver is not None) == ("allow", True)
    with inside(tmp_path):
        from gatepost.pipeline import check

        (expired,) = found(check(request()._replace(today="2026-11-22")), SSH)
    assert expired.action == "block"
    assert "expired" in " ".join(expired.notes)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "main.tf",
            OPEN_SSH.replace("    cidr", f'    # gatepost: waive {SSH} until=2027-01-01 by=me why="w"\n    cidr'),
        ),
        (
            "Dockerfile",
            'FROM alpine:3.20\n# gatepost: waive docker/runs-as-root until=2027-01-01 by=me why="w"\nUSER root\n',
        ),
        (
            "stack.yaml",
            "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n"
            f'  # gatepost: waive {STORAGE} until=2027-01-01 by=me why="w"\n  D:\n    Type: AWS::RDS::DBInstance\n',
        ),
    ],
)
def test_a_waiver_beside_the_code_holds_in_every_language(tmp_path: Path, name: str, text: str) -> None:
    verdict = judged(tmp_path, {name: text})
    assert any(decision.waiver is not None for decision in verdict.decisions)
    assert not verdict.unused_waivers


def test_an_unused_waiver_is_told(tmp_path: Path) -> None:
    waiver = f"waivers:\n  - {{rule: {SSH}, until: 2027-11-21, why: w, by: b}}\n"
    verdict = judged(tmp_path, {"main.tf": DATABASE, "gatepost.yaml": POLICY + waiver})
    assert [unused.rule for unused in verdict.unused_waivers] == [SSH]


def test_a_value_is_followed_to_the_file_that_sets_it(tmp_path: Path) -> None:
    files = {
        "main.tf": OPEN_SSH.replace('["0.0.0.0/0"]', "var.from") + '\nvariable "from" {}\n',
        "terraform.tfvars": 'from = ["0.0.0.0/0"]\n',
    }
    (decision,) = found(judged(tmp_path, files), SSH)
    finding = decision.assessment.finding
    assert finding.location.path == "main.tf"
    assert finding.origins[-1].location is not None
    assert finding.origins[-1].location.path == "terraform.tfvars"


def test_a_var_file_of_the_command_line_counts(tmp_path: Path) -> None:
    files = {
        "main.tf": OPEN_SSH.replace('["0.0.0.0/0"]', "var.from") + '\nvariable "from" {}\n',
        "p.tfvars": 'from = ["::/0"]\n',
    }
    assert not found(judged(tmp_path, files), SSH)
    assert any(one.undecided.rule == SSH for one in judged(tmp_path, files).undecided)
    assert found(judged(tmp_path, files, var_files=("p.tfvars",)), SSH)


def test_a_module_is_judged_where_it_is_called(tmp_path: Path) -> None:
    call = 'module "{}" {{\n  source = "../modules/db"\n  on = {}\n}}\n'
    files = {
        "live/main.tf": call.format("a", "false") + call.format("b", "true"),
        "modules/db/main.tf": 'variable "on" {}\n\n' + DATABASE.replace("false", "var.on"),
    }
    verdict = judged(tmp_path, files)
    (decision,) = found(verdict, STORAGE)
    assert decision.assessment.finding.resource == "module.a.aws_db_instance.main"
    assert verdict.counts.roots == 1


def test_two_calls_of_one_module_are_one_finding_that_names_both(tmp_path: Path) -> None:
    call = 'module "{}" {{\n  source = "./db"\n}}\n'
    files = {"main.tf": call.format("a") + call.format("b"), "db/main.tf": DATABASE}
    (decision,) = found(judged(tmp_path, files), STORAGE)
    assert "also module.b.aws_db_instance.main" in [one.message for one in decision.assessment.finding.related]


def test_a_file_named_alone_stands_for_its_root_and_only_its_findings_are_told(tmp_path: Path) -> None:
    files = {
        "a.tf": DATABASE,
        "b.tf": OPEN_SSH.replace('["0.0.0.0/0"]', "local.from"),
        "c.tf": 'locals {\n  from = ["0.0.0.0/0"]\n}\n',
    }
    verdict = judged(tmp_path, files, "b.tf")
    assert found(verdict, SSH)
    assert STORAGE not in rules(verdict)


def test_a_module_file_named_alone_is_judged_where_it_is_called(tmp_path: Path) -> None:
    module = 'variable "on" {}\nresource "aws_db_instance" "main" {\n  storage_encrypted = var.on\n}\n'
    call = 'module "db" {\n  source = "../../modules/db"\n  on     = false\n}\n' + DATABASE
    files = {"modules/db/main.tf": module, "live/prod/main.tf": call, "other/main.tf": DATABASE}
    (decision,) = found(judged(tmp_path, files, "modules/db/main.tf"), STORAGE)
    finding = decision.assessment.finding
    assert (finding.location.path, finding.resource) == ("modules/db/main.tf", "module.db.aws_db_instance.main")


def test_what_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    verdict = judged(
        tmp_path, {"main.tf": DATABASE, "broken.tf": 'resource "x" "y" {\n', "Dockerfile": "FROM alpine:3.20\n"}
    )
    assert found(verdict, STORAGE)
    assert [one.problem.location.path for one in verdict.problems] == ["broken.tf"]
    assert verdict.problems[0].action == "block"


def test_nothing_scanned_is_not_a_pass(tmp_path: Path) -> None:
    files = {"readme.md": "nothing here", "gatepost.yaml": LENIENT}
    assert judged(tmp_path, files).exit_code == 3
    assert judged(tmp_path, files, allow_empty=True).exit_code == 0


def test_the_environment_of_the_command_line_has_to_be_known(tmp_path: Path) -> None:
    policy = POLICY + "environments:\n  production: {path: ['live/**']}\n"
    with pytest.raises(UsageError, match="prodution"):
        judged(tmp_path, {"main.tf": DATABASE, "gatepost.yaml": policy}, environment="prodution")


def test_the_same_input_gives_the_same_verdict_with_any_number_of_processes(tmp_path: Path) -> None:
    files = {f"r{n}/main.tf": DATABASE.replace("main", f"m{n}") + OPEN_SSH for n in range(12)}
    with inside(write(tmp_path, files)):
        from gatepost.pipeline import check

        alone, spread = check(request()), check(request()._replace(jobs=3))
    assert alone.decisions == spread.decisions
    assert alone.undecided == spread.undecided


def test_a_scanner_that_saw_the_same_is_a_second_detector(tmp_path: Path) -> None:
    failed = {
        "check_id": "CKV_AWS_16", "check_name": "n", "file_path": "/main.tf", "file_line_range": [1, 3],
        "resource": "aws_db_instance.main", "severity": "HIGH", "check_result": {"result": "FAILED"},
    }  # fmt: skip
    report = {"check_type": "terraform", "results": {"failed_checks": [failed]}, "summary": {"failed": 1, "passed": 0}}
    files = {"main.tf": DATABASE, "checkov.json": json.dumps(report)}
    (decision,) = found(judged(tmp_path, files, reports=(("checkov.json", None),)), STORAGE)
    assert [detector.tool for detector in decision.assessment.finding.detectors] == ["gatepost", "checkov"]


def test_a_parameter_file_that_is_one_of_terraforms_own_is_taken_by_no_template(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no template has a parameter"):
        judged(tmp_path, {"main.tf": "locals {}\n"}, parameter_files=(str(tmp_path / "main.tf"),))
