from __future__ import annotations

from pathlib import Path

import pytest
from tests.scans.read_samples import briefs, needs_corpora, real, told

# What a person saw in each real report: format, findings, problems. One file for each folder of the corpora.
SEEN = {path.stem: path for path in sorted((Path(__file__).parent / "seen").iterdir())}


@needs_corpora
@pytest.mark.parametrize("folder", SEEN)
def test_a_real_report_says_what_a_person_sees_in_it(folder: str) -> None:
    result = real(folder)
    lines = [f"format: {result.format}", *briefs(result), *(f"problem: {one}" for one in told(result))]
    assert lines == SEEN[folder].read_text(encoding="utf-8").splitlines()
