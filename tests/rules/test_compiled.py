"""The compiled catalogue answers as the YAML does, and a document loads only the parts it needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gatepost.rules.catalogue import load
from gatepost.rules.compiled import compile_shipped, read_compiled
from gatepost.rules.folders import policy_files
from gatepost.rules.judge import judge
from gatepost.testing.documents import read_document

POLICIES = str(Path(__file__).parent.parent.parent / "policies")

TEMPLATE = "Resources:\n  D:\n    Type: AWS::RDS::DBInstance\n  B:\n    Type: AWS::S3::Bucket\n"
DOCKER = "FROM debian:12\nRUN apt-get install git\nENV KEY=AKIAQWERTY7UIOP2ASDF\n"


@cache
def from_yaml():
    return load(*policy_files(POLICIES))


def told(catalogue, name, text):
    judged = judge(read_document({name: text}), catalogue, {}, "2026-01-01")
    return sorted((judgement.identity, judgement.state) for judgement in judged.judgements)


def test_both_judge_alike(tmp_path):
    compile_shipped(POLICIES, str(tmp_path))
    for name, text in (("template.yaml", TEMPLATE), ("Dockerfile", DOCKER)):
        compiled = read_compiled(str(tmp_path))
        assert compiled is not None
        assert told(compiled, name, text) == told(from_yaml(), name, text) != []
    assert compiled.ids() == from_yaml().ids()


def test_a_dockerfile_reads_no_part_about_clouds(tmp_path):
    compile_shipped(POLICIES, str(tmp_path))
    for path in tmp_path.glob("a[wz]*.bin"):
        path.unlink()
    compiled = read_compiled(str(tmp_path))
    assert compiled is not None
    assert told(compiled, "Dockerfile", DOCKER)


def test_rules_that_are_left_out_are_neither_read_nor_judged(tmp_path):
    compile_shipped(POLICIES, str(tmp_path))
    compiled, regular = read_compiled(str(tmp_path)), read_compiled(str(tmp_path))
    assert compiled is not None and regular is not None
    regular.leave_out_thorough()
    for path in tmp_path.glob("*-thorough.bin"):
        path.write_bytes(b"")
    ids = {identity[0] for identity, _ in told(regular, "template.yaml", TEMPLATE)}
    assert ids and regular.left_out and not ids & regular.left_out
    assert compiled.ids() == regular.ids() == from_yaml().ids()
    assert {id for id in from_yaml().ids() if from_yaml().rule(id).audience == "thorough"} == regular.left_out


def test_one_that_is_asked_for_by_name_is_judged(tmp_path):
    compile_shipped(POLICIES, str(tmp_path))
    compiled = read_compiled(str(tmp_path))
    assert compiled is not None
    compiled.leave_out_thorough(["aws/s3/bucket-customer-key"])
    asked = {identity[0] for identity, _ in told(compiled, "template.yaml", TEMPLATE)} & compiled.left_out
    assert not asked
    assert "aws/s3/bucket-customer-key" not in compiled.left_out


def test_a_checkout_has_none(tmp_path):
    assert read_compiled(str(tmp_path)) is None
