"""`gatepost prove`: whether a patch mends what it should and nothing else; never applies it."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from gatepost.cli.options import inputs
from gatepost.cli.output import Progress, write_out
from gatepost.cli.requests import request_of
from gatepost.cli.variables import with_order
from gatepost.fixes.patches import MOST_BYTES
from gatepost.model.findings import Finding
from gatepost.model.problems import UsageError
from gatepost.pipeline.patching import Proof, prove_patch
from gatepost.reports.safe_text import plain
from gatepost.sources.reading import Unreadable, decode, read_bytes


@click.command("prove", cls=with_order())
@click.argument("patch", metavar="PATCH")
@inputs
@click.option("--finding", "wanted", metavar="FINGERPRINT", default="", help="What the patch has to mend.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for those who propose patches.")
def command(patch: str, wanted: str, as_json: bool, **values: Any) -> int:
    """Say whether a patch mends what it should and nothing else; nothing is written.

    PATCH is a unified diff, - for standard input, whoever wrote it: a person, a script, a language model. It is put in
    in memory and everything is judged again. Exit code 0: accepted. 1: refused, with the reasons.

    \b
    git diff | gatepost prove -
    gatepost prove mend.patch infra --finding 7f3a91c2 --json
    """
    text = _text(patch)
    request = request_of(values)
    progress = Progress(as_json)
    proof = prove_patch(request, text, wanted, progress)
    progress.clear()
    write_out(_plain_data(proof) if as_json else _told(proof))
    return 0 if proof.accepted else 1


def _text(path: str) -> str:
    try:
        data = sys.stdin.buffer.read(MOST_BYTES + 1) if path == "-" else read_bytes(path, MOST_BYTES)
        return decode(data)
    except Unreadable as error:
        raise UsageError(f"the patch {path!r} cannot be read: {error.what}", hint=error.hint) from None


def _plain_data(proof: Proof) -> str:
    mended, to_rescan = ([_entry(one) for one in some] for some in (proof.mended, proof.to_rescan))
    reasons = [{name: value or None for name, value in one._asdict().items()} for one in proof.reasons]
    answer = {
        "version": 1,
        "accepted": proof.accepted,
        "reasons": reasons,
        "mended": mended,
        "to_rescan": to_rescan,
        "paths": proof.paths,
    }
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _entry(finding: Finding) -> dict[str, str | int]:
    place = finding.location
    return {
        "rule": finding.rule,
        "path": place.path,
        "line": place.region.start_line,
        "fingerprint": finding.fingerprint,
    }


def _told(proof: Proof) -> str:
    lines: list[str] = []
    for one in proof.reasons:
        place = f"  --> {plain(one.path)}{f':{one.line}' if one.line else ''}" if one.path else ""
        lines.append(f"{one.kind}: {plain(one.what)}")
        lines += [place] if place else []
    for word, findings in (("mended", proof.mended), ("to scan again", proof.to_rescan)):
        for finding in findings:
            lines.append(f"{word}: {plain(finding.title)}  {finding.rule}")
            lines.append(f"  --> {plain(finding.location.path)}:{finding.location.region.start_line}")
    counted = f"{len(proof.mended)} mended, {len(proof.to_rescan)} to scan again, {len(proof.reasons)} against it"
    lines.append(f"{'ACCEPTED' if proof.accepted else 'REFUSED'}  {counted}")
    return "\n".join(lines) + "\n"
