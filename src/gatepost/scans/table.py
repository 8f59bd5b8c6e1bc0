"""The formats that can be read; a new one is a module and a line here. Never reads one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem, UsageError
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading

# Name: module. Recognised in this order; each recognises only what no other one writes.
FORMATS: Mapping[str, str] = {
    "sarif": "gatepost.scans.sarif",
    "trivy": "gatepost.scans.trivy",
    "grype": "gatepost.scans.grype",
    "checkov": "gatepost.scans.checkov",
    "semgrep": "gatepost.scans.semgrep",
    "hadolint": "gatepost.scans.hadolint",
}


class Format(Protocol):
    """What a module of this package offers."""

    NAME: str
    # Whether `[]` is a clean report. Several tools write it, so it counts only where the user names the format.
    EMPTY_LIST_IS_CLEAN: bool

    def recognises(self, opened: Opened, /) -> bool:
        """Whether the content is of this format and of no other one."""
        ...

    def read(self, opened: Opened, reading: Reading, /) -> Iterator[Finding | Problem]:
        """Yield what the report says, in its order."""
        ...


def format_named(name: str) -> Format:
    """Return a format by name; raises UsageError when there is none."""
    if name not in FORMATS:
        from gatepost.conditions import nearest_word

        near = nearest_word(name.lower(), FORMATS)
        hint = f'did you mean "{near}"?' if near else f"formats: {', '.join(FORMATS)}"
        raise UsageError(f'there is no report format "{name}"', hint=hint)
    import importlib

    return cast(Format, importlib.import_module(FORMATS[name]))


def format_of(opened: Opened) -> Format | None:
    """Return the format that a report is recognised as."""
    return next((one for name in FORMATS if (one := format_named(name)).recognises(opened)), None)
