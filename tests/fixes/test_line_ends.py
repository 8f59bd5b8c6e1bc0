"""A fix in a file with Windows line ends is suggested only where it holds with whatever ends a host writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.model.changes import Fix
from gatepost.model.decisions import Verdict
from gatepost.pipeline import check
from tests.pipeline.stories import inside, request

VOLUME = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "eu-west-1a"\n  size = 10\n}\n'
IMDS = 'http_tokens = "optional"\n'
INSTANCE = 'resource "aws_instance" "i" {\n  ami = "x"\n  metadata_options {\n    ' + IMDS + "  }\n}\n"
TASK = (
    'resource "aws_ecs_task_definition" "t" {\n  family = "t"\n  container_definitions = <<EOF\n'
    '[{"name": "a", "image": "a:1",\n"privileged": true, "readonlyRootFilesystem": true}]\nEOF\n}\n'
)
STACK = (
    'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  Volume:\n    Type: AWS::EC2::Volume\n    Properties:\n'
    "      Size: 10\n      Encrypted: false\n"
)
DOCKERFILE = "FROM python:3.11-slim\nADD . /app\nRUN <<EOF\nset -e\npip install flask\nEOF\nUSER 1000\n"


def judged(folder: Path, name: str, text: str) -> Verdict:
    (folder / name).write_bytes(text.replace("\n", "\r\n").encode())
    (folder / "gatepost.yaml").write_text("version: 1\nextends: recommended\nrules: {audience: thorough}\n")
    with inside(folder):
        return check(request())


def fixes(folder: Path, name: str, text: str) -> dict[str, Fix]:
    decisions = judged(folder, name, text).decisions
    findings = [one.assessment.finding for one in decisions]
    return {finding.rule: finding.fixes[0] for finding in findings if finding.fixes}


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("main.tf", VOLUME, "aws/ec2/volume-unencrypted"),
        ("main.tf", VOLUME.rstrip("\n"), "aws/ec2/volume-unencrypted"),
        ("main.tf", INSTANCE, "aws/ec2/imdsv1-allowed"),
        ("stack.yaml", STACK, "aws/ec2/volume-unencrypted"),
        ("stack.yaml", STACK.rstrip("\n"), "aws/ec2/volume-unencrypted"),
        ("Dockerfile", DOCKERFILE, "docker/add-for-copy"),
    ],
)
def test_where_line_ends_say_nothing_a_fix_holds_with_either(tmp_path: Path, name: str, text: str, rule: str) -> None:
    assert fixes(tmp_path, name, text)[rule].either_end


def test_a_script_of_a_here_document_is_read_with_its_line_ends(tmp_path: Path) -> None:
    made = fixes(tmp_path, "Dockerfile", DOCKERFILE)
    assert not made["docker/pip-cache-kept"].either_end


def test_a_text_between_two_changes_must_not_read_otherwise(tmp_path: Path) -> None:
    inner = "  user_data = <<EOF\necho\nEOF\n"
    volume = "  root_block_device {\n    encrypted = false\n  }\n"
    plain = fixes(tmp_path, "main.tf", INSTANCE.replace("  meta", volume + "  meta"))
    assert all(fix.either_end for fix in plain.values()) and len(plain) >= 2
    apart = fixes(tmp_path, "main.tf", INSTANCE.replace("  meta", inner + "  meta"))
    assert apart["aws/ec2/imdsv1-allowed"].either_end  # the stretch does not reach the text


def test_what_stands_in_a_here_document_keeps_its_difference(tmp_path: Path) -> None:
    assert not fixes(tmp_path, "main.tf", TASK)["aws/ecs/privileged-container"].either_end


def test_files_with_plain_line_ends_need_no_second_proof(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(VOLUME.encode())
    with inside(tmp_path):
        decisions = check(request()).decisions
    assert decisions and not any(fix.either_end for one in decisions for fix in one.assessment.finding.fixes)
