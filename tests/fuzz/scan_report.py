"""Entry point for fuzzing the readers of scan reports: any bytes, recognised or named, give a result and no error."""

from __future__ import annotations

from gatepost.model.problems import Problem
from gatepost.scans import FORMATS, read_report


def fuzz(data: bytes) -> None:
    for format in (None, *FORMATS):
        result = read_report(data, "report.json", format, root="/srv/shop", lines_of=lambda _: None)
        for finding in result.findings:
            path = finding.location.path
            assert path
            assert not path.startswith("/")
            assert ".." not in path.split("/")
        assert all(isinstance(problem, Problem) for problem in result.problems)
        if not data.strip():
            assert result.problems
