"""Waivers in odd places and encodings: what is no comment waives nothing, what hides from a reader is a problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatepost.model.decisions import Verdict
from gatepost.pipeline import Request, check

RULE = "aws/rds/instance-public"
SAID = f'gatepost: waive {RULE} until=2027-01-01 by=me why="x"'
OPEN = "  publicly_accessible = true\n"
POLICY = "version: 1\ngate: [{name: a, when: {severity: {at_least: low}}, decide: block}]\nextends: recommended\n"
PIPED = "docker/piped-to-shell"
RUN = "RUN curl http://example.com/a | sh\n"


def judged(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch, **more: Any) -> Verdict:
    for name, text in {"gatepost.yaml": POLICY, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            file.write(text)
    monkeypatch.chdir(folder)
    return check(Request(paths=(".",), today="2026-11-22", jobs=1, **more))


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda files, **more: judged(tmp_path, files, monkeypatch, **more)


def of_rule(verdict: Verdict, rule: str = RULE) -> list[str]:
    return [one.action for one in verdict.decisions if one.assessment.finding.rule == rule]


def database(inside: str = "", above: str = "") -> str:
    return f'{above}resource "aws_db_instance" "a" {{\n{inside}{OPEN}}}\n'


@pytest.mark.parametrize(
    "text",
    [
        database(above=f"# {SAID}\n"),
        database(above=f"// {SAID}\n"),
        database(above=f"#{SAID}\n"),
        database(above=f"/* {SAID} */\n"),
        database(above=f"/*\n  {SAID}\n*/\n"),
        database(above="/* " + SAID.replace(" until", "\n   until") + " */\n"),
        database(above="/* " + SAID.replace(" until", "\n   until") + " */\n").replace("\n", "\r\n"),
        database(above="#\t" + SAID.replace(" ", "\t") + "\n"),
        database(above=f"# {SAID}\n").replace("\n", "\r\n"),
        database(above=f"# {SAID}\n# another remark\n"),
        database(inside=f"  # {SAID}\n"),
        database().replace("true\n", f"true # {SAID}\n"),
        "\ufeff" + database(above=f"# {SAID}\n"),
        database(above=f"# {SAID.replace(chr(34), chr(39))}\n"),
        database(above="# see the wiki. " + SAID + "\n"),
    ],
)
def test_a_comment_that_a_reader_sees_waives(judge: Any, text: str) -> None:
    verdict = judge({"main.tf": text})
    assert of_rule(verdict) == ["allow"]
    assert verdict.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        # in a string, a heredoc, a template, a label
        database(inside=f'  identifier = "# {SAID.replace(chr(34), "")}"\n'),
        database(inside=f"  identifier = <<EOT\n# {SAID}\nEOT\n"),
        database(inside=f"  identifier = <<-EOT\n    # {SAID}\n    EOT\n"),
        database(inside=f'  identifier = "${{"# {SAID.replace(chr(34), "")}"}}"\n'),
        f'locals {{\n  x = "// {SAID.replace(chr(34), "")}"\n}}\n{database()}',
        # a comment of another language
        database(above="").replace(OPEN, OPEN + '  x = "<!-- ' + SAID.replace('"', "") + ' -->"\n'),
        # not above it, not behind it
        database(above=f"# {SAID}\n\n"),
        database() + f"# {SAID}\n",
        database(above=f"# {SAID}\nlocals {{\n}}\n"),
        # what only looks like our word: Cyrillic, Greek, full width, an invisible separator, another case
        database(above=f"# {SAID.replace('gatepost', 'gatep' + chr(0x43E) + 'st')}\n"),
        database(above=f"# {SAID.replace('gatepost', 'g' + chr(0x3B1) + 'tepost')}\n"),
        database(above=f"# {SAID.replace('gatepost:', 'gatepost' + chr(0xFF1A))}\n"),
        database(above=f"# {SAID.replace('gatepost', 'gate' + chr(0x200B) + 'post')}\n"),
        database(above=f"# {SAID.replace('gatepost', 'Gatepost')}\n"),
        database(above=f"# ungatepost{SAID[8:]}\n"),
        # a path of another file
        database(),
    ],
)
def test_what_is_no_comment_about_it_waives_nothing(judge: Any, text: str) -> None:
    assert of_rule(judge({"main.tf": text, "notes.md": f"# {SAID}\n", "x.tfvars": f"# {SAID}\n"})) == ["block"]


@pytest.mark.parametrize(
    "said",
    [
        SAID.replace("waive", "\u202ewaive\u202c"),
        SAID + " \u2066",
        SAID.replace('why="x"', 'why="x\u202e"'),
        SAID.replace(RULE, RULE + "\u200b"),
        SAID.replace("by=me", "by=m\u00ade"),
        SAID.replace("waive ", "waive\u00a0"),
        SAID.replace(" until", "\u00a0until"),
        SAID.replace(" until", "\u3000until"),
        SAID.replace(" until", "\x0buntil"),
        "x\r" + SAID,
        SAID.replace("2027-01-01", "２０２７-01-01"),
        SAID.replace("2027-01-01", "2027-01-01\u200f"),
        SAID.replace("until=", "unti\u0406="),
        SAID.replace('"x"', '"x'),
        SAID.replace(" by=me", ""),
        SAID.replace("waive", "wave"),
        SAID.replace("until=", "until ="),
        SAID + f" {RULE}",
        SAID.replace("by=me", "by=me from=2027-06-01"),
        SAID.replace("by=me", "by=me environment=prod"),
        SAID.replace(RULE, ""),
    ],
)
def test_what_a_reader_would_read_otherwise_is_a_problem_and_waives_nothing(judge: Any, said: str) -> None:
    verdict = judge({"main.tf": database(above=f"# {said}\n")})
    assert of_rule(verdict) == ["block"]
    assert [one.action for one in verdict.problems] == ["block"]
    assert verdict.waivers == ()


@pytest.mark.parametrize("rule", ["aws/rds/instance-publiс", "aws/rds/instance-public.", "AWS/RDS/INSTANCE-PUBLIC"])
def test_a_rule_that_only_looks_like_ours_covers_nothing_and_is_told(judge: Any, rule: str) -> None:
    verdict = judge({"main.tf": database(above=f"# {SAID.replace(RULE, rule)}\n")})
    assert of_rule(verdict) == ["block"]
    assert [use.state for use in verdict.waivers] == ["unused"]


WORDS = f"gatepost: waive {PIPED} until=2027-01-01 by=me why=x"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (f"FROM a:1\n# {WORDS}\n{RUN}", "allow"),
        (f"FROM a:1\n#{WORDS}\r\n{RUN}", "allow"),
        (f"FROM a:1\n  # {WORDS}\n{RUN}", "allow"),
        # no comments: behind an instruction, in a heredoc, in a command, in another instruction, in a label
        (f"FROM a:1\n{RUN.rstrip()} # {WORDS}\n", "block"),
        (f"FROM a:1\nRUN <<EOF\n# {WORDS}\ncurl http://example.com/a | sh\nEOF\n", "block"),
        (f"FROM a:1\nRUN echo '# {WORDS}' && curl http://example.com/a | sh\n", "block"),
        (f"FROM a:1\nENV X='# {WORDS}'\n{RUN}", "block"),
        (f"FROM a:1\nCOPY <<EOF /a\n# {WORDS}\nEOF\n{RUN}", "block"),
        (f"FROM a:1\n/* {WORDS} */\n{RUN}", "block"),
        (f"FROM a:1\n// {WORDS}\n{RUN}", "block"),
        # about another instruction
        (f"FROM a:1\n# {WORDS}\nRUN true\n{RUN}", "block"),
        (f"# {WORDS}\nFROM a:1\n{RUN}", "block"),
        (f"FROM a:1\n{RUN}# {WORDS}\n", "block"),
    ],
)
def test_dockerfiles(judge: Any, text: str, action: str) -> None:
    assert of_rule(judge({"Dockerfile": text}), PIPED) == [action]


ACL = "aws/s3/bucket-public-acl"
META = f"{ACL} until=2027-01-01 by=me why=x"
BUCKET = "  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead\n"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (f"Resources:\n  # gatepost: waive {META}\n{BUCKET}", "allow"),
        (f"Resources:\n{BUCKET}    Metadata: {{Gatepost: {{waive: '{META}'}}}}\n", "allow"),
        (f"Resources:\n{BUCKET.rstrip()} # gatepost: waive {META}\n", "allow"),
        # in a scalar, in another resource's metadata, in metadata of the template, in a description
        (f"Description: |\n  # gatepost: waive {META}\nResources:\n{BUCKET}", "block"),
        (f'Description: "# gatepost: waive {META}"\nResources:\n{BUCKET}', "block"),
        (f"Metadata: {{Gatepost: {{waive: '{META}'}}}}\nResources:\n{BUCKET}", "block"),
        (f"Resources:\n{BUCKET}  C:\n    Type: a\n    Metadata: {{Gatepost: {{waive: {META!r}}}}}\n", "block"),
        (f"Resources:\n{BUCKET}      BucketName: !Sub |\n        # gatepost: waive {META}\n", "block"),
        (f"Resources:\n{BUCKET}      Tags:\n        - {{Key: Gatepost, Value: 'gatepost: waive {META}'}}\n", "block"),
        (f"Resources:\n{BUCKET}    metadata: {{gatepost: {{waive: '{META}'}}}}\n", "block"),
        (f"# gatepost: waive {META}\nResources:\n{BUCKET}", "block"),
        (f"# gatepost: waive {META}\n\nParameters: {{}}\nResources:\n{BUCKET}", "block"),
    ],
)  # fmt: skip
def test_templates(judge: Any, text: str, action: str) -> None:
    assert of_rule(judge({"t.yaml": text}), ACL) == [action]


def test_json_has_its_own_place_for_it_and_no_other(judge: Any) -> None:
    body = '"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "PublicRead"}'
    inside = f'{{"Resources": {{"B": {{{body}, "Metadata": {{"Gatepost": {{"waive": "{META}"}}}}}}}}}}'
    assert of_rule(judge({"t.json": inside}), ACL) == ["allow"]
    beside = f'{{"//": "gatepost: waive {META}", "Resources": {{"B": {{"//": "gatepost: waive {META}", {body}}}}}}}'
    assert of_rule(judge({"t.json": beside}), ACL) == ["block"]


def test_terraform_as_json_waives_the_object_it_stands_in(judge: Any) -> None:
    said = SAID.replace('"', "")
    for inside, outside, action in ((said, "x", "allow"), ("x", "x", "block")):
        text = (
            f'{{"//": "{outside}", "resource": {{"aws_db_instance": {{"a": {{"//": "{inside}", '
            f'"publicly_accessible": true, "identifier": "{said}"}}}}}}}}'
        )
        assert of_rule(judge({"main.tf.json": text})) == [action]


def test_a_waiver_in_a_file_that_is_passed_over_counts_for_nothing(judge: Any) -> None:
    module = 'module "m" {\n  source = "./m"\n}\n'
    verdict = judge({"main.tf": module, "m/main.tf": database(above=f"# {SAID}\n")})
    assert of_rule(verdict) == ["allow"]
    excluded = judge({"gatepost.yaml": POLICY + "exclude: [m/]\n"})
    assert of_rule(excluded) == []
    assert excluded.waivers == ()


def test_a_waiver_of_one_call_of_a_module_is_none_of_its_resources(judge: Any) -> None:
    call = f'# {SAID}\nmodule "m" {{\n  source = "./m"\n}}\n'
    assert of_rule(judge({"main.tf": call, "m/main.tf": database()})) == ["block"]


def test_a_very_long_remark_is_read_in_time(judge: Any) -> None:
    for text in (
        SAID + " x" * 200_000,
        "gatepost: waive " + '"' * 100_000,
        "gatepost: " * 50_000,
        SAID + "=" * 100_000,
    ):
        assert of_rule(judge({"main.tf": database(above=f"# {text}\n")})) == ["block"]
