"""`gatepost review`: tells a pull request what a saved verdict says; never decides what stops it."""

from __future__ import annotations

import os
from typing import Any

import click

from gatepost.cli.output import write_file
from gatepost.cli.requests import read_event
from gatepost.cli.verdict_file import read_verdict
from gatepost.model.problems import UsageError
from gatepost.reports.safe_text import plain
from gatepost.reviewing.carrying_out import Reviewed, Wishes, review
from gatepost.reviewing.clients import client
from gatepost.reviewing.composing import MOST_NOTES
from gatepost.reviewing.places import HOSTS, Where, where
from gatepost.reviewing.rehearsing import Rehearsal
from gatepost.reviewing.told import Told, read_told
from gatepost.services.patience import Patience
from gatepost.services.web import Refused

COULD_NOT = 3
_MOST_BYTES = 64 * 1024 * 1024


@click.command("review")
@click.argument("verdict", metavar="VERDICT.json")
@click.option("--host", type=click.Choice(HOSTS), default=None, help="The code host, where the build does not tell it.")
@click.option(
    "--pull-request", type=click.IntRange(1), metavar="N", help="Its number, where the build does not tell it."
)
@click.option("--repository", metavar="NAME", help="How the host calls it, where the build does not tell it.")
@click.option("--name", default="", metavar="NAME", help="Sets several gates on one pull request apart.")
@click.option("--most", type=click.IntRange(0, 100), default=MOST_NOTES, metavar="N", help="Comments on lines.")
@click.option("--mention", is_flag=True, help="Let the host tell the owners.")
@click.option("--link", metavar="ADDRESS", help="Where the whole report is.")
@click.option(
    "--check-run", metavar="NAME", help="Write a check run (GitHub) or a report (Bitbucket) too, with all annotations."
)
@click.option("--summary-to", metavar="FILE", help="Write the summary to a file too, such as that of a job.")
@click.option("--from-elsewhere", is_flag=True, help="The verdict comes of a build that the change may have altered.")
@click.option("--dry-run", "dry", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--review-required", "required", is_flag=True, help="Exit 3 when something could not be written.")
@click.option("--seconds", type=click.IntRange(1, 86400), default=300, metavar="N", help="How long it may take.")
def command(verdict: str, dry: bool, required: bool, seconds: int, **values: Any) -> int:
    """Tell a pull request what a verdict says, as comments on its lines and one summary.

    VERDICT.json is what gatepost check --base … --format json=VERDICT.json wrote. Comments of an earlier run are kept
    up to date. Which pull request it is the build service tells; the credential comes from the environment.

    \b
    gatepost review verdict.json
    gatepost review verdict.json --dry-run

    Exit codes: 0, whatever the verdict is; 3 when something could not be written and --review-required is given.
    """
    if values["check_run"] and values["from_elsewhere"]:
        hint = "a branch may require the check, and the change can write a verdict from elsewhere"
        raise UsageError("--check-run does not go with --from-elsewhere", hint=hint)
    told = read_told(read_verdict(verdict, _MOST_BYTES), values["name"])
    wishes = Wishes("", values["most"], values["mention"], _link(values["link"]), values["from_elsewhere"])
    well = _told(told, values, wishes, seconds, dry)
    return COULD_NOT if required and not well else 0


def tell(data: Any, check_run: str = "") -> None:
    """Tell the pull request that is built what a json report says; a failure to is said and changes nothing.

    `check_run` names the check run to write too, "" for none.
    """
    _told(read_told(data), {"check_run": check_run}, Wishes(), 300, False)


def _told(told: Told, values: dict[str, Any], wishes: Wishes, seconds: int, dry: bool) -> bool:
    """Return whether everything was written."""
    patience = Patience(float(seconds))
    checked = _checked(told, values, wishes, patience, dry) if values.get("check_run") else True
    try:
        place = _where(values)
        there = client(place, os.environ, patience)
        wishes = wishes._replace(commit=place.commit)
        done = _rehearse(told, Rehearsal(there), wishes) if dry else review(told, there, wishes)
    except Refused as error:
        click.echo(f"gatepost: the pull request is not told: {plain(str(error))}", err=True)
        return False
    _show(done)
    if values.get("summary_to") and done.text:
        write_file(values["summary_to"], iter((done.text + "\n",)), "summary")
    return checked and not done.failed


def _checked(told: Told, values: dict[str, Any], wishes: Wishes, patience: Patience, dry: bool) -> bool:
    """Return whether the check run was written; a credential that may not comment may do so, and the reverse."""
    from gatepost.cli.check_runs import write_check_run

    try:
        write_check_run(told, _where(values), values["check_run"], os.environ, patience, wishes.link, dry)
    except Refused as error:
        click.echo(f"gatepost: the check run is not written: {plain(str(error))}", err=True)
        return False
    return True


def _where(values: dict[str, Any]) -> Where:
    values = {"host": None, "pull_request": None, "repository": None, **values}
    found = where(os.environ, read_event, values["host"] or "")
    if found is None:
        if not (values["host"] and values["pull_request"] and values["repository"]):
            raise Refused("no pull request is built; give --host, --repository and --pull-request")
        address = os.environ.get("GATEPOST_HOST_URL") or _ADDRESSES.get(values["host"], "")
        return Where(values["host"], address, values["repository"], values["pull_request"])
    if values["pull_request"]:
        found = found._replace(number=values["pull_request"])
    return found._replace(repository=values["repository"] or found.repository)


_ADDRESSES = {
    "github": "https://api.github.com",
    "gitlab": "https://gitlab.com",
    "bitbucket": "https://api.bitbucket.org",
}


def _rehearse(told: Told, there: Rehearsal, wishes: Wishes) -> Reviewed:
    done = review(told, there, wishes)
    for one in there.said:
        click.echo(f"--- {one.what} {plain(one.where)}".rstrip())
        for line in one.body.split("\n"):
            click.echo(plain(line))
    return done


def _show(done: Reviewed) -> None:
    if done.skipped:
        click.echo(f"gatepost: nothing is written: {plain(done.skipped)}", err=True)
        return
    for one in done.failed:
        click.echo(f"gatepost: could not be written: {plain(one)}", err=True)
    counted = f"{done.posted} new, {done.edited} edited, {done.unchanged} unchanged, {done.fixed} fixed"
    click.echo(f"comments: {counted}; summary {done.summary}", err=True)


def _link(text: str | None) -> str:
    if not text:
        return ""
    if not text.startswith("https://") or any(ord(sign) <= 32 or sign in "<>()[]\"'`\\" for sign in text):
        raise UsageError("--link takes an https address", hint="it is shown in the summary as it stands")
    return text
