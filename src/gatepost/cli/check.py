"""The options and the help of `gatepost check`; never what it does."""

from __future__ import annotations

from typing import Any

import click

from gatepost.cli.checking import checked
from gatepost.cli.options import inputs, looks
from gatepost.cli.variables import with_order
from gatepost.reports import FORMATS


@click.command("check", cls=with_order())
@inputs
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help=f"A report ({', '.join(FORMATS)}), to a file or to standard output; may be given again.",
)
@click.option("--receipt", metavar="FILE", help="Write what was judged, by what, and the result, as in-toto statement.")
@click.option("--review", is_flag=True, help="Tell the pull request that is built, as gatepost review does.")
@click.option("--check-run", metavar="NAME", help="With --review: write a check run, or a report at Bitbucket, too.")
@click.option("--routes-out", metavar="FOLDER", help="Write what the policy's routes tell as files below a folder.")
@looks
def command(**values: Any) -> int:
    """Judge infrastructure code and scan reports, and decide whether they may pass.

    PATH is a file or folder, the working directory when none is given.

    \b
    gatepost check
    gatepost check infra --environment production --format sarif=gatepost.sarif
    gatepost check . --report trivy.json --report grype.json=grype
    """
    return checked(values)
