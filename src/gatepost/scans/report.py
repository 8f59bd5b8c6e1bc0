"""One report from its bytes to findings and problems; never lets one that failed pass as clean."""

from __future__ import annotations

import gc
from collections.abc import Callable

from gatepost.model.findings import Finding
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened, Unopened, open_report
from gatepost.scans.placing import LinesOf, Placing
from gatepost.scans.provenance import NOTHING, Provenance, provenance
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import first_line, mapping, masked, text
from gatepost.scans.streaming import BadJson, Buffer
from gatepost.scans.table import FORMATS, Format, accepts, format_named, format_of
from gatepost.scans.xml_tree import BadXml

# More is told as a Problem, so that no report can take all memory.
MOST_FINDINGS = 200_000
_MOST_PROBLEMS = 200
_WATCHED = 1_000  # findings between two looks of who watches


class ScanResult(NamedTuple):
    """What a report says, in its order; `format` is "" where it was not recognised.

    `scanned` is when the scan was made and of which commits, where the report says so.
    """

    format: str
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    scanned: Provenance = NOTHING


def read_report(
    content: Buffer,
    path: str,
    format: str | None = None,
    *,
    root: str = "",
    lines_of: LinesOf | None = None,
    watch: Callable[[int], None] | None = None,
) -> ScanResult:
    """Return the findings of a scan report, without fingerprints.

    `content` is the file as it is, or mapped into memory; `path` names it in problems. `format` is a name of FORMATS,
    None to recognise it. `root` is the absolute path of the scanned root; `lines_of` gives the lines of a file below
    it (None: no such file), for regions and for paths that were written elsewhere. `watch` is called now and then with
    the number of findings read so far.
    Raises UsageError when there is no format of that name. What cannot be read is a Problem.
    """
    chosen = format_named(format) if format is not None else None
    collecting = gc.isenabled()
    gc.disable()  # what is made here has no cycles, and looking for them takes half of the time
    try:
        return _opened(content, path, format, chosen, Placing(path, root, lines_of), watch)
    finally:
        if collecting:
            gc.enable()


def _opened(
    content: Buffer,
    path: str,
    format: str | None,
    chosen: Format | None,
    placing: Placing,
    watch: Callable[[int], None] | None,
) -> ScanResult:
    reading = Reading(path, placing)
    try:
        opened = open_report(content)
    except Unopened as error:
        return _failed(format or "", path, error.what, error.hint)
    if chosen is not None and chosen.EMPTY_LIST_IS_CLEAN and opened.is_json and opened.data == []:
        return ScanResult(chosen.NAME, (), ())
    try:
        found = chosen if chosen is not None else format_of(opened)
        if found is None or not (chosen is None or accepts(found, opened)):
            return _failed(format or "", path, *_why_not(opened, format))
        return _read(found, opened, reading, watch)
    except Unopened as error:  # a part that is opened only when it is asked for
        return _failed(format or "", path, error.what, error.hint)
    except BadXml as error:  # a limit within what is long, or as below
        return _failed(format or "", path, f"the report {error}", "give the file as the scanner wrote it")
    except (BadJson, UnicodeDecodeError):  # what is long is read again, and was whole the first time
        return _failed(format or "", path, "the report has changed while it was read", "wait for the scanner to end")


def _failed(format: str, path: str, what: str, hint: str) -> ScanResult:
    return ScanResult(format, (), (Problem(Location(path, NOWHERE), what, hint),))


def _why_not(opened: Opened, format: str | None) -> tuple[str, str]:
    data = mapping(opened.data)
    error = data.get("error") or data.get("errors")
    if error and not data.get("results"):
        said = text(error, 200) or text(mapping(error).get("summary") or mapping(error).get("message"), 200)
        told = f": {masked(first_line(said))}" if said else ""
        return f"the report holds an error instead of a result{told}", "see the scanner's own log"
    if len(opened.documents) > 1 and format is None:
        return "there is more than one document in the report", "write each report to a file of its own"
    if format is not None:
        return f"this is not a report of the format {format}", "leave the format out, or name the right one"
    if opened.is_json and opened.data in ([], {}, None):
        return "the report has no content that tells its format", "name it: --report FILE=FORMAT"
    return "the format of the report is not known", f"formats: {', '.join(FORMATS)}"


def _read(found: Format, opened: Opened, reading: Reading, watch: Callable[[int], None] | None) -> ScanResult:
    findings: list[Finding] = []
    problems: list[Problem] = []
    more_findings = more_problems = 0
    for one in found.read(opened, reading):
        if isinstance(one, Problem):
            if len(problems) < _MOST_PROBLEMS:
                problems.append(one)
            else:
                more_problems += 1
        elif len(findings) < MOST_FINDINGS:
            findings.append(one)
            if watch is not None and len(findings) % _WATCHED == 0:
                watch(len(findings))
        else:
            more_findings += 1
    unread = reading.left_unread()
    if unread is not None:
        problems.append(unread)
    if more_findings:
        what = f"{more_findings} findings beyond the first {MOST_FINDINGS} were left out"
        problems.append(reading.problem(what, "write the report in parts, one for each project"))
    if more_problems:
        problems.append(reading.problem(f"{more_problems} more failures are in the report"))
    return ScanResult(found.NAME, tuple(findings), tuple(problems), provenance(found.NAME, opened))
