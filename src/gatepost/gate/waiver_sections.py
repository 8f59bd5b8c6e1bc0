"""Reads the waivers of a policy, or of a file of waivers, and what the policy asks of them; never whom they cover."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from gatepost.conditions.globs import compile_glob
from gatepost.gate.dates import days_of, is_date
from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.decisions import Waiver
from gatepost.model.places import Location, Source
from gatepost.model.policy import WaiverRules

Known: TypeAlias = Mapping[str, "Location | None"]

# What a waiver is about. The first six are enough by themselves; an environment only narrows them.
NARROWING = ("rule", "path", "resource", "package", "vulnerability", "fingerprint")
SCOPE_KEYS = (*NARROWING, "environment")
NEEDED = ("until", "why", "by")
WAIVER_KEYS = (*SCOPE_KEYS, "from", *NEEDED, "ticket", "vex", "justification")
FILE_KEYS = ("version", "waivers")
RULE_KEYS = ("warn_before", "longest", "require", "by")
REQUIRABLE = ("from", "ticket")
CODEOWNERS = "codeowners"
# CISA, "Vulnerability Exploitability eXchange (VEX) – Status Justifications", 2022; OpenVEX writes the same.
STATUSES = ("affected", "not_affected", "fixed", "under_investigation")
JUSTIFICATIONS = (
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
)
_FINGERPRINT = re.compile(r"[0-9a-f]{16}\Z").match
# Characters that change what a reader sees, or are not seen: directions (Unicode TR 36), zero widths, controls.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]").search
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\r(?!\n)"
).search


def unseen(text: str, words: bool = False) -> bool:
    """Whether a text has characters that hide, or turn what is read round; `words` may have marks of direction."""
    return (_TURNING if words else _UNSEEN)(text) is not None


def read_waivers(page: Page, node: Node, environments: Known | None = None) -> tuple[Waiver, ...]:
    """Return the waivers of a file; raises UsageError where one lacks until, why or by, or cannot take effect.

    `environments` are those that there are, with the place that defines each; empty or None where any may be.
    """
    listed = page.listed(node, "`waivers`")
    for one in listed if environments else ():
        named = one.get("environment")
        for word in (named.elements() or [named]) if named is not None else ():
            text = page.text(word, "`environment`")
            if environments and text not in environments and not any(map(compile_glob(text), environments)):
                page.unknown_environment(word, environments)
    return tuple(_waiver(page, one) for one in listed)


def read_waiver_file(source: Source, environments: Known | None = None) -> tuple[Waiver, ...]:
    """Return the waivers of a file that holds nothing else (`waivers: […]`); raises UsageError."""
    page = Page(source)
    if page.root.kind == "null":
        return ()
    given = page.fields(page.root, FILE_KEYS, "a file of waivers")
    if "version" in given and given["version"][1].value != 1:
        page.fault(given["version"][1], "this Gatepost reads waivers of version 1")
    return read_waivers(page, given["waivers"][1], environments) if "waivers" in given else ()


def _waiver(page: Page, node: Node) -> Waiver:
    fields = page.fields(node, WAIVER_KEYS, "a waiver")
    for name in NEEDED:
        page.required(fields, name, node, "this waiver")
    scope = tuple((name, _alternatives(page, name, fields[name][1])) for name in SCOPE_KEYS if name in fields)
    if not any(name in NARROWING for name, _ in scope):
        page.fault(
            node, f"this waiver names no {', '.join(NARROWING[:-1])} or fingerprint, so it would waive everything"
        )
    texts = {name: page.text(value, f"`{name}`") for name, (_, value) in fields.items() if name not in SCOPE_KEYS}
    for name, text in texts.items():
        if unseen(text, words=name == "why"):
            page.fault(fields[name][1], f"`{name}` has characters that are not seen, or turn the text round")
    for name in ("from", "until"):
        if name in texts and not is_date(texts[name]):
            page.fault(fields[name][1], f'"{texts[name]}" is not a date', "write it as YYYY-MM-DD")
    if texts.get("from", "") > texts["until"]:
        page.fault(fields["from"][1], "this waiver ends before it begins")
    _require_statement(page, fields, scope)
    return Waiver(
        scope,
        texts["until"],
        texts["why"],
        texts["by"],
        page.location(node),
        since=texts.get("from", ""),
        ticket=texts.get("ticket", ""),
        status=texts.get("vex", ""),
        justification=texts.get("justification", ""),
    )


def _alternatives(page: Page, name: str, node: Node) -> tuple[str, ...]:
    for one in node.value if node.kind == "list" else [node]:
        text = _text(page, name, one)
        if unseen(text):
            page.fault(one, f"`{name}` has characters that are not seen, or turn the text round")
        if name == "fingerprint" and not _FINGERPRINT(text):
            page.fault(one, f'"{text}" is no fingerprint', "take all 16 digits; the json report has them")
        if name == "package":
            from gatepost.gate.packages import package_fault

            fault = package_fault(text)
            if fault:
                page.fault(one, fault, "write a name or a package URL, and a range behind it: lodash >=4.0 <4.17.21")
    page.texts(node, f"`{name}`")  # an empty list is refused
    return tuple(dict.fromkeys(_text(page, name, one) for one in (node.value if node.kind == "list" else [node])))


def _text(page: Page, name: str, node: Node) -> str:
    """Return a scalar as text; a fingerprint as it is written, since one of digits alone reads as a number."""
    text = page.text(node, f"`{name}`")
    return page.source.text[node.start : node.end] if name == "fingerprint" and node.kind == "number" else text


def _require_statement(
    page: Page, fields: Mapping[str, tuple[Node, Node]], scope: Collection[tuple[str, object]]
) -> None:
    """Verify what a waiver states of the vulnerability (VEX)."""
    if "vex" not in fields:
        if "justification" in fields:
            page.fault(
                fields["justification"][0], "`justification` is of `vex: not_affected`, which this waiver does not say"
            )
        return
    key, node = fields["vex"]
    status = page.one_of(node, STATUSES, "`vex`")
    given = dict(scope)
    if "vulnerability" not in given or any(
        "*" in one or "?" in one for one in page.texts(fields["vulnerability"][1], "")
    ):
        page.fault(key, "`vex` states something of a vulnerability, so `vulnerability` has to name it", "write its CVE")
    if "environment" in given:
        page.fault(
            key, "`vex` states something of the software, whatever environment it runs in", "leave one of them out"
        )
    if status == "not_affected" and "justification" not in fields:
        page.fault(node, "`vex: not_affected` has no `justification`", f"one of: {', '.join(JUSTIFICATIONS)}")
    if "justification" in fields:
        if status != "not_affected":
            page.fault(fields["justification"][0], f"`vex: {status}` takes no `justification`")
        page.one_of(fields["justification"][1], JUSTIFICATIONS, "`justification`")


def read_waiver_rules(page: Page, node: Node) -> WaiverRules:
    """Return what a policy asks of waivers (`waiver_rules`)."""
    fields = page.fields(node, RULE_KEYS, "`waiver_rules`")
    if not fields:
        page.fault(node, "`waiver_rules` says nothing", f"keys: {', '.join(RULE_KEYS)}")
    days: dict[str, int] = {}
    for name in ("warn_before", "longest"):
        if name in fields:
            text = page.text(fields[name][1], f"`{name}`")
            number = days_of(text)
            if number is None:
                page.fault(fields[name][1], f'"{text}" is no number of days', "write 14d or 2w")
            days[name] = number
    require = page.texts(fields["require"][1], "`require`") if "require" in fields else ()
    for word in require:
        if word not in REQUIRABLE:
            page.unknown_word(fields["require"][1], word, REQUIRABLE, f'`require` cannot ask for "{word}"')
    by = page.texts(fields["by"][1], "`by`") if "by" in fields else ()
    owners = bool(by) and fields["by"][1].kind != "list" and by[0].lower() == CODEOWNERS
    return WaiverRules(
        days.get("warn_before", WaiverRules().warn_before),
        days.get("longest"),
        require,
        () if owners else by,
        owners,
        page.location(node),
    )


def require_kept(page: Page, node: Node, waivers: Sequence[Waiver], rules: WaiverRules) -> None:
    """Raise UsageError at a waiver of a policy that lacks what the policy itself requires of waivers."""
    for one, waiver in zip(node.value, waivers, strict=True):
        for name in rules.require:
            if not given(waiver, name):
                page.fault(one, f"this waiver has no `{name}`, which `waiver_rules` requires")


def given(waiver: Waiver, name: str) -> str:
    """Return what a waiver says under one of REQUIRABLE, "" for nothing."""
    return waiver.since if name == "from" else waiver.ticket


def place_of(waiver: Waiver) -> str:
    """Return "path:line" of where a waiver is written."""
    location: Location = waiver.location
    return f"{location.path}:{location.region.start_line}"
