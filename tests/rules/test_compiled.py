"""The compiled catalogue answers as the YAML does, and a document loads only the parts it needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gatepost.rules.catalogue import Part, load
from gatepost.rules.compiled import read_compiled
from gatepost.rules.compiled_writing import compile_shipped
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


def test_rules_are_kept_as_they_are_read(tmp_path):
    compile_shipped(POLICIES, str(tmp_path))
    compiled = read_compiled(str(tmp_path))
    assert compiled is not None
    for rule in from_yaml().rules():
        kept = compiled.rule(rule.id)
        assert kept.kept == rule.read_for_judging() and rule.kept is None
        assert {**kept.plain, "cases": rule.plain.get("cases")} == {"cases": None, **rule.plain}
        assert (kept.settings, kept.requires, kept.guards) == (rule.settings, rule.requires, rule.guards)
        assert (kept.of_secrets, kept.types()) == (rule.of_secrets, rule.types())


def test_beside_concepts_of_the_users_own_every_condition_is_read_again(tmp_path):
    compile_shipped(POLICIES, str(tmp_path))
    compiled, with_rule = read_compiled(str(tmp_path)), read_compiled(str(tmp_path))
    assert compiled is not None and with_rule is not None
    plain = from_yaml().concept("aws.s3.bucket").plain
    compiled.add(Part({}, {"aws.s3.bucket": plain}))
    with_rule.add(Part({"acme/bucket": from_yaml().rule("aws/s3/bucket-customer-key").plain}, {}))
    assert compiled.rule("aws/s3/bucket-customer-key").kept is None
    assert with_rule.rule("aws/s3/bucket-customer-key").kept is not None
    assert with_rule.rule("acme/bucket").kept is None
    assert told(compiled, "template.yaml", TEMPLATE) == told(from_yaml(), "template.yaml", TEMPLATE)
    ours = [identity for identity, _ in told(with_rule, "template.yaml", TEMPLATE) if identity[0] == "acme/bucket"]
    assert ours == [("acme/bucket", "B", "")]


def test_a_rule_of_the_same_id_takes_the_place_of_one_that_was_compiled(tmp_path):
    compile_shipped(POLICIES, str(tmp_path))
    compiled = read_compiled(str(tmp_path))
    assert compiled is not None
    id = "aws/s3/bucket-customer-key"
    compiled.add(Part({id: {**from_yaml().rule(id).plain, "applies_to": "cloudformation.AWS::RDS::DBInstance"}}, {}))
    ids = {type: [rule.id for rule in compiled.rules_for("cloudformation", type)] for type in ("AWS::S3::Bucket", "*")}
    assert ids["AWS::S3::Bucket"] and id not in ids["AWS::S3::Bucket"] and ids["*"]
    assert id in [rule.id for rule in compiled.rules_for("cloudformation", "AWS::RDS::DBInstance")]


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
