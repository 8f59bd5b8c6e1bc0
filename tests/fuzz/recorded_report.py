"""A json report that is read back: any bytes are a report, or are told to be none."""

from __future__ import annotations

import os
import tempfile

from gatepost.reports.recorded import read_recorded
from gatepost.reports.rows import BadReport


def fuzz(data: bytes) -> None:
    descriptor, path = tempfile.mkstemp()
    try:
        os.write(descriptor, data)
        os.close(descriptor)
        read_recorded(path)
    except BadReport:
        return
    finally:
        os.unlink(path)
