"""`gatepost init`: writes a first policy and says what to do next; never overwrites."""

from __future__ import annotations

import os

import click

from gatepost.model.problems import UsageError
from gatepost.pipeline.policies import POLICY_FILE

_POLICY = """\
# What may pass. The first line that matches decides; the lines of `recommended` come after yours.
version: 1
extends: recommended
mode: observe        # decides and reports everything and never fails the build; `enforce` when you are ready
{environments}
# exclude: ["vendor/**"]                     # not read, but counted
#
# gate:
#   - {{name: nothing new above medium, when: {{severity: {{at_least: high}}, is_new: true}}, decide: block}}
#
# rules:                                     # networks, keys and log buckets that no fix can know by itself;
#   aws/ec2/ssh-open-to-internet: {{trusted_networks: [10.20.0.0/16]}}    # `gatepost explain RULE-ID` lists them
#
# waivers:
#   - {{rule: docker/runs-as-root, path: tools/Dockerfile, until: 2027-03-31, by: you@example.com,
#      why: Runs in CI alone.}}

cases:
  - {{finding: {{severity: critical}}, decides: block}}
"""
_PRODUCTION = ("prod", "production", "live")


@click.command("init")
def command() -> int:
    """Write a first gatepost.yaml for this folder, and say what to do next."""
    if os.path.exists(POLICY_FILE):
        raise UsageError(f"{POLICY_FILE} is there already")
    globs = sorted(f"{folder}/**" for folder in _production_folders())
    listed = ", ".join(f'"{glob}"' for glob in globs)
    environments = f"\nenvironments:\n  production: {{path: [{listed}]}}\n" if globs else ""
    try:
        with open(POLICY_FILE, "x", encoding="utf-8") as file:
            file.write(_POLICY.format(environments=environments))
    except OSError as error:
        raise UsageError(f"cannot write {POLICY_FILE}: {(error.strerror or '').lower()}") from None
    click.echo(f"wrote {POLICY_FILE}" + (f"  (production: {', '.join(globs)})" if globs else ""))
    click.echo("next:  gatepost check        shows what there is; nothing fails yet (mode: observe)")
    click.echo("       gatepost test         runs the cases of the policy")
    click.echo("       then set `mode: enforce`, and put `gatepost check` into the pipeline")
    return 0


def _production_folders() -> set[str]:
    """Return folders up to three levels down that are named after production."""
    found: set[str] = set()
    for directory, folders, _ in os.walk("."):
        depth = directory.count(os.sep)
        folders[:] = (
            sorted(name for name in folders if not name.startswith(".") and name != "node_modules") if depth < 3 else []
        )
        for name in folders:
            if name.lower() in _PRODUCTION and name.isprintable() and '"' not in name and "\\" not in name:
                found.add(os.path.relpath(os.path.join(directory, name), ".").replace(os.sep, "/"))
    return found
