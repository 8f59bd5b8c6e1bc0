"""Runs the scanners that were asked for and reads what they write; never lets one that failed pass as clean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from gatepost.gate import Policy
from gatepost.gate.taking_in import NEED_CONFIG, WITH_CONFIG
from gatepost.languages.manifests import family_of
from gatepost.model.findings import Finding
from gatepost.model.places import Location
from gatepost.model.policy import DetectorChoice
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.reports import MOST_REPORT_BYTES, lines_of
from gatepost.pipeline.request import Request
from gatepost.pipeline.run_scripts import Script, mapped, scripts_of
from gatepost.pipeline.scanners import DEFAULT_SECONDS, SCANNERS, Scanner, Setting, environment_of, has_database
from gatepost.sources.discovery import NEVER_OURS, Found
from gatepost.sources.reading import Files, printable_path

# As many files are given to one run of a scanner: a command line has an end.
FILES_AT_ONCE = 100
MOST_JOBS_UNASKED = 4
_NO_DATABASE = "has no database of vulnerabilities here, so it looked for none in the packages that files ask for"


class Detected(NamedTuple):
    """What scanners have found, what they could not do, and what is worth a note; `runs` did their work."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    runs: int = 0


class _Task(NamedTuple):
    scanner: Scanner
    choice: DetectorChoice
    program: str
    target: str
    files: tuple[str, ...] = ()
    scripts: Mapping[str, Script] = {}


def wanted(request: Request, policies: Sequence[Policy], root: str) -> tuple[DetectorChoice, ...]:
    """Return the scanners to run: those of the command line (NAME or NAME=RULES), then those of the policies.

    Raises `UsageError` for one that there is no such, and for rules that are not there.
    """
    chosen: dict[str, DetectorChoice] = {}
    for text in request.detectors:
        name, _, config = text.partition("=")
        if name not in SCANNERS:
            from gatepost.conditions import nearest_word

            near = nearest_word(name, SCANNERS)
            hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(sorted(SCANNERS))}"
            raise UsageError(f"there is no scanner {name!r} to run", hint=hint)
        if config and name not in WITH_CONFIG:
            raise UsageError(f"--run {name} takes no rules", hint=f"those that do: {', '.join(WITH_CONFIG)}")
        chosen[name] = DetectorChoice(name, os.path.abspath(config) if config else "")
    # An organisation's word on how a scanner is run stands before the repository's.
    paths = [request.policy, request.organisation_policy]
    for policy, path in reversed(list(zip(policies, paths, strict=False))):
        base = os.path.dirname(os.path.abspath(path)) if path is not None else root
        for one in policy.detectors:
            given = one._replace(config=os.path.join(base, one.config) if one.config else "")
            known = chosen.get(one.name)
            if known is None or not (known.config or known.location):
                chosen[one.name] = given if known is None else given._replace(config=given.config)
    for one in chosen.values():
        if one.name in NEED_CONFIG and not one.config:
            raise UsageError(f"{one.name} has no rules of its own", hint=f"--run {one.name}=FILE-OR-FOLDER")
        if one.config and not os.path.exists(one.config):
            shown = printable_path(os.path.relpath(one.config, root))
            raise UsageError(f"the rules {shown!r} of {one.name} are not there", one.location)
    return tuple(sorted(chosen.values()))


def detect(
    choices: Sequence[DetectorChoice], found: Found, templates: Sequence[str], files: Files, jobs: int | None
) -> Detected:
    """Run scanners on what was found and return what they say.

    `templates` are the paths of the CloudFormation templates among the files.
    """
    from concurrent.futures import ThreadPoolExecutor

    tasks: list[_Task] = []
    problems: list[Problem] = []
    notes: list[str] = []
    for choice in choices:
        made = list(_tasks(choice, found, templates, files))
        for one in made:
            if isinstance(one, Problem):
                problems.append(one)
            elif isinstance(one, str):
                notes.append(one)
            else:
                tasks.append(one)
    findings: list[Finding] = []
    done: set[str] = set()
    read = lines_of(files)
    with ThreadPoolExecutor(jobs or min(os.cpu_count() or 1, MOST_JOBS_UNASKED)) as pool:
        outputs = list(pool.map(partial(_run, found.root), tasks))
    for task, output in zip(tasks, outputs, strict=True):
        if isinstance(output, str):
            problems.append(_problem(task.scanner.name, output))
            continue
        seen, told = _read(task, output, found.root, read)
        problems += told
        kept = [one for one in seen if not _is_hidden(one.location.path, found)]
        if len(kept) < len(seen):
            notes.append(f"{task.scanner.name} found {len(seen) - len(kept)} more in what is passed over")
        findings += kept
        done.add(task.scanner.name)
    return Detected(tuple(findings), tuple(problems), tuple(notes), len(done))


def _problem(name: str, what: str, hint: str = "") -> Problem:
    return Problem(Location(".", NOWHERE), f"{name} {what}", hint or f"run {name} by hand to see more", "detector")


def _tasks(
    choice: DetectorChoice, found: Found, templates: Sequence[str], files: Files
) -> Iterator[_Task | Problem | str]:
    scanner = SCANNERS[choice.name]
    program = _program(choice.name)
    if program is None:
        yield _problem(choice.name, "is to be run and is not installed", _how_to_install(choice.name))
        return
    inside = os.path.relpath(program, found.root).replace(os.sep, "/")
    if not inside.startswith("../") and not os.path.isabs(inside) and not _is_hidden(inside, found):
        yield _problem(choice.name, f"lies in what is scanned ({inside}), so it is not run", "install it elsewhere")
        return
    if scanner.kind == "script":
        yield from _shell_tasks(scanner, choice, program, found, files)
        return
    if not scanner.kind:
        targets = [one for one in _targets(found) if _has_any(os.path.join(found.root, one), scanner.ending)]
        if not targets:
            yield f"{choice.name} was not run: there is nothing for it here"
        for target in targets:
            yield _Task(scanner, choice, program, target)
        if scanner.name == "trivy" and not has_database() and any(_has_packages(found, one) for one in targets):
            yield _problem("trivy", _NO_DATABASE, "run `trivy filesystem --download-db-only`, then this again")
        return
    paths = _paths(scanner.kind, found, templates)
    if not paths:
        yield f"{choice.name} was not run: there is nothing for it here"
    for start in range(0, len(paths), FILES_AT_ONCE):
        yield _Task(scanner, choice, program, "", tuple(paths[start : start + FILES_AT_ONCE]))


def _targets(found: Found) -> list[str]:
    """Return the folders and single files that were asked for, none of them within another."""
    targets: list[str] = []
    for path in sorted({*found.folders, *found.given}):
        if not any(top == "" or path.startswith(f"{top}/") for top in targets):
            targets.append(path)
    return targets


def _has_any(target: str, ending: str) -> bool:
    """Whether a file with this ending is at or below a path; anything counts where none is asked for."""
    if not ending or target.endswith(ending):
        return True
    for _, folders, names in os.walk(target):
        folders[:] = [one for one in folders if one not in (".git", *NEVER_OURS)]
        if any(one.endswith(ending) for one in names):
            return True
    return False


def _has_packages(found: Found, target: str) -> bool:
    """Whether a file at or below a path asks for packages, which have vulnerabilities."""
    full = os.path.join(found.root, target)
    if family_of(target):
        return True
    for folder, folders, names in os.walk(full):
        folders[:] = [one for one in folders if one not in (".git", *NEVER_OURS)]
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), found.root).replace(os.sep, "/")
            if family_of(path) and not _is_hidden(path, found):
                return True
    return False


def _program(name: str) -> str | None:
    """Return a scanner's program: on the search path, else beside Python, where an extra of Gatepost has put it."""
    import sys

    from gatepost.services.processes import find_program

    return find_program(name) or find_program(name, os.path.dirname(os.path.abspath(sys.executable)))


def _how_to_install(name: str) -> str:
    if name == "cfn-lint":
        return "pip install 'gatepost[cfn-lint]', or take it out of `detectors` or --run"
    return f"install {name}, or take it out of `detectors` or --run"


def _paths(kind: str, found: Found, templates: Sequence[str]) -> list[str]:
    dockerfiles = found.files.get("dockerfile", ())
    if kind == "dockerfile":
        return sorted(dockerfiles)
    if kind == "template":
        return sorted(templates)
    terraform = (*found.files.get("terraform", ()), *found.files.get("terraform-json", ()))
    return sorted({*dockerfiles, *templates, *terraform})


def _shell_tasks(
    scanner: Scanner, choice: DetectorChoice, program: str, found: Found, files: Files
) -> Iterator[_Task | str]:
    by_shell: dict[str, dict[str, Script]] = {}
    for path in found.files.get("dockerfile", ()):
        source = files.read(path, "dockerfile")
        files.problems.pop(path, None)
        for number, script in enumerate(scripts_of(source) if source is not None else ()):
            scripts = by_shell.setdefault(script.shell, {})
            scripts[f"{len(scripts)}-{number}.{script.shell}"] = script
    if not by_shell:
        yield f"{choice.name} was not run: there is nothing for it here"
    for scripts in by_shell.values():
        names = sorted(scripts)
        for start in range(0, len(names), FILES_AT_ONCE):
            some = names[start : start + FILES_AT_ONCE]
            yield _Task(scanner, choice, program, "", tuple(some), {name: scripts[name] for name in some})


def _run(root: str, task: _Task) -> bytes | str:
    """Return the report of a run, or what went wrong."""
    from gatepost.services.processes import run_program, temporary_folder

    scanner = task.scanner
    with temporary_folder() as work:
        for name, script in task.scripts.items():
            with open(os.path.join(work, name), "w", encoding="utf-8", newline="") as file:
                file.write(script.text)
        files = task.files if task.scripts else tuple(os.path.join(root, path) for path in task.files)
        command = scanner.command(
            Setting(task.program, os.path.join(root, task.target), files, work, task.choice.config)
        )
        ran = run_program(
            command,
            folder=work,
            seconds=task.choice.seconds or DEFAULT_SECONDS,
            most_bytes=MOST_REPORT_BYTES,
            environment=environment_of(work),
        )
        if ran.failed:
            return f"gave no report: {ran.failed}"
        if ran.code not in scanner.codes:
            return f"failed with exit code {ran.code}{_said(ran.said)}"
        if not scanner.report:
            return ran.output
        try:
            with open(os.path.join(work, scanner.report), "rb") as file:
                return file.read(MOST_REPORT_BYTES)
        except OSError:
            return f"wrote no report{_said(ran.said)}"


def _said(text: str) -> str:
    """Return the last line that a program has said, for the end of a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = "".join(one if one.isprintable() else " " for one in lines[-1])[:200] if lines else ""
    return f": {last}" if last else ""


def _read(
    task: _Task, output: bytes, root: str, read: Callable[[str], Sequence[str] | None]
) -> tuple[Sequence[Finding], list[Problem]]:
    from gatepost.scans import read_report

    name = task.scanner.name
    content = _with_places(output, task.scripts) if task.scripts else output
    result = read_report(content, f"run/{name}", name, root=root, lines_of=read)
    return result.findings, [one._replace(what=f"{name}: {one.what}", kind="detector") for one in result.problems]


def _with_places(output: bytes, scripts: Mapping[str, Script]) -> bytes:
    import json

    try:
        report: Any = json.loads(output)
    except (ValueError, RecursionError):
        return output  # whoever reads it says what is wrong
    if not isinstance(report, dict) or not isinstance(report.get("comments"), list):  # pyright: ignore[reportUnknownMemberType]
        return output
    return json.dumps(mapped(report, scripts)).encode()


def _is_hidden(path: str, found: Found) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:end]) in found.hidden for end in range(1, len(parts) + 1))
