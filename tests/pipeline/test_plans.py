"""`--plan`: values from recorded plans, places and fixes from the files they were made from."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gatepost.model.decisions import Verdict
from gatepost.model.findings import Finding
from gatepost.model.problems import UsageError
from gatepost.pipeline import check
from gatepost.pipeline.fixing import Chosen, fix_all
from gatepost.reports import FORMATS, render
from gatepost.reports.view import View
from tests.pipeline.stories import inside, request, write

RECORDED = Path(__file__).parents[1] / "languages/plans/recorded"
ACL = "aws/s3/bucket-public-acl"
SSH = "aws/ec2/ssh-open-to-internet"
DISK = "aws/ec2/volume-unencrypted"
NETWORK = "rules: {aws/ec2/ssh-open-to-internet: {trusted_networks: [10.1.0.0/16]}}\n"
POLICY = "version: 1\nextends: recommended\n"
THOROUGH = POLICY + "rules: {audience: thorough}\n"


def laid_out(case: str, folder: Path) -> Path:
    """Copy a recorded root module with its plan, without what was there before and what init had installed."""
    left_out = shutil.ignore_patterns("before", "installed", "arguments", "*.tfstate", "state.json")
    return Path(shutil.copytree(RECORDED / case, folder / "root", ignore=left_out))


def planned(folder: Path, plan: str = "plan.json", *paths: str, **more: Any) -> Verdict:
    with inside(folder):
        return check(request(*paths, plans=((None, plan),), **more))


def all_of(verdict: Verdict, rule: str) -> list[Finding]:
    return [one.assessment.finding for one in verdict.decisions if one.assessment.finding.rule == rule]


def the(verdict: Verdict, rule: str) -> Finding:
    (finding,) = all_of(verdict, rule)
    return finding


def place(finding: Finding) -> tuple[str, int]:
    return finding.location.path, finding.location.region.start_line


def origins(finding: Finding) -> list[tuple[str, str, int]]:
    return [
        (step.what, step.location.path, step.location.region.start_line) for step in finding.origins if step.location
    ]


def problems(verdict: Verdict) -> list[str]:
    return [one.problem.what for one in verdict.problems]


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_finding_stands_on_its_line_and_at_its_origin_in_a_var_file_that_only_the_plan_names(tmp_path: Path) -> None:
    verdict = planned(laid_out("modules", tmp_path))
    finding = the(verdict, SSH)
    assert finding.resource == 'module.net["eu"].aws_security_group.host'
    assert place(finding) == ("net/main.tf", 13)
    assert origins(finding) == [
        ('module.net["eu"].var.admins', "main.tf", 13),
        ("var.admin_networks", "env/prod.tfvars", 2),
    ]
    assert verdict.notes == ("plan.json is the plan of this folder, made with env/prod.tfvars",)
    assert problems(verdict) == []


def test_every_instance_of_for_each_and_count_has_its_own_values(tmp_path: Path) -> None:
    verdict = planned(laid_out("modules", tmp_path))
    assert the(verdict, ACL).resource == 'aws_s3_bucket.data["site"]'
    assert the(verdict, DISK).resource == "aws_ebs_volume.disk[1]"
    assert place(the(verdict, DISK)) == ("main.tf", 34)


def test_the_fix_is_proved_and_written_where_the_value_is_set(tmp_path: Path) -> None:
    folder = laid_out("modules", tmp_path)
    (folder / "gatepost.yaml").write_text(POLICY + NETWORK)
    with inside(folder):
        fixed = fix_all(request(plans=((None, "plan.json"),)), Chosen((SSH,), unsafe=True))
    assert [one.finding.rule for one in fixed.applied] == [SSH]
    assert fixed.after == {
        "env/prod.tfvars": fixed.before["env/prod.tfvars"].replace('["0.0.0.0/0"]', '["10.1.0.0/16"]')
    }
    assert not all_of(fixed.last, SSH)
    assert problems(fixed.last) == []


def test_what_is_fixed_stays_fixed_with_the_plan_from_before(tmp_path: Path) -> None:
    folder = laid_out("changes", tmp_path)
    with inside(folder):
        fixed = fix_all(request(plans=((None, "plan.json"),)), Chosen((ACL, DISK), unsafe=True))
    assert len(fixed.applied) == 2
    for path, text in fixed.after.items():
        (folder / path).write_text(text)
    verdict = planned(folder)
    assert not all_of(verdict, ACL) and not all_of(verdict, DISK)
    (told,) = problems(verdict)
    assert "acl of aws_s3_bucket.kept is written otherwise (main.tf:8)" in told
    assert "encrypted of aws_ebs_volume.disk is written otherwise (main.tf:14)" in told


def test_deleted_resources_are_not_judged_and_moved_and_replaced_ones_are_as_they_will_be(tmp_path: Path) -> None:
    folder = laid_out("changes", tmp_path)
    (folder / "gatepost.yaml").write_text(THOROUGH)
    verdict = planned(folder)
    assert {finding.resource for finding in all_of(verdict, ACL)} == {"aws_s3_bucket.kept"}
    assert the(verdict, DISK).resource == "aws_ebs_volume.disk"  # replaced, and no longer encrypted
    assert not all_of(verdict, "aws/rds/instance-public")
    judged = {one.assessment.finding.resource for one in verdict.decisions}
    assert "aws_sns_topic.news[0]" in judged and "aws_sns_topic.news[1]" not in judged
    assert problems(verdict) == []


def test_what_is_known_only_after_apply_joins_as_it_does_in_the_files(tmp_path: Path) -> None:
    verdict = planned(laid_out("later", tmp_path))
    assert not verdict.undecided
    assert place(the(verdict, "aws/s3/bucket-policy-public")) == ("main.tf", 33)
    assert not all_of(verdict, "aws/s3/bucket-customer-key")


def test_sensitive_values_are_printed_by_no_report(tmp_path: Path) -> None:
    folder = laid_out("later", tmp_path)
    change(folder / "plan.json", "correct-horse-battery", "only-the-plan-knows")
    verdict = planned(folder)
    assert verdict.decisions
    for name in FORMATS:
        assert "only-the-plan-knows" not in render(name, verdict, View(verbose=True)).body


def test_what_a_module_makes_whose_files_are_not_here_stands_at_its_call(tmp_path: Path) -> None:
    verdict = planned(laid_out("registry", tmp_path))
    finding = the(verdict, "aws/s3/public-access-block-incomplete")
    assert place(finding) == ("main.tf", 5)
    told = "module.store from acme/store/aws makes it; its files are not here, so the values are the plan's"
    assert [(one.message, one.location.region.start_line) for one in finding.related] == [(told, 5)]
    assert finding.no_fix == "it lies in a module whose files are not here, and its call does not give it"


def test_what_a_call_gives_to_such_a_module_stands_and_is_fixed_at_its_origin(tmp_path: Path) -> None:
    folder = laid_out("registry", tmp_path)
    (folder / "gatepost.yaml").write_text(POLICY + NETWORK)
    finding = the(planned(folder), SSH)
    assert (finding.resource, place(finding)) == (
        "module.hosts.module.group.aws_security_group.this",
        ("main.tf", 17),
    )
    (fix,) = finding.fixes
    assert [(edit.location.region.start_line, edit.replacement) for edit in fix.edits] == [(2, '"10.1.0.0/16"')]


def test_an_output_of_such_a_module_leads_to_the_resource_it_names(tmp_path: Path) -> None:
    folder = laid_out("registry", tmp_path)
    (folder / "gatepost.yaml").write_text(THOROUGH)
    assert not all_of(planned(folder), "aws/s3/bucket-versioning")


def test_a_plan_of_another_day_is_told_and_what_differs_is_judged_as_the_files_have_it(tmp_path: Path) -> None:
    folder = laid_out("changes", tmp_path)
    change(folder / "main.tf", 'acl    = "public-read"', 'acl    = "private"')
    change(folder / "main.tf", "aws_sns_topic", "aws_sqs_queue")
    verdict = planned(folder)
    (told,) = verdict.problems
    assert told.problem.location.path == "plan.json"
    assert told.problem.what.endswith(
        "was not made from the files as they are: aws_sns_topic.news is not in them; "
        "acl of aws_s3_bucket.kept is written otherwise (main.tf:8); aws_sqs_queue.news is new (main.tf:17)"
    )
    assert "terraform plan -out=tfplan && terraform show -json tfplan > plan.json" in told.problem.hint
    assert not all_of(verdict, ACL)


def test_a_changed_block_reference_or_default_is_told_too(tmp_path: Path) -> None:
    folder = laid_out("modules", tmp_path)
    change(folder / "net/main.tf", "cidr_blocks = var.admins", "cidr_blocks = var.web")
    change(folder / "main.tf", 'availability_zone = "eu-west-1a"', "availability_zone = var.admin_networks[0]")
    change(folder / "main.tf", "type = list(string)", "type = list(string)\n  default = []")
    (told,) = problems(planned(folder))
    assert "default of var.admin_networks is another (main.tf:3)" in told
    assert "availability_zone of aws_ebs_volume.disk is written otherwise" in told


def test_a_plan_with_targets_is_told_and_the_rest_is_judged_as_the_files_have_it(tmp_path: Path) -> None:
    verdict = planned(laid_out("target", tmp_path))
    assert problems(verdict) == ["the plan is not complete: what it leaves out is judged as the files have it"]
    assert {finding.resource for finding in all_of(verdict, ACL)} == {"aws_s3_bucket.a", "aws_s3_bucket.b"}


def test_a_plan_that_ended_with_an_error_is_one_problem_and_the_files_are_judged(tmp_path: Path) -> None:
    verdict = planned(laid_out("errored", tmp_path))
    assert problems(verdict) == ["the plan ended with an error, so it says only in part what will be"]
    assert len(all_of(verdict, ACL)) == 1


def test_a_value_that_no_file_gives_is_shown_and_not_written_over(tmp_path: Path) -> None:
    folder = laid_out("modules", tmp_path)
    (folder / "gatepost.yaml").write_text(POLICY + NETWORK)
    (folder / "env/prod.tfvars").unlink()
    finding = the(planned(folder), SSH)
    assert place(finding) == ("net/main.tf", 13)
    assert "var.admin_networks" in finding.no_fix


def test_a_plan_belongs_to_the_root_that_declares_what_it_plans(tmp_path: Path) -> None:
    for case in ("changes", "later", "target"):
        laid_out(case, tmp_path / case)
        shutil.move(tmp_path / case / "root", tmp_path / f"live-{case}")
        (tmp_path / case).rmdir()
    verdict = planned(tmp_path, "live-later/plan.json")
    assert verdict.notes == ("live-later/plan.json is the plan of live-later",)


def test_two_roots_that_are_alike_want_to_be_told_apart(tmp_path: Path) -> None:
    text = (RECORDED / "target/main.tf").read_text()
    write(tmp_path, {"a/main.tf": text, "b/main.tf": text, "p.json": (RECORDED / "target/plan.json").read_text()})
    with pytest.raises(UsageError) as error:
        planned(tmp_path, "p.json")
    assert "may belong to 'a' or 'b'" in error.value.message
    with inside(tmp_path):
        verdict = check(request(plans=(("b", "p.json"),)))
    assert verdict.notes == ("p.json is the plan of b",)


@pytest.mark.parametrize(
    ("plans", "told"),
    [
        (((None, "nowhere.json"),), "there is no plan 'nowhere.json'"),
        ((("elsewhere", "plan.json"),), "'elsewhere' is no Terraform root module that is judged"),
        (((None, "plan.json"), (".", "plan.json")), "'plan.json' and 'plan.json' are both plans of '.'"),
    ],
)
def test_a_plan_that_cannot_take_effect_is_an_error(tmp_path: Path, plans: Any, told: str) -> None:
    with inside(laid_out("target", tmp_path)), pytest.raises(UsageError) as error:
        check(request(plans=plans))
    assert error.value.message == told


def test_a_plan_of_something_else_is_an_error(tmp_path: Path) -> None:
    folder = laid_out("target", tmp_path)
    shutil.copy(RECORDED / "later/plan.json", folder / "plan.json")
    with pytest.raises(UsageError) as error:
        planned(folder)
    assert "no Terraform root module here declares what it plans" in error.value.message


def test_provider_defaults_of_what_nobody_wrote_do_not_hide_that_it_is_missing(tmp_path: Path) -> None:
    folder = laid_out("target", tmp_path)
    plan = json.loads((folder / "plan.json").read_text())
    (resource,) = plan["resource_changes"]
    after = resource["change"]["after"]
    after.update(versioning=[], logging=[], tags={}, bucket="", server_side_encryption_configuration=[])
    (folder / "plan.json").write_text(json.dumps(plan))
    (folder / "gatepost.yaml").write_text(THOROUGH)
    verdict = planned(folder)
    resources = {finding.resource for finding in all_of(verdict, "aws/s3/bucket-versioning")}
    assert resources == {"aws_s3_bucket.a", "aws_s3_bucket.b"}


def test_a_plan_tells_which_environment_it_reaches_by_the_var_files_it_was_made_with(tmp_path: Path) -> None:
    (decision,) = [
        one for one in planned(laid_out("modules", tmp_path)).decisions if one.assessment.finding.rule == SSH
    ]
    assert [(fact.name, fact.how) for fact in decision.assessment.context.environments] == [
        ("production", "var file env/prod.tfvars")
    ]


def test_more_instances_of_one_block_than_anybody_has_are_told_and_left(tmp_path: Path) -> None:
    many = range(10_003)
    changes = [
        {
            "address": f"t_x.a[{n}]",
            "type": "t_x",
            "name": "a",
            "change": {"actions": ["create"], "after": {"n": n}},
        }
        for n in many
    ]
    configuration = {"root_module": {"resources": [{"type": "t_x", "name": "a"}]}}
    plan = {"resource_changes": changes, "configuration": configuration}
    write(tmp_path, {"main.tf": 'resource "t_x" "a" {\n  count = 10003\n}\n', "plan.json": json.dumps(plan)})
    verdict = planned(tmp_path)
    assert problems(verdict) == ["3 planned resources are not judged: of one block 10000 instances are"]
    assert verdict.counts.resources == 10_000


def test_a_password_in_a_block_that_is_planned_twice_is_found_once(tmp_path: Path) -> None:
    text = 'resource "aws_db_instance" "a" {\n  count    = 2\n  password = "hunter2hunter2x"\n}\n'
    changes = [
        {
            "address": f"aws_db_instance.a[{n}]",
            "type": "aws_db_instance",
            "name": "a",
            "change": {"actions": ["create"], "after": {"password": "hunter2hunter2x"}},
        }
        for n in range(2)
    ]
    configuration = {"root_module": {"resources": [{"type": "aws_db_instance", "name": "a"}]}}
    write(
        tmp_path, {"main.tf": text, "p.json": json.dumps({"resource_changes": changes, "configuration": configuration})}
    )
    found = the(planned(tmp_path, "p.json"), "any/hard-coded-secret")
    assert (found.resource, place(found)) == ("aws_db_instance.a[0]", ("main.tf", 3))


def test_no_way_of_writing_a_thing_looks_like_a_difference(tmp_path: Path) -> None:
    assert problems(planned(laid_out("syntax", tmp_path))) == []


def test_what_a_change_brings_in_is_new_with_the_plan_of_the_change(tmp_path: Path) -> None:
    folder = laid_out("changes", tmp_path)
    text = (folder / "main.tf").read_text()
    change(folder / "main.tf", "public-read", "private")
    (folder / ".gitignore").write_text("plan.json\n")
    name = ("-c", "user.email=a@example.com", "-c", "user.name=a")
    for arguments in (("init", "-q"), ("add", "."), (*name, "commit", "-q", "-m", "before")):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    (folder / "main.tf").write_text(text)
    verdict = planned(folder, base="HEAD")
    new = {
        (one.assessment.finding.rule, one.assessment.finding.resource)
        for one in verdict.decisions
        if one.assessment.context.is_new
    }
    assert new == {(ACL, "aws_s3_bucket.kept")}


def test_a_waiver_beside_the_code_holds_for_every_planned_instance(tmp_path: Path) -> None:
    folder = laid_out("modules", tmp_path)
    waiver = f'# gatepost: waive {SSH} until=2027-01-01 by=a@example.com why="known"\n'
    change(
        folder / "net/main.tf",
        'resource "aws_security_group" "host" {',
        waiver + 'resource "aws_security_group" "host" {',
    )
    decisions = [one for one in planned(folder).decisions if one.assessment.finding.rule == SSH]
    assert decisions and all(one.waiver is not None for one in decisions)


def test_an_entry_of_a_map_in_a_var_file_is_mended_there(tmp_path: Path) -> None:
    finding = the(planned(laid_out("modules", tmp_path)), ACL)
    assert origins(finding)[-1] == ("var.buckets", "env/prod.tfvars", 7)
    (fix,) = finding.fixes
    assert [(edit.location.path, edit.location.region.start_line, edit.replacement) for edit in fix.edits] == [
        ("env/prod.tfvars", 7, '"private"')
    ]
