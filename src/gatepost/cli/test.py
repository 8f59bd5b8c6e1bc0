"""`gatepost test`: runs the cases of rule, resource and policy files; never judges anything else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import click

from gatepost.cli.requests import today_of
from gatepost.model.problems import UsageError
from gatepost.reports.safe_text import plain


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--today", metavar="DATE", help="The day to judge by.")
@click.option("-q", "--quiet", is_flag=True, help="Show only what fails.")
def command(paths: Sequence[str], today: str | None, quiet: bool) -> int:
    """Run the cases that stand in rule files, resource files and policies.

    PATH is a file or folder; without any, gatepost.yaml and the folder policies, as far as they are here.
    """
    wanted = list(paths) or [path for path in ("gatepost.yaml", "policies") if os.path.exists(path)]
    if not wanted:
        raise UsageError("there is nothing to test here", hint="give a rule file, a policy, or a folder of them")
    passed = failed = 0
    for name, fault in _results(wanted, today_of(today)):
        if fault:
            failed += 1
            click.echo(
                "\n".join([f"FAILED  {plain(name)}", *(f"        {plain(line)}" for line in fault.splitlines())])
            )
        else:
            passed += 1
            if not quiet:
                click.echo(f"passed  {plain(name)}")
    click.echo(f"{passed} passed, {failed} failed")
    if not passed and not failed:
        raise UsageError("the files have no cases", hint="see docs/rules.md on how to write one")
    return 1 if failed else 0


def _results(paths: Sequence[str], today: str) -> Iterator[tuple[str, str]]:
    """Yield (name, what differs) of every case; "" for one that passes. A file that does not load is a usage error."""
    from gatepost.testing.running import run_files

    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"there is no file or folder {path!r}")
    policies, others = _split(paths)
    for path in policies:
        yield from _policy_cases(path, today)
    if others:
        for result in run_files(others):
            if isinstance(result, UsageError):
                raise result
            yield f"{result.file}: {result.name}", "" if result.passed else result.difference or "it differs"


def _policy_cases(path: str, today: str) -> Iterator[tuple[str, str]]:
    from gatepost.gate.cases import run_cases
    from gatepost.pipeline.policies import load_file
    from gatepost.pipeline.preparing import KnownRules
    from gatepost.rules.catalogue import load_shipped

    policy = load_file(path, KnownRules(load_shipped()))
    for result in run_cases(policy, today):
        given = ", ".join(f"{name}: {value}" for name, value in result.case.given.items())
        yield f"{path}: {given}", result.failure


def _split(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tell policies from rule and resource files: a policy has `version:` at its top."""
    policies: list[str] = []
    others: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            gates = os.path.join(path, "gates")
            if os.path.isdir(gates):
                policies += [os.path.join(gates, name) for name in sorted(os.listdir(gates)) if name.endswith(".yaml")]
            others.append(path)
        elif _is_policy(path):
            policies.append(path)
        else:
            others.append(path)
    return policies, others


def _is_policy(path: str) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            return any(line.startswith("version:") for line in file)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path!r} cannot be read: {error}") from None
