"""Evidence of any bytes is read or refused with its place; nothing else."""

from __future__ import annotations

import tempfile

from gatepost.model.problems import UsageError
from gatepost.pipeline.evidence import read_evidence


def fuzz(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            read_evidence(file.name)
        except UsageError as error:
            assert error.message
