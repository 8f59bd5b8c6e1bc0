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
severity: medium
category: {category}
why: >
  Why it matters to somebody who is busy, in a sentence or two.
standards: {{cwe: []}}
also_known_as: []

# Docker instructions and raw resources need no resource file; `gatepost rules` and docs/rules.md show the concepts.
applies_to: {subject}
forbid:
  {condition}
no_fix: Say in one line why no fix can be written, or put a `fix:` here instead.

cases:
  - name: It is wrong
    {dialect}: |
{bad}
  - name: It is right
    {dialect}: |
{good}
"""

_DOCKER = (
    "docker.USER", "name: root", "dockerfile",
    "FROM scratch\n# finding\nUSER root", "FROM scratch\nUSER 1000",
)  # fmt: skip
_TERRAFORM = (
    "terraform.aws_s3_bucket", "force_destroy: true", "terraform",
    'resource "aws_s3_bucket" "logs" {\n  # finding\n  force_destroy = true\n}',
    'resource "aws_s3_bucket" "logs" {\n  force_destroy = false\n}',
)  # fmt: skip


@click.group("new")
def command() -> None:
    """Write a skeleton to start from."""


@command.command("rule")
@click.argument("id", metavar="ID")
@click.option(
    "--folder", default="policies/rules", metavar="FOLDER", help="Where rules live; the id is the path below it."
)
def rule(id: str, folder: str) -> int:
    """Write a rule with cases: `gatepost new rule docker/no-root`."""
    if not _ID.match(id):
        raise UsageError(
            f"{id!r} is no id for a rule", hint="give lower-case words with slashes, as in aws/s3/bucket-versioning"
        )
    path = os.path.join(folder, *id.split("/")) + ".yaml"
    if os.path.exists(path):
        raise UsageError(f"{path} is there already")
    subject, condition, dialect, bad, good = _DOCKER if id.startswith("docker/") else _TERRAFORM
    schema = _schema_for(path, folder)
    text = _SKELETON.format(
        schema=schema,
        category="hardening",
        subject=subject,
        condition=condition,
        dialect=dialect,
        bad=_indented(bad),
        good=_indented(good),
    )
    _write(path, text)
    click.echo(f"wrote {path}\nnext:  gatepost test {path}")
    return 0


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
    return "\n".join(f"      {line}" for line in text.splitlines())
