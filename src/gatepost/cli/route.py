"""`gatepost route`: tells those whom the routes of a saved verdict name; never decides who they are."""

from __future__ import annotations

import os

import click

from gatepost.cli.requests import read_event
from gatepost.cli.verdict_file import read_verdict
from gatepost.model.problems import UsageError
from gatepost.reports.safe_text import plain
from gatepost.routing.delivering import MOST_NEW, Delivered, Terms, deliver
from gatepost.routing.files import write_routes
from gatepost.routing.forks import fork_of
from gatepost.routing.items import Batch, Routing, read_routing
from gatepost.routing.rendering import TRACKERS
from gatepost.routing.telling import Links, links_of

COULD_NOT = 3
_MOST_BYTES = 512 * 1024 * 1024
_SHOWN = 20


@click.command("route")
@click.argument("verdict", metavar="VERDICT.json")
@click.option("--dry-run/--send", "dry", default=None, help="Send nothing, or send whatever is built.")
@click.option("--only", multiple=True, metavar="NAME", help="Only the route of that name; may be given again.")
@click.option("--routes-out", metavar="FOLDER", help="Write what is told as files, too.")
@click.option("--repository", metavar="NAME", default="", help="How the repository is called, where nobody tells.")
@click.option(
    "--seconds", type=click.IntRange(1, 86400), default=300, metavar="N", help="How long each destination may take."
)
@click.option(
    "--most", type=click.IntRange(0, 10000), default=MOST_NEW, metavar="N", help="How many new issues each may get."
)
def command(
    verdict: str,
    dry: bool | None,
    only: tuple[str, ...],
    routes_out: str | None,
    repository: str,
    seconds: int,
    most: int,
) -> int:
    """Tell those whom the routes of a verdict name.

    VERDICT.json is what gatepost check --format json=VERDICT.json wrote. Where a fork is built, nothing is sent
    unless --send is given; issues are left alone in a pull or merge request. Credentials come from the environment.

    \b
    gatepost route verdict.json --dry-run
    gatepost route verdict.json --only "search backend"

    Exit codes: 0 when everything was told, 3 when something was not.
    """
    routing = _chosen(read_routing(read_verdict(verdict, _MOST_BYTES), repository), only)
    links = links_of(os.environ, routing.about)
    if routes_out is not None:
        for path in write_routes(routing, links, routes_out):
            click.echo(plain(path))
    fork = fork_of(os.environ, read_event) if dry is None else ""
    if dry or fork:
        if fork:
            click.echo(
                f"gatepost: nothing is sent, since a fork is built ({fork}); --send sends all the same", err=True
            )
        _show_plan(routing)
        return 0
    routing, left = _without_trackers(routing) if routing.about.change and dry is None else (routing, 0)
    if left:
        click.echo("gatepost: issues are left alone, since a change is judged; --send writes them", err=True)
    return _send(routing, links, seconds, most)


def _send(routing: Routing, links: Links, seconds: int, most: int) -> int:
    well = True
    for delivered in deliver(routing, Terms(os.environ, links, float(seconds), most)):
        well = well and delivered.well
        _show(delivered)
    return 0 if well else COULD_NOT


def _chosen(routing: Routing, only: tuple[str, ...]) -> Routing:
    names = [batch.route for batch in routing.batches]
    for name in only:
        if name not in names:
            from gatepost.conditions import nearest_word

            near = nearest_word(name, names)
            known = ", ".join(sorted(set(names))[:12]) or "none"
            hint = f"did you mean {near!r}?" if near else f"routes: {known}"
            raise UsageError(f"the verdict has no route {name!r}", hint=hint)
    if not only:
        return routing
    return routing.only(lambda batch: batch.route in only)


def _without_trackers(routing: Routing) -> tuple[Routing, int]:
    kept = routing.only(lambda batch: batch.service not in TRACKERS)
    return kept, len(routing.batches) - len(kept.batches)


def _where(batch: Batch) -> str:
    """Return which place at a destination is told, as far as the policy names it."""
    names = ("project", "repository", "table", "channel", "webhook", "url")
    return " ".join([batch.service, *(str(batch.settings[name]) for name in names if name in batch.settings)][:2])


def _show_plan(routing: Routing) -> None:
    if not routing.batches:
        click.echo("no routes")
    for batch in routing.batches:
        count = len(batch.items)
        click.echo(f"{plain(batch.route)} -> {plain(_where(batch))}: {count} {'group' if count == 1 else 'groups'}")
        for item in batch.items[:_SHOWN]:
            place = f"{item.places[0].path}:{item.places[0].line}" if item.places else ""
            due = f"  due {item.due}" if item.due else ""
            click.echo(f"  {item.key}  {item.severity:<8}  {plain(item.title)}  {plain(place)}{due}")
        if count > _SHOWN:
            click.echo(f"  {count - _SHOWN} more")


def _show(delivered: Delivered) -> None:
    if delivered.failed:
        click.echo(f"gatepost: {plain(delivered.target)}: {plain(delivered.failed)}", err=True)
        if not delivered.done:
            return
    counts: dict[str, int] = {}
    for one in delivered.done:
        counts[one.what] = counts.get(one.what, 0) + 1
    told = ", ".join(f"{count} {what}" for what, count in counts.items()) or "nothing to tell"
    click.echo(f"{plain(delivered.target)}: {told}")
    for one in delivered.done:
        if one.why:
            text = f"  {one.what} {plain(one.name)}  {plain(one.why)}".replace("  ", " ", 1)
            click.echo(f"  {text.strip()}", err=one.what == "failed")
