"""`gatepost init`: writes a first policy and says what to do next; never overwrites."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from gatepost.model.problems import UsageError
from gatepost.pipeline.policies import POLICY_FILE

if TYPE_CHECKING:
    from gatepost.pipeline.finding_settings import Wanted

_POLICY = """\
# What may pass. The first line that matches decides; the lines of `recommended` come after yours.
version: 1
extends: recommended
mode: observe        # decides and reports everything and never fails the build; `enforce` when you are ready
{environments}{settings}
# exclude: ["vendor/**"]                     # not read, but counted
#
# gate:
#   - {{name: nothing new above medium, when: {{severity: {{at_least: high}}, is_new: true}}, decide: block}}
#
# rules:
#   audience: thorough                       # hygiene, too: keys of one's own, tags, logs that few keep
#   aws/s3/bucket-versioning: {{severity: low}}
#
# waivers:
#   - {{rule: docker/runs-as-root, path: tools/Dockerfile, until: 2027-03-31, by: you@example.com,
#      why: Runs in CI alone.}}

cases:
  - {{finding: {{severity: critical}}, decides: block}}
"""
_PRODUCTION = ("prod", "production", "live")


@click.command("init")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: take what the repository shows.")
def command(yes: bool) -> int:
    """Write a first gatepost.yaml for this folder, and say what to do next.

    What fixes need, such as a key or the networks of your own, is looked for in the repository; on a terminal it is
    asked for, where nothing is asked with --yes.
    """
    if os.path.exists(POLICY_FILE):
        raise UsageError(f"{POLICY_FILE} is there already")
    globs = sorted(f"{folder}/**" for folder in _production_folders())
    listed = ", ".join(f'"{glob}"' for glob in globs)
    wanted = _wanted()
    if wanted and not yes and sys.stdin.isatty() and sys.stdout.isatty():
        from gatepost.cli.init_settings import ask

        given = ask(wanted)
    else:
        given = {(one.name, one.provider): one.chosen for one in wanted if one.chosen}
    environments = f"\nenvironments:\n  production: {{path: [{listed}]}}\n" if globs else ""
    text = _POLICY.format(environments=environments, settings=_section(wanted, given))
    try:
        with open(POLICY_FILE, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {POLICY_FILE}: {(error.strerror or '').lower()}") from None
    click.echo(f"wrote {POLICY_FILE}" + (f"  (production: {', '.join(globs)})" if globs else ""))
    named = ", ".join(dict.fromkeys(name for name, _ in given))
    if named:
        click.echo(f"settings: {named}; look them over, fixes write them")
    click.echo("next:  gatepost check        shows what there is; nothing fails yet (mode: observe)")
    click.echo("       gatepost test         runs the cases of the policy")
    click.echo("       then set `mode: enforce`, and put `gatepost check` into the pipeline")
    return 0


def _wanted() -> Sequence[Wanted]:
    """Return the settings that rules take about what is here; nothing where nothing can be read."""
    from gatepost.cli.requests import today_of
    from gatepost.pipeline.finding_settings import wanted_settings

    try:
        return wanted_settings(["."], today_of(None))
    except UsageError:
        return ()


def _section(wanted: Sequence[Wanted], given: Mapping[tuple[str, str], Sequence[str]]) -> str:
    if not wanted:
        return ""
    from gatepost.cli.init_settings import section

    return section(wanted, given)


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
