"""Reads the sections of a policy about what is taken in beside the files: feeds, reports, detectors; never merges."""

from __future__ import annotations

from gatepost.gate.dates import days_of
from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.policy import DetectorChoice, FeedChoice

# The scanners that can be run. The table of how is in `gatepost.pipeline.detecting`.
DETECTORS = ("bandit", "cfn-lint", "checkov", "gitleaks", "hadolint", "semgrep", "shellcheck", "trivy")
# Those that take rules from a file or folder, and those that have none of their own.
WITH_CONFIG = ("semgrep", "gitleaks")
NEED_CONFIG = ("semgrep",)
MOST_SECONDS = 3600


def read_feeds(page: Page, node: Node) -> FeedChoice:
    """Return what `feeds` says; raises UsageError."""
    fields = page.fields(node, ("path", "max_age"), "`feeds`")
    if not fields:
        page.fault(node, "`feeds` says nothing", "keys: path, max_age")
    path = page.text(fields["path"][1], "`path`") if "path" in fields else ""
    oldest = read_age(page, fields["max_age"][1]) if "max_age" in fields else None
    return FeedChoice(path, oldest, page.location(node))


def read_reports(page: Page, node: Node) -> int:
    """Return how many days old a report may be; raises UsageError."""
    fields = page.fields(node, ("max_age",), "`reports`")
    return read_age(page, page.required(fields, "max_age", node, "`reports`"))


def read_images(page: Page, node: Node) -> tuple[str, ...]:
    """Return the lists of image tags that `images` names; raises UsageError."""
    fields = page.fields(node, ("tags",), "`images`")
    return page.texts(page.required(fields, "tags", node, "`images`"), "`tags`")


def read_age(page: Page, node: Node) -> int:
    """Return a number of days written as 7d or 2w; raises UsageError."""
    text = page.text(node, "`max_age`")
    days = days_of(text)
    if days is None:
        page.fault(node, f'"{text}" is no number of days', "write it as 7d or 2w")
    return days


def read_detectors(page: Page, node: Node) -> tuple[DetectorChoice, ...]:
    """Return the scanners to run, from a list of names or a mapping of names to settings; raises UsageError."""
    if node.kind == "list":
        pairs = [(page.text(one, "a detector"), one, None) for one in node.value]
    else:
        pairs = [(name, key, value) for name, key, value in page.mapping(node, "`detectors`")]
    choices: dict[str, DetectorChoice] = {}
    for name, key, value in pairs:
        if name not in DETECTORS:
            page.unknown_word(key, name, DETECTORS, f'there is no detector "{name}"')
        if name in choices:
            page.fault(key, f'the detector "{name}" is there twice')
        choices[name] = _choice(page, name, key, value)
    return tuple(choices.values())


def _choice(page: Page, name: str, key: Node, value: Node | None) -> DetectorChoice:
    config, seconds = "", None
    if value is not None and value.kind != "null":
        fields = page.fields(value, ("config", "seconds"), f"`{name}`")
        if "config" in fields:
            if name not in WITH_CONFIG:
                page.fault(fields["config"][0], f"{name} takes no `config`", f"those that do: {', '.join(WITH_CONFIG)}")
            config = page.text(fields["config"][1], "`config`")
        if "seconds" in fields:
            seconds = _seconds(page, fields["seconds"][1])
    if name in NEED_CONFIG and not config:
        page.fault(key, f"{name} has no rules of its own", f"write {name}: {{config: FILE-OR-FOLDER}}")
    return DetectorChoice(name, config, seconds, page.location(key))


def _seconds(page: Page, node: Node) -> int:
    if node.kind != "number" or not isinstance(node.value, int) or not 1 <= node.value <= MOST_SECONDS:
        page.fault(node, f"`seconds` has to be a whole number from 1 to {MOST_SECONDS}")
    return node.value
