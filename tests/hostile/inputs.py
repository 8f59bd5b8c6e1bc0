"""Hostile inputs: each function writes files into a folder; the table says how the gate has to end.

What they have in common: whoever wrote them wants a crash, a hang, a false pass, or a line of their own in the log.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

GOOD = 'resource "aws_s3_bucket" "b" {\n}\n'
TEMPLATE = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  B:\n    Type: AWS::S3::Bucket\n'
COMMANDS = "::error::owned\n::set-output name=a::b\n##vso[task.complete result=Succeeded;]\n\x1b[2J\x1b]0;owned\x07"


class Hostile(NamedTuple):
    """One input: its name, how to write it, the exit code, and words that the output has to have."""

    name: str
    write: Callable[[Path], list[str] | None]
    exit_code: int
    says: str = ""


def text(name: str, content: str | bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    return write


def beside(*writers: Callable[[Path], None]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        for writer in writers:
            writer(folder)

    return write


def report(content: str | bytes, format: str = "") -> Callable[[Path], list[str]]:
    def write(folder: Path) -> list[str]:
        text("main.tf", GOOD)(folder)
        text("scan.json", content)(folder)
        return ["--report", f"scan.json={format}" if format else "scan.json"]

    return write


def nested(open_: str, close: str, depth: int, inside: str = "") -> str:
    return open_ * depth + inside + close * depth


def alias_bomb() -> str:
    lines = ['a0: &a0 ["x", "x", "x", "x", "x", "x", "x", "x", "x"]']
    lines += [f"a{n}: &a{n} [{', '.join(f'*a{n - 1}' for _ in range(9))}]" for n in range(1, 12)]
    return TEMPLATE + "Metadata:\n" + "".join(f"  {line}\n" for line in lines)


def symlink_loop(folder: Path) -> None:
    text("main.tf", GOOD)(folder)
    (folder / "a").mkdir()
    (folder / "a/loop").symlink_to(folder)
    (folder / "loop.tf").symlink_to("loop.tf")


def symlink_escape(folder: Path) -> None:
    (folder.parent / "outside").mkdir(exist_ok=True)
    (folder.parent / "outside/secret.tf").write_text("secret" * 3)
    (folder / "main.tf").symlink_to(folder.parent / "outside/secret.tf")
    (folder / "away").symlink_to(folder.parent / "outside")


def module_escape(folder: Path) -> None:
    text("main.tf", 'module "m" {\n  source = "../../../../../etc"\n}\n' + GOOD)(folder)


def file_escape(folder: Path) -> None:
    text("main.tf", 'resource "aws_s3_bucket" "b" {\n  bucket = file("../../../../../etc/passwd")\n}\n')(folder)


def module_ring(folder: Path) -> None:
    for here, there in (("a", "b"), ("b", "a")):
        text(f"{here}/main.tf", f'module "m" {{\n  source = "../{there}"\n}}\n' + GOOD)(folder)


def fifo(folder: Path) -> None:
    os.mkfifo(folder / "main.tf")


def odd_names(folder: Path) -> None:
    text("a\x1b[31m\n::error::owned/main.tf", GOOD)(folder)
    path = os.fsencode(folder) + b"/caf\xe9.tf"
    with open(path, "wb") as file:
        file.write(b'resource "x" {')


def deep_folders(folder: Path) -> None:
    here = folder
    for _ in range(300):
        here = here / "d"
    here.mkdir(parents=True)
    (here / "main.tf").write_text(GOOD)


def sarif(uri: str, extra: str = "") -> str:
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}}
    result = {"ruleId": "r" + extra, "message": {"text": "m" + extra}, "locations": [place]}
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t" + extra}}, "results": [result]}]})


def million_rows() -> str:
    row = '{"line":1,"code":"DL3008","message":"pin","column":1,"file":"Dockerfile","level":"warning"}'
    return "[" + ",".join([row] * 300_000) + "]"


def policy(content: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        text("main.tf", GOOD)(folder)
        text("gatepost.yaml", content)(folder)

    return write


LONG = 10 * 1024 * 1024
ASSIGN = 'resource "aws_s3_bucket" "b" {\n  bucket = '

INPUTS = [
    Hostile("an empty folder", lambda folder: None, 3, "nothing was found to judge"),
    Hostile("an empty Terraform file", text("main.tf", ""), 0),
    Hostile("a cut block", text("main.tf", 'resource "aws_s3_bucket" "b" {\n  bucket = "x'), 3, "main.tf"),
    Hostile("a cut heredoc", text("main.tf", ASSIGN + "<<EOF\nnever ends\n"), 3, "main.tf"),
    Hostile("a cut template", text("main.tf", ASSIGN + '"${var.x"\n}\n'), 3, "main.tf"),
    Hostile("a lone closing brace", text("main.tf", "}\n" + GOOD), 3, "main.tf:1"),
    Hostile("binary Terraform", text("main.tf", bytes(range(256)) * 64), 3, "not text"),
    Hostile("UTF-16 Terraform", text("main.tf", GOOD.encode("utf-16")), 3, "UTF-16"),
    Hostile("Latin-1 Terraform", text("main.tf", b"# caf\xe9\n" + GOOD.encode()), 3, "not UTF-8"),
    Hostile("NUL in Terraform", text("main.tf", GOOD + "\0"), 3, "NUL"),
    Hostile("a line of 10 MB", text("main.tf", ASSIGN + '"' + "x" * LONG + '"\n}\n'), 0),
    Hostile("10 MB of brackets", text("main.tf", ASSIGN + "[" * LONG), 3, "main.tf"),
    Hostile("10 MB of quotes", text("main.tf", '"' * LONG), 3, "main.tf"),
    Hostile("10 MB of comment openings", text("main.tf", "/*" * (LONG // 2)), 3, "main.tf"),
    Hostile("10,000 lists in each other", text("main.tf", ASSIGN + nested("[", "]", 10_000) + "\n}\n"), 3, "main.tf"),
    Hostile("10,000 parentheses", text("main.tf", ASSIGN + nested("(", ")", 10_000, "1") + "\n}\n"), 3, "main.tf"),
    Hostile("10,000 blocks in each other", text("main.tf", nested("a {\n", "}\n", 10_000)), 3, "main.tf"),
    Hostile(
        "10,000 templates in each other",
        text("main.tf", ASSIGN + nested('"${', '}"', 10_000, "1") + "\n}\n"),
        3,
        "main.tf",
    ),
    Hostile("10,000 conditionals", text("main.tf", ASSIGN + "true ? 1 : " * 10_000 + "2\n}\n"), 3, "main.tf"),
    Hostile("10,000 minus signs", text("main.tf", ASSIGN + "-" * 10_000 + "1\n}\n"), 3, "main.tf"),
    Hostile("100,000 operators in a row", text("main.tf", ASSIGN + "1" + " + 1" * 100_000 + "\n}\n"), 3, "main.tf"),
    Hostile(
        "locals in a ring", text("main.tf", "locals {\n  a = local.b\n  b = local.a\n}\n" + ASSIGN + "local.a\n}\n"), 0
    ),
    Hostile(
        "locals that double 60 times",
        text(
            "main.tf",
            'locals {\n  a0 = "xxxxxxxxxx"\n'
            + "".join(f'  a{n + 1} = "${{local.a{n}}}${{local.a{n}}}"\n' for n in range(60))
            + "}\n"
            + ASSIGN
            + "local.a60\n}\n",
        ),
        0,
    ),
    Hostile("a range of a billion", text("main.tf", ASSIGN + 'join("", range(1000000000))\n}\n'), 0),
    Hostile("an expression that backtracks", text("main.tf", ASSIGN + 'regex("(a+)+$", "' + "a" * 60 + '!")\n}\n'), 0),
    Hostile("a module out of the folder", module_escape, 0),
    Hostile("a file out of the folder", file_escape, 0),
    Hostile("modules in a ring", module_ring, 3, "main.tf"),
    Hostile("a broken .tf.json", text("main.tf.json", '{"resource": {'), 3, "main.tf.json"),
    Hostile("a deep .tf.json", text("main.tf.json", nested('{"a":', "}", 10_000, "1")), 3, "main.tf.json"),
    Hostile(
        "broken tfvars",
        beside(text("main.tf", GOOD), text("terraform.tfvars", "a = [")),
        3,
        "terraform.tfvars",
    ),
    Hostile("a pipe for a file", fifo, 3, "nothing was found to judge"),
    Hostile("symlinks in a ring", symlink_loop, 0),
    Hostile("symlinks out of the folder", symlink_escape, 3, "nothing was found to judge"),
    Hostile("names with control characters", odd_names, 3),
    Hostile("300 folders in each other", deep_folders, 0),
    Hostile("an alias bomb", text("t.yaml", alias_bomb()), 3, "t.yaml"),
    Hostile("a template of cut YAML", text("t.yaml", TEMPLATE + "    Properties: {a: ["), 3, "t.yaml"),
    Hostile("a template with tabs", text("t.yaml", TEMPLATE + "\tProperties:\n"), 3, "t.yaml"),
    Hostile("a template with a key twice", text("t.yaml", TEMPLATE + "  B:\n    Type: AWS::S3::Bucket\n"), 3, "t.yaml"),
    Hostile(
        "a template 10,000 deep", text("t.yaml", TEMPLATE + "    Properties: " + nested("[", "]", 10_000)), 3, "t.yaml"
    ),
    Hostile(
        "a JSON template 10,000 deep",
        text(
            "t.json",
            '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": ' + nested('{"a":', "}", 10_000, "1") + "}",
        ),
        3,
        "t.json",
    ),
    Hostile(
        "a template whose resources are a list",
        text("t.yaml", 'AWSTemplateFormatVersion: "2010-09-09"\nResources: [1, 2]\n'),
        3,
        "t.yaml",
    ),
    Hostile("parameters in a ring", text("t.yaml", TEMPLATE + "    Properties: {BucketName: !Ref B}\n"), 0),
    Hostile("YAML that is no template", text("values.yaml", "a: {{ .Values.x }}\n"), 3, "nothing was found to judge"),
    Hostile("an empty Dockerfile", text("Dockerfile", ""), 3, "Dockerfile"),
    Hostile("a Dockerfile without FROM", text("Dockerfile", "RUN true\n"), 3, "Dockerfile"),
    Hostile("an unknown instruction", text("Dockerfile", "FROM scratch\nRUNN true\nUSER 1000\n"), 3, "RUNN"),
    Hostile("a heredoc that never ends", text("Dockerfile", "FROM scratch\nRUN <<EOF\ntrue\n"), 3, "Dockerfile"),
    Hostile("10 MB of continuations", text("Dockerfile", "FROM scratch\nRUN true" + " \\\n" * (LONG // 3)), 0),
    Hostile(
        "10,000 subshells",
        text("Dockerfile", "FROM scratch\nUSER 1000\nRUN " + nested("(", ")", 10_000, "true") + "\n"),
        0,
    ),
    Hostile(
        "10,000 substitutions",
        text("Dockerfile", "FROM scratch\nUSER 1000\nRUN " + nested("$(", ")", 10_000, "true") + "\n"),
        0,
    ),
    Hostile("arguments in a ring", text("Dockerfile", "ARG A=$B\nARG B=$A\nFROM scratch\nUSER 1000\n"), 0),
    Hostile(
        "5,000 stages from each other",
        text(
            "Dockerfile",
            "FROM scratch AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(5_000)) + "USER 1000\n",
        ),
        3,
        "more than 300 stages",
    ),
    Hostile("commands for the log", text("Dockerfile", "FROM scratch\nUSER root\n# " + COMMANDS + "\n"), 3),
    Hostile(
        "commands in a name",
        text("main.tf", f'resource "aws_s3_bucket" "b" {{\n  bucket = "{COMMANDS[:60]}\n'),
        3,
        "main.tf",
    ),
    Hostile("a report of zero bytes", report(b""), 3, "scan.json"),
    Hostile("a cut report", report(sarif("main.tf")[:80]), 3, "scan.json"),
    Hostile("a report that is an error", report('{"error": "no token"}'), 3, "scan.json"),
    Hostile("a report that is an empty list", report("[]"), 3, "scan.json"),
    Hostile("a report that is no JSON", report("Segmentation fault"), 3, "scan.json"),
    Hostile("a report of the wrong format", report(sarif("main.tf"), "trivy"), 3, "scan.json"),
    Hostile("a report 100,000 deep", report(nested("[", "]", 100_000)), 3, "scan.json"),
    Hostile("a report with a path out of the folder", report(sarif("../../../../etc/passwd")), 0),
    Hostile("a report with an absolute path", report(sarif("file:///etc/passwd")), 0),
    Hostile("a report with a web address", report(sarif("https://example.com/main.tf")), 0),
    Hostile("a report with commands for the log", report(sarif("main.tf", COMMANDS)), 0),
    Hostile("a UTF-16 report", report(sarif("main.tf").encode("utf-16")), 0),
    Hostile("a report of 300,000 rows", report(million_rows(), "hadolint"), 3, "left out"),
    Hostile(
        "a report of numbers for words",
        report('{"version": "2.1.0", "runs": [1, {"results": 5}, {"results": [7]}]}'),
        3,
        "scan.json",
    ),
    Hostile("a report that is not there", lambda folder: ["--report", "lost.json"], 2, "there is no report"),
    Hostile("an empty policy", policy(""), 2, "gatepost.yaml:1"),
    Hostile("a policy that is a list", policy("- 1\n"), 2, "gatepost.yaml:1"),
    Hostile("a policy of cut YAML", policy("version: 1\ngate: [{"), 2, "gatepost.yaml"),
    Hostile("a binary policy", beside(text("main.tf", GOOD), text("gatepost.yaml", bytes(range(256)))), 2),
    Hostile(
        "a policy with an alias bomb",
        policy("version: 1\n" + alias_bomb().split("Metadata:\n")[1].replace("  a", "a")),
        2,
        "gatepost.yaml",
    ),
    Hostile(
        "a policy that backtracks",
        policy('version: 1\ngate:\n  - {name: x, when: {path: {matches: "(a+)+$"}}, decide: block}\n'),
        2,
        "gatepost.yaml",
    ),
    Hostile("a policy with commands for the log", policy(f'version: 1\n"{COMMANDS[:14]}": 1\n'), 2, "gatepost.yaml"),
]
