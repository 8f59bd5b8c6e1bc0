"""`gatepost init`: the settings that it finds in a repository, writes, and asks for on a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from gatepost.pipeline.finding_settings import Wanted, wanted_settings

TODAY = "2026-11-22"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/1"
LOGS = """\
resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
}
resource "aws_s3_bucket" "a" {
  bucket = "a"
}
resource "aws_s3_bucket_logging" "a" {
  bucket        = aws_s3_bucket.a.id
  target_bucket = aws_s3_bucket.logs.id
}
"""
PORT = """\
resource "aws_security_group_rule" "{name}" {{
  type        = "ingress"
  protocol    = "tcp"
  from_port   = {port}
  to_port     = {port}
  cidr_blocks = {cidrs}
}}
"""
TOPIC = 'resource "aws_sns_topic" "{name}" {{\n  kms_master_key_id = {key}\n}}\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wanted(**files: str) -> dict[str, Wanted]:
    for name, text in files.items():
        Path(f"{name}.tf").write_text(text)
    return {one.name: one for one in wanted_settings(["."], TODAY)}


def ports(*cidrs: str, port: int = 22) -> str:
    return "".join(PORT.format(name=f"p{n}", port=port, cidrs=one) for n, one in enumerate(cidrs))


def test_a_bucket_that_logs_go_to_is_the_one_for_logs(repository: Path) -> None:
    found = wanted(main=LOGS)["log_bucket"]
    assert found.chosen == ("acme-logs",)
    assert found.uses[0].places == ("main.tf:9",)
    assert "aws/s3/bucket-logging" in found.rules


def test_a_bucket_is_found_in_a_template_and_by_its_arn(repository: Path) -> None:
    Path("stack.yaml").write_text(
        """\
Resources:
  Net:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Data:
    Type: AWS::S3::Bucket
    Properties:
      LoggingConfiguration: {DestinationBucketName: central-logs}
"""
    )
    assert wanted()["log_bucket"].chosen == ("central-logs",)


@pytest.mark.parametrize(
    ("cidrs", "chosen"),
    [
        (['["10.20.0.0/16"]'], ("10.20.0.0/16",)),
        (['["10.20.0.0/16"]', '["203.0.113.0/24", "10.9.0.0/16"]'], ("10.9.0.0/16", "10.20.0.0/16", "203.0.113.0/24")),
        (['["0.0.0.0/0"]'], ()),
        (['["0.0.0.0/0", "10.20.0.0/16"]'], ("10.20.0.0/16",)),
        (['["0.0.0.0/1", "128.0.0.0/1"]'], ()),
        (['["52.0.0.0/8"]'], ()),
        (["var.unknown"], ()),
        (['["10.20.0.0/16"]', '["10.0.0.0/8"]', '["10.20.5.0/24"]'], ("10.0.0.0/8",)),
        ([f'["10.{n}.0.0/24"]' for n in range(0, 18, 2)], ()),
    ],
)
def test_networks_are_those_that_reach_ssh_today_and_never_the_internet(
    repository: Path, cidrs: list[str], chosen: tuple[str, ...]
) -> None:
    assert wanted(main='variable "unknown" {}\n' + ports(*cidrs))["trusted_networks"].chosen == chosen


def test_who_reaches_a_web_server_says_nothing_about_trust(repository: Path) -> None:
    assert wanted(main=ports('["10.0.0.0/8"]', port=443))["trusted_networks"].uses == ()


def test_a_key_that_is_made_here_is_told_and_not_chosen(repository: Path) -> None:
    topics = "".join(TOPIC.format(name=name, key="aws_kms_key.main.arn") for name in ("a", "b"))
    found = wanted(main='resource "aws_kms_key" "main" {}\n' + topics)["kms_key"]
    assert found.chosen == ()
    assert (found.uses[0].text, found.uses[0].made, found.uses[0].times) == ("aws_kms_key.main", True, 2)


def test_of_several_keys_one_is_chosen_only_when_it_is_clearly_the_usual_one(repository: Path) -> None:
    def keys(**times: int) -> str:
        return "".join(
            TOPIC.format(name=f"{key}{n}", key=f'"{KEY}{key}"') for key, count in times.items() for n in range(count)
        )

    assert wanted(main=keys(a=1, b=1))["kms_key"].chosen == ()
    assert wanted(main=keys(a=4, b=1))["kms_key"].chosen == (KEY + "a",)
    assert wanted(main=keys(a=3, b=2))["kms_key"].chosen == ()


@pytest.mark.parametrize(("times", "chosen"), [(1, ()), (2, ()), (3, ("app",))])
def test_the_user_of_one_image_is_not_that_of_all(repository: Path, times: int, chosen: tuple[str, ...]) -> None:
    for number in range(times):
        Path(f"{number}").mkdir()
        Path(f"{number}/Dockerfile").write_text("FROM debian:12\nUSER app\n")
    assert wanted()["user"].chosen == chosen


def test_a_module_that_two_roots_use_is_counted_once(repository: Path) -> None:
    for folder in ("modules/topic", "live/a", "live/b"):
        Path(folder).mkdir(parents=True)
    Path("modules/topic/main.tf").write_text(TOPIC.format(name="t", key=f'"{KEY}"'))
    for folder in ("live/a", "live/b"):
        Path(folder, "main.tf").write_text('module "t" {\n  source = "../../modules/topic"\n}\n')
    assert wanted()["kms_key"].uses[0].times == 1


def test_nothing_is_wanted_where_there_is_nothing(repository: Path) -> None:
    assert wanted() == {}


def init(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "gatepost", "init", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(Path("gatepost.yaml").read_text())


def check() -> str:
    command = [sys.executable, "-m", "gatepost", "check", "--today", TODAY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_a_terminal_nothing_is_asked_and_what_is_clear_is_written_with_its_place(repository: Path) -> None:
    Path("main.tf").write_text(
        LOGS
        + ports('["10.20.0.0/16"]', '["0.0.0.0/0"]')
        + TOPIC.format(name="t", key="aws_kms_key.m.arn")
        + 'resource "aws_kms_key" "m" {}\n'
    )
    policy = init()
    assert policy["settings"] == {"log_bucket": "acme-logs", "trusted_networks": ["10.20.0.0/16"]}
    text = Path("gatepost.yaml").read_text()
    assert "log_bucket: acme-logs" in text and "# is used at main.tf:9" in text
    assert "#   kms_key:" in text and "aws_kms_key.m is used at main.tf:" in text
    check()


def test_a_policy_with_nothing_found_has_comments_alone_and_loads(repository: Path) -> None:
    Path("main.tf").write_text(ports('["0.0.0.0/0"]'))
    assert "settings" not in init("--yes")
    text = Path("gatepost.yaml").read_text()
    assert "#   trusted_networks: [10.20.0.0/16]" in text
    Path("gatepost.yaml").write_text(text.replace("# settings:", "settings:").replace("#   trusted", "  trusted"))
    check()
    assert yaml.safe_load(Path("gatepost.yaml").read_text())["settings"] == {"trusted_networks": ["10.20.0.0/16"]}


def test_what_stands_in_a_repository_is_data_in_the_policy(repository: Path) -> None:
    Path("a\nsettings: {evil: 1}\n.tf").write_text(LOGS)
    Path("b.tf").write_text(TOPIC.format(name="t", key='"arn:aws:kms:x:1:key/1 # \\" }: evil"'))
    policy = init("--yes")
    assert set(policy["settings"]) <= {"log_bucket", "kms_key"}
    check()


def on_a_terminal(answers: list[tuple[str, str]]) -> str:
    """Run init on a terminal and type an answer whenever some words appear; return what it shows."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "gatepost", "init"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    said, end = "", time.monotonic() + 60
    try:
        while process.poll() is None or select.select([ours], [], [], 0.1)[0]:
            assert time.monotonic() < end, said
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                said += os.read(ours, 65536).decode()
            except OSError:
                break
            if answers and answers[0][0] in said.rpartition("\n")[2]:
                os.write(ours, answers.pop(0)[1].encode() + b"\n")
                said += "\n"
        assert process.wait(timeout=30) == 0, said
    finally:
        process.kill()
        os.close(ours)
    assert not answers, said
    return said


def test_on_a_terminal_it_asks_shows_what_is_used_and_takes_another_answer(repository: Path) -> None:
    Path("main.tf").write_text(LOGS + ports('["10.20.0.0/16"]'))
    (repository / "order").write_text("")
    names = [one.name for one in wanted_settings(["."], TODAY)]
    typed = {"trusted_networks": "10.1.0.0/16, 10.2.0.0/16", "log_bucket": ""}
    said = on_a_terminal([(f"{name} [", typed.get(name, "-")) for name in names])
    assert "is used at main.tf:9" in said
    settings = yaml.safe_load(Path("gatepost.yaml").read_text())["settings"]
    assert settings == {"trusted_networks": ["10.1.0.0/16", "10.2.0.0/16"], "log_bucket": "acme-logs"}


def test_an_answer_that_cannot_be_meant_is_asked_again(repository: Path) -> None:
    Path("main.tf").write_text(ports('["0.0.0.0/0"]'))
    said = on_a_terminal([("trusted_networks [", "the office"), ("trusted_networks [", "10.1.0.0/16")])
    assert "that is no trusted_networks, as in 10.20.0.0/16" in said
    assert yaml.safe_load(Path("gatepost.yaml").read_text())["settings"] == {"trusted_networks": ["10.1.0.0/16"]}
