"""A change is judged against its base: what is new, what it touched, and that it does not decide about itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gatepost.model.decisions import Decision, Verdict
from gatepost.pipeline import Request, base_commit, check

TODAY = "2026-11-22"
PUBLIC = """\
resource "aws_db_instance" "{name}" {{
  publicly_accessible = {value}
}}
"""
RULE = "aws/rds/instance-public"
STRICT = """\
version: 1
gate:
  - {name: nothing new, when: {severity: {at_least: low}, is_new: true}, decide: block}
  - {name: what was there, when: {severity: {at_least: low}}, decide: warn}
"""
LAX = "version: 1\ngate:\n  - {name: all is well, when: {severity: {at_least: info}}, decide: allow}\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_tf", ".tf").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")


def judged(**more: object) -> Verdict:
    return check(Request(paths=(".",), today=TODAY, jobs=1, base="main", **more))  # type: ignore[arg-type]


def of_rule(verdict: Verdict, rule: str = RULE) -> dict[str, Decision]:
    return {one.assessment.finding.resource: one for one in verdict.decisions if one.assessment.finding.rule == rule}


def news(verdict: Verdict) -> dict[str, bool | None]:
    return {resource: one.assessment.context.is_new for resource, one in of_rule(verdict).items()}


def test_only_what_the_change_brings_is_new(repository: Path) -> None:
    write(repository, main_tf=PUBLIC.format(name="old", value="true"))
    commit(repository)
    git(repository, "switch", "-q", "-c", "change")
    write(repository, main_tf="# a line above\n\n" + PUBLIC.format(name="old", value="true"))
    write(repository, other_tf=PUBLIC.format(name="new", value="true"))
    assert news(judged()) == {"aws_db_instance.old": False, "aws_db_instance.new": True}


def test_a_second_instance_of_an_old_fault_is_new(repository: Path) -> None:
    block = "FROM python:3.12\nRUN curl http://example.com/a | sh\n"
    (repository / "Dockerfile").write_text(block)
    commit(repository)
    (repository / "Dockerfile").write_text(block + "RUN curl http://example.com/a | sh\n")
    found = [
        one.assessment.context.is_new
        for one in judged().decisions
        if one.assessment.finding.rule == "docker/piped-to-shell"
    ]
    assert sorted(found, key=bool) == [False, True]


def test_a_value_changed_elsewhere_is_new_where_it_is_used(repository: Path) -> None:
    use = 'variable "public" {}\n' + PUBLIC.format(name="a", value="var.public")
    write(repository, main_tf=use, terraform_tfvars="")
    (repository / "terraform.tfvars").write_text("public = false\n")
    commit(repository)
    (repository / "terraform.tfvars").write_text("public = true\n")
    context = of_rule(judged())["aws_db_instance.a"].assessment.context
    assert (context.is_new, context.touched, context.affected) == (True, False, True)


def test_a_module_that_changes_makes_news_in_every_root_that_calls_it(repository: Path) -> None:
    module = "modules__db__main_tf"
    write(repository, **{module: PUBLIC.format(name="a", value="false")})
    for root in ("one", "two"):
        write(repository, **{f"{root}__main_tf": 'module "db" {\n  source = "../modules/db"\n}\n'})
    write(repository, three__main_tf=PUBLIC.format(name="three", value="true"))
    commit(repository)
    write(repository, **{module: PUBLIC.format(name="a", value="true")})
    assert news(judged()) == {"module.db.aws_db_instance.a": True, "aws_db_instance.three": False}


def test_several_processes_judge_the_base_as_one_does(repository: Path) -> None:
    for number in range(6):
        text = 'variable "a" {}\n' + PUBLIC.format(name=f"a{number}", value="true")
        write(repository, **{f"root{number}__main_tf": text})
    commit(repository)
    for number in range(6):
        write(repository, **{f"root{number}__main_tf": PUBLIC.format(name=f"a{number % 2}", value="true")})
    one, several = (check(Request(paths=(".",), today=TODAY, jobs=jobs, base="main")) for jobs in (1, 3))
    assert [d.assessment.context for d in one.decisions] == [d.assessment.context for d in several.decisions]
    assert {d.assessment.context.is_new for d in several.decisions} == {True, False}


def test_a_file_that_only_moved_brings_nothing_new(repository: Path) -> None:
    text = "".join(PUBLIC.format(name=f"a{number}", value="true") for number in range(5))
    write(repository, live__main_tf=text)
    commit(repository)
    git(repository, "mv", "live", "prod")
    assert set(news(judged()).values()) == {False}


def test_a_file_read_by_a_function_counts_as_read(repository: Path) -> None:
    policy = '{"Statement": [{"Effect": "%s", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}'
    resource = 'resource "aws_sqs_queue_policy" "a" {\n  queue_url = "q"\n  policy    = file("policy.json")\n}\n'
    write(repository, main_tf=resource)
    (repository / "policy.json").write_text(policy % "Deny")
    commit(repository)
    (repository / "policy.json").write_text(policy % "Allow")
    found = of_rule(judged(), "aws/sqs/queue-policy-public")
    assert [one.assessment.context.is_new for one in found.values()] == [True]


def test_roots_that_the_change_cannot_reach_are_judged_once(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        write(repository, **{f"root{number}__main_tf": PUBLIC.format(name=f"a{number}", value="true")})
    commit(repository)
    write(repository, root3__main_tf=PUBLIC.format(name="a3", value="true") + PUBLIC.format(name="b", value="true"))
    again: list[str] = []
    judge_root = base_commit.judge_root
    monkeypatch.setattr(
        base_commit, "judge_root", lambda workshop, root: again.append(root.path) or judge_root(workshop, root)
    )
    found = news(judged())
    assert again == ["root3"]
    assert [name for name, is_new in found.items() if is_new] == ["aws_db_instance.b"]


def test_a_policy_decides_about_new_and_old(repository: Path) -> None:
    write(repository, main_tf=PUBLIC.format(name="old", value="true"), gatepost_yaml=STRICT)
    commit(repository)
    write(repository, other_tf=PUBLIC.format(name="new", value="true"))
    actions = {resource: one.action for resource, one in of_rule(judged()).items()}
    assert actions == {"aws_db_instance.old": "warn", "aws_db_instance.new": "block"}


def test_the_policy_of_the_change_does_not_decide_and_its_effect_is_told(repository: Path) -> None:
    write(repository, main_tf=PUBLIC.format(name="old", value="true"), gatepost_yaml=STRICT)
    commit(repository)
    write(repository, other_tf=PUBLIC.format(name="new", value="true"), gatepost_yaml=LAX)
    verdict = judged()
    assert of_rule(verdict)["aws_db_instance.new"].action == "block"
    assert verdict.policy == "gatepost.yaml (main)"
    (told,) = [note for note in verdict.notes if "gatepost.yaml" in note]
    assert told.startswith("this change edits gatepost.yaml, which would let pass ")


def test_a_policy_that_the_change_brings_leaves_the_shipped_one_to_decide(repository: Path) -> None:
    write(repository, main_tf=PUBLIC.format(name="a", value="true"))
    commit(repository)
    write(repository, gatepost_yaml=LAX)
    assert of_rule(judged())["aws_db_instance.a"].action == "block"
    (repository / "ci").mkdir()
    (repository / "ci/lax.yaml").write_text(LAX)
    git(repository, "add", "-A")
    assert of_rule(judged(policy="ci/lax.yaml"))["aws_db_instance.a"].action == "block"


def test_a_policy_that_the_pipeline_brings_decides(repository: Path) -> None:
    write(repository, main_tf=PUBLIC.format(name="a", value="true"))
    commit(repository)
    write(repository, fetched_yaml=LAX)
    assert of_rule(judged(policy="fetched.yaml"))["aws_db_instance.a"].action == "allow"


def test_a_policy_above_the_scanned_folder_is_the_bases_too(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, live__main_tf=PUBLIC.format(name="a", value="true"), gate_yaml=STRICT)
    commit(repository)
    write(repository, live__other_tf=PUBLIC.format(name="b", value="true"), gate_yaml=LAX)
    monkeypatch.chdir(repository / "live")
    verdict = judged(policy="../gate.yaml")
    assert (verdict.policy, of_rule(verdict)["aws_db_instance.b"].action) == ("../gate.yaml (main)", "block")


def test_a_policy_that_the_change_takes_away_still_decides(repository: Path) -> None:
    write(repository, main_tf=PUBLIC.format(name="a", value="true"), gatepost_yaml=STRICT)
    commit(repository)
    (repository / "gatepost.yaml").unlink()
    write(repository, other_tf=PUBLIC.format(name="new", value="true"))
    assert judged().policy == "gatepost.yaml (main)"


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_in_the_policys_place_changes_nothing(repository: Path) -> None:
    write(repository, main_tf=PUBLIC.format(name="a", value="true"), ci__gate_yaml=STRICT, lax__gate_yaml=LAX)
    commit(repository)
    (repository / "ci/gate.yaml").unlink()
    (repository / "ci").rmdir()
    (repository / "ci").symlink_to("lax")
    verdict = judged(policy="ci/gate.yaml")
    assert verdict.policy == "ci/gate.yaml (main)"


def test_a_base_that_is_not_here_leaves_the_verdict_incomplete(repository: Path) -> None:
    write(repository, main_tf=PUBLIC.format(name="a", value="false"), gatepost_yaml=LAX)
    commit(repository)
    verdict = check(Request(paths=(".",), today=TODAY, jobs=1, base="f" * 40))
    assert verdict.action == "incomplete"
    (problem,) = [one.problem for one in verdict.problems]
    assert f"fetch --depth=1 origin {'f' * 40}" in problem.hint


def test_new_and_old_are_all(repository: Path) -> None:
    text = "".join(PUBLIC.format(name=f"a{number}", value="true") for number in range(4))
    write(repository, main_tf=text)
    commit(repository)
    write(repository, main_tf=text.replace("a1", "b1"), more_tf=PUBLIC.format(name="c", value="true"))
    contexts = [one.assessment.context for one in judged().decisions]
    assert all(context.is_new is not None for context in contexts)
    alone = check(Request(paths=(".",), today=TODAY, jobs=1))
    assert len(alone.decisions) == len(contexts)
