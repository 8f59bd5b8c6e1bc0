"""What a run is asked to do; never how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from gatepost.languages.terraform.given import NOTHING as NO_INPUTS
from gatepost.languages.terraform.given import Inputs
from gatepost.model.records import NamedTuple

# Called with (done, in all, what comes next): roots, or findings of a report, of which nobody knows the number (0).
Watch: TypeAlias = Callable[[int, int, str], None]


class Request(NamedTuple):
    """The settings of one run.

    `paths` are as typed. `reports` are (file, format or None). `policy` and `organisation_policy` are files.
    `branch` is the one a change would land on, and `branch_how` what told it. `today` is the ISO date to judge by:
    waivers end and certificates run out by it. `jobs` is None when size decides. `rules` are folders with rules of the
    user's own. `inputs` is what Terraform is given beside var files. `plans` and `states` are (root directory or None,
    file).
    `image_tags` are (name of the image or "", file).
    `base` is the revision that a change is compared with ("none": with nothing), and `base_how` what told it.
    `base_reports` are those of scans of it, as `reports`. `baseline` is a file of what counts as old, in
    place of the one that a policy names; none counts without `use_baseline`.
    `feeds` is a folder, `evidence` are files. `histories` are files that tell
    when things were first seen. `oldest_report` is in days. `detectors` are scanners to run, by name;
    without `run_detectors` none is run, whatever a policy says. `traced` asks for the trace of the run.
    `texts` are laid over the files on disk, by path below the scanned root; None for a file that is gone.
    `cmdb` and `audit_logs` are files that tell owners, in place of those that a policy names.
    """

    paths: tuple[str, ...]
    today: str
    reports: tuple[tuple[str, str | None], ...] = ()
    policy: str | None = None
    organisation_policy: str | None = None
    environment: str | None = None
    branch: str | None = None
    branch_how: str = ""
    var_files: tuple[str, ...] = ()
    jobs: int | None = None
    allow_empty: bool = False
    rules: tuple[str, ...] = ()
    parameter_files: tuple[str, ...] = ()
    inputs: Inputs = NO_INPUTS
    plans: tuple[tuple[str | None, str], ...] = ()
    states: tuple[tuple[str | None, str], ...] = ()
    feeds: str | None = None
    evidence: tuple[str, ...] = ()
    oldest_report: int | None = None
    detectors: tuple[str, ...] = ()
    run_detectors: bool = True
    base: str | None = None
    base_how: str = ""
    base_reports: tuple[tuple[str, str | None], ...] = ()
    baseline: str | None = None
    use_baseline: bool = True
    histories: tuple[str, ...] = ()
    traced: bool = False
    image_tags: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, str | None] = {}
    cmdb: str | None = None
    audit_logs: tuple[str, ...] = ()
