from __future__ import annotations

from pathlib import Path

import pytest
from tests.scans.read_samples import SAMPLES

from gatepost.gate.sections import HONOURED
from gatepost.scans import read_report


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_a_policy_can_honour_whoever_says_that_a_finding_does_not_count(path: Path) -> None:
    for finding in read_report(path.read_bytes(), path.name).findings:
        for suppression in finding.suppressions:
            assert set(suppression.by.split("/")) & set(HONOURED)
