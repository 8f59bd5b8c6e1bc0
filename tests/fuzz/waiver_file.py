"""Files of waivers, what is required of them and taking them out: a UsageError or waivers, never anything else."""

from __future__ import annotations

from gatepost.gate.waiver_sections import read_waiver_file
from gatepost.languages.positioned import Malformed
from gatepost.languages.positioned.edits import CannotEdit
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.pipeline.pruning import without_comments, without_entries


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    source = Source("w.yaml", text, "policy")
    try:
        waivers = read_waiver_file(source)
    except UsageError:
        return
    for prune in (without_entries, without_comments):
        try:
            prune(source, waivers[::2])
        except (CannotEdit, Malformed):
            continue
