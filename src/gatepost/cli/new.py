"""`gatepost new rule ID`: writes a rule file with cases to start from; never overwrites."""

from __future__ import annotations

import os
import re

import click

from gatepost.model.problems import UsageError

_ID = re.compile(r"[a-z][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)+\Z")

_SKELETON = """\
# yaml-language-server: $schema={schema}
title: What is wrong, in one line
severity: medium             # critical, high, medium, low or info
category: hardening
why: >
  Why it matters to somebody who is busy, in a sentence or two.

{asked}
applies_to: {subject}
forbid:
  {condition}
no_fix: Say in one line why no fix can be written, or put a `fix:` here instead.

cases:
{cases}"""

_NO_CASES = (
    "  # a text in which it finds something, with `# finding` above the line, and one in which it does not\n  []\n"
)
_ASKED = "What it may be asked for; docs/rules.md has the tests:"
_RAW = (
    "What stands in the text, by its own names: docs/rules.md has the tests. With `--about aws.s3.bucket` a rule "
    "speaks of Terraform and CloudFormation at once."
)
# Subjects to begin with where none is named: (subject, what is forbidden, dialect, bad, good).
_DOCKER = (
    "docker.USER", "name: root", "dockerfile",
    "FROM scratch\n# finding\nUSER root", "FROM scratch\nUSER 1000",
)  # fmt: skip
_TERRAFORM = (
    "terraform.aws_s3_bucket", "force_destroy: true", "terraform",
    'resource "aws_s3_bucket" "logs" {\n  # finding\n  force_destroy = true\n}',
    'resource "aws_s3_bucket" "logs" {\n  force_destroy = false\n}',
)  # fmt: skip
_LANGUAGES = {"terraform": "Terraform", "cloudformation": "CloudFormation", "dockerfile": "Dockerfile"}


@click.group("new")
def command() -> None:
    """Write a skeleton to start from."""


@command.command("rule")
@click.argument("id", metavar="ID")
@click.option(
    "--folder", default="policies/rules", metavar="FOLDER", help="Where rules live; the id is the path below it."
)
@click.option("--about", metavar="SUBJECT", help="What it looks at: aws.s3.bucket, docker.RUN, terraform.aws_x …")
def rule(id: str, folder: str, about: str | None) -> int:
    """Write a rule with cases that run, to start from.

    \b
    gatepost new rule acme/bucket-owner --about aws.s3.bucket
    gatepost new rule docker/no-root
    """
    if not _ID.match(id):
        raise UsageError(
            f"{id!r} is no id for a rule", hint="give lower-case words with slashes, as in aws/s3/bucket-versioning"
        )
    path = os.path.join(folder, *id.split("/")) + ".yaml"
    if os.path.exists(path):
        raise UsageError(f"{path} is there already")
    parts = _chosen(about) if about else _usual(id)
    text = _SKELETON.format(schema=_schema_for(path, folder), **parts)
    _write(path, text)
    click.echo(f"wrote {path}\nnext:  gatepost test --watch {path}")
    return 0


def _usual(id: str) -> dict[str, str]:
    subject, condition, dialect, bad, good = _DOCKER if id.startswith("docker/") else _TERRAFORM
    cases = _case(dialect, "it is wrong", bad) + _case(dialect, "it is right", good)
    return {"asked": _comment(_RAW), "subject": subject, "condition": condition, "cases": cases}


def _chosen(about: str) -> dict[str, str]:
    """Return the parts of a rule about a subject; raises `UsageError` where there is no such subject."""
    from gatepost.rules.catalogue import load_shipped
    from gatepost.testing.skeletons import start
    from gatepost.testing.telling import flow

    catalogue = load_shipped()
    try:
        begun = start(about, catalogue)
    except ValueError as error:
        raise UsageError(str(error), hint=_near(about, [one.name for one in catalogue.concepts()])) from None
    asked = _comment(f"{_ASKED} {', '.join(begun.attributes)}" if begun.attributes else _RAW)
    if begun.forbids is None:
        name = begun.attributes[0] if begun.attributes else "name"
        return {"asked": asked, "subject": about, "condition": f"{name}: {{exists: true}}", "cases": _NO_CASES}
    name, test = begun.forbids
    cases = "".join(
        _case(dialect, "it is wrong", bad) + _case(dialect, "it is right", good) for dialect, bad, good in begun.cases
    )
    return {"asked": asked, "subject": about, "condition": f"{name}: {flow(test)}", "cases": cases}


def _near(about: str, concepts: list[str]) -> str:
    from gatepost.conditions import nearest_word

    near = nearest_word(about, concepts)
    if near:
        return f"did you mean {near!r}?"
    below = [one for one in concepts if one.startswith(about.rstrip(".") + ".")]
    return (
        f"there are {', '.join(below[:6])}"
        if below
        else "docs/rules.md has the subjects; gatepost docs lists resources"
    )


def _comment(text: str) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, 110, initial_indent="# ", subsequent_indent="# ", break_long_words=False))


def _case(dialect: str, name: str, text: str) -> str:
    return f"  - name: {_LANGUAGES[dialect]}, {name}\n    {dialect}: |\n{_indented(text.rstrip())}\n"


def _schema_for(path: str, folder: str) -> str:
    """Return the way from a rule to the schema that its editor needs; it is put into `folder` where there is none."""
    stored = os.path.join("docs", "schemas", "rule.schema.json")  # in a checkout of Gatepost itself
    if not os.path.exists(stored):
        stored = os.path.join(folder, "rule.schema.json")
        if not os.path.exists(stored):
            _write_schema(stored)
    return os.path.relpath(stored, os.path.dirname(path)).replace(os.sep, "/")


def _write_schema(path: str) -> None:
    import json

    from gatepost.rules.schema_rule import rule_schema

    _write(path, json.dumps(rule_schema(), indent=2, ensure_ascii=False) + "\n")


def _write(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {(error.strerror or '').lower()}") from None


def _indented(text: str) -> str:
    return "\n".join(f"      {line}".rstrip() for line in text.splitlines())
