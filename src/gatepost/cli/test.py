"""`gatepost test`: runs the cases of rule, resource and policy files; never judges anything else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import click

from gatepost.cli.output import wants_colour
from gatepost.cli.requests import today_of
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.reports.safe_text import plain


class Outcome(NamedTuple):
    """One case: what it is called, where it stands (path:line, or the path), and what differs ("" for nothing)."""

    name: str
    where: str
    fault: str


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--today", metavar="DATE", help="The day to judge by.")
@click.option("-q", "--quiet", is_flag=True, help="Show only what fails.")
@click.option("--watch", is_flag=True, help="Stay, and run what changes whenever it is saved; Ctrl-C ends it.")
def command(paths: Sequence[str], today: str | None, quiet: bool, watch: bool) -> int:
    """Run the cases that stand in rule files, resource files and policies.

    PATH is a file or folder; without any, gatepost.yaml and the folder policies, as far as they are here.
    """
    wanted = list(paths) or [path for path in ("gatepost.yaml", "policies") if os.path.exists(path)]
    if not wanted:
        raise UsageError("there is nothing to test here", hint="give a rule file, a policy, or a folder of them")
    for path in wanted:
        if not os.path.exists(path):
            raise UsageError(f"there is no file or folder {path!r}")
    if watch:
        from gatepost.cli.test_watch import watch_cases

        return watch_cases(wanted, today_of(today))
    passed = failed = 0
    colour = wants_colour("auto")
    for outcome in outcomes(wanted, today_of(today)):
        if isinstance(outcome, UsageError):
            raise outcome
        if outcome.fault:
            failed += 1
            click.echo(failure(outcome, colour))
        else:
            passed += 1
            if not quiet:
                click.echo(f"passed  {plain(outcome.name)}")
    click.echo(f"{passed} passed, {failed} failed")
    if not passed and not failed:
        raise UsageError("the files have no cases", hint="see docs/rules.md on how to write one")
    return 1 if failed else 0


def failure(outcome: Outcome, colour: bool) -> str:
    """Return what is said of a case that fails: where it stands, its name, and what differs."""
    head = f"{plain(outcome.where)}: {plain(outcome.name.partition(': ')[2] or outcome.name)}"
    lines = [click.style("FAILED", fg="red", bold=True) if colour else "FAILED"]
    shown = [f"        {_coloured(plain(line), colour)}".rstrip() for line in outcome.fault.splitlines()]
    return "\n".join([f"{lines[0]}  {head}", *shown])


def _coloured(line: str, colour: bool) -> str:
    if not colour or line.startswith(("---", "+++")) or line[:1] not in ("+", "-"):
        return line
    return click.style(line, fg="green" if line[0] == "+" else "red")


def outcomes(paths: Sequence[str], today: str) -> Iterator[Outcome | UsageError]:
    """Yield what every case comes to; a file that does not load yields its error."""
    from gatepost.testing.running import run_files

    policies, others = _split(paths)
    for path in policies:
        try:
            yield from _policy_cases(path, today)
        except UsageError as error:
            yield error
    for result in run_files(others) if others else ():
        if isinstance(result, UsageError):
            yield result
        else:
            where = f"{result.path or result.file}{f':{result.line}' if result.line else ''}"
            fault = "" if result.passed else result.difference or "it differs"
            yield Outcome(f"{result.file}: {result.name}", where, fault)


def _policy_cases(path: str, today: str) -> Iterator[Outcome]:
    from gatepost.gate.cases import run_cases
    from gatepost.pipeline.policies import load_file
    from gatepost.pipeline.preparing import KnownRules
    from gatepost.rules.catalogue import load_shipped

    policy = load_file(path, KnownRules(load_shipped()))
    for result in run_cases(policy, today):
        given = ", ".join(f"{name}: {value}" for name, value in result.case.given.items())
        line = result.case.location.region.start_line
        yield Outcome(f"{path}: {given}", f"{path}:{line}", result.failure)


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
        elif is_policy(path):
            policies.append(path)
        else:
            others.append(path)
    return policies, others


def is_policy(path: str) -> bool:
    """Whether a file is a policy; raises `UsageError` for one that cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return any(line.startswith("version:") for line in file)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path!r} cannot be read: {error}") from None
