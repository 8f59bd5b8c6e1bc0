"""Audit logs of any JSON are read or refused; whoever is told is only guessed."""

from __future__ import annotations

import json

from gatepost.context.audit_logs import BadLog, Creations, entries_of, lines_of, read_log
from gatepost.model.policy import Whose

WHOSE = Whose("a.tf", resource="aws_s3_bucket.b", names=("b", "arn:aws:s3:::b", "projects/_/buckets/b"))


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for read in (lambda: entries_of(json.loads(text)), lambda: lines_of(text)):
        creations = Creations()
        try:
            read_log(read(), "log", creations)
        except (BadLog, ValueError, RecursionError):
            continue
        assert all(claim.confidence == "guess" for claim in creations.creators(WHOSE))
