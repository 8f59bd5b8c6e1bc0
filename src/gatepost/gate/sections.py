"""Reads the sections of a policy file other than its lines; never merges."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from gatepost.gate.attributes import GROUPS, is_list
from gatepost.gate.inference import KEYS as NO_ENVIRONMENT
from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.decisions import ACTIONS, Action
from gatepost.model.findings import SEVERITIES, Severity
from gatepost.model.places import Location
from gatepost.model.policy import EnvironmentClause, InlinePermission, RuleChoice
from gatepost.model.records import NamedTuple

RATED: tuple[Severity, ...] = tuple(severity for severity in SEVERITIES if severity != "unknown")
CLAUSE_KEYS = ("path", "branch")
RULE_KEYS = ("enabled", "severity")
# Beside the ids of rules, which have a slash: whose rules are judged, the most lenient first.
AUDIENCE = "audience"
AUDIENCES = ("regular", "thorough")
INLINE_KEYS = ("accept", "accept_new", "refuse_above", "refuse_in")
CASE_KEYS = ("name", "finding", "undecided", "problem", "decides", "line", "routes")
# Tools whose ignore comments are understood, and those whose reports, or statements (VEX), say what does not count.
HONOURED = (
    "anchore",
    "aqua",
    "black-duck",
    "brakeman",
    "burp",
    "cfn-lint",
    "cfn_nag",
    "checkmarx",
    "checkov",
    "clair",
    "composer-audit",
    "conftest",
    "csaf",
    "cyclonedx",
    "dependabot",
    "dependency-check",
    "dependency-track",
    "detect-secrets",
    "dockle",
    "eslint",
    "fortify",
    "ggshield",
    "github-code-scanning",
    "github-secret-scanning",
    "google-artifact",
    "gosec",
    "grype",
    "hadolint",
    "horusec",
    "inspector",
    "kics",
    "kubescape",
    "mend",
    "nancy",
    "nosey-parker",
    "openvex",
    "ort",
    "ossindex",
    "prowler",
    "sarif",
    "securityhub",
    "semgrep",
    "snyk",
    "sonarqube",
    "sonatype",
    "spdx",
    "sysdig",
    "terrascan",
    "tfsec",
    "trivy",
    "veracode",
    "zap",
)


Kind = Literal["finding", "undecided", "problem"]
_KINDS: tuple[Kind, ...] = ("finding", "undecided", "problem")


class Case(NamedTuple):
    """A test of the policy: what is `given`, of which kind, what is decided and (if told) by the line of which name.

    `routes` are the names of those that it takes, None where that is not told.
    """

    name: str
    kind: Kind
    given: Mapping[str, Any]
    decides: Action
    line: str
    location: Location
    routes: tuple[str, ...] | None = None


def read_environments(page: Page, node: Node) -> tuple[EnvironmentClause, ...]:
    """Return the clauses of `environments`; raises UsageError for a key that cannot take effect."""
    clauses: list[EnvironmentClause] = []
    for name, key, value in page.mapping(node, "`environments`"):
        if name in NO_ENVIRONMENT:
            continue
        if name == "unknown":
            page.fault(key, 'an environment cannot be called "unknown"', "that is what no clause matches")
        for clause in value.value if value.kind == "list" else [value]:
            clauses.append(EnvironmentClause(name, _clause_keys(page, clause), page.location(clause)))
        if value.kind == "list" and not value.value:
            page.fault(value, f'environment "{name}" has no clause, so nothing can ever reach it')
    return tuple(clauses)


def _clause_keys(page: Page, node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    what = "a clause of an environment"
    entries = page.mapping(node, what)
    if not entries:
        page.fault(node, f"{what} is empty", f"keys: {', '.join(CLAUSE_KEYS)}, tag.NAME")
    keys: list[tuple[str, tuple[str, ...]]] = []
    for name, key, value in entries:
        if name == "infer":
            page.fault(key, "`infer` stands beside the environments", "write environments: {infer: true, …}")
        if name not in CLAUSE_KEYS and not (name.startswith("tag.") and len(name) > 4):
            page.unknown_word(key, name, (*CLAUSE_KEYS, "tag.NAME"), f'unknown key "{name}" in {what}')
        keys.append((name, page.texts(value, f"`{name}`")))
    return tuple(keys)


def read_rules(page: Page, node: Node, known: Mapping[str, Collection[str]] | None) -> dict[str, RuleChoice]:
    """Return the choices of `rules` by rule; `known` maps each rule's id to the names of its settings."""
    choices: dict[str, RuleChoice] = {}
    for rule, key, value in page.mapping(node, "`rules`"):
        if rule == AUDIENCE:
            continue
        if known is not None and rule not in known:
            page.unknown_word(key, rule, (AUDIENCE, *known), f'there is no rule "{rule}"')
        enabled, severity = None, None
        settings: dict[str, Any] = {}
        for name, setting, chosen in page.mapping(value, f'`rules`, "{rule}"'):
            if name == "enabled":
                enabled = page.truth(chosen, "`enabled`")
            elif name == "severity":
                severity = page.one_of(chosen, RATED, "`severity`")
            elif known is not None and name not in known[rule]:
                words = (*RULE_KEYS, *known[rule])
                page.unknown_word(setting, name, words, f'rule {rule} has no setting "{name}"')
            else:
                settings[name] = _setting(page, name, chosen)
        choices[rule] = RuleChoice(rule, enabled, severity, settings, page.location(key))
    return choices


def _setting(page: Page, name: str, node: Node) -> Any:
    from gatepost.gate.given_settings import value_of  # with the vocabulary, for who gives a setting

    return value_of(page, name, node)


def read_audience(page: Page, node: Node) -> str | None:
    """Return the audience that `rules` names, None where it names none."""
    named = node.get(AUDIENCE)
    return None if named is None else page.one_of(named, AUDIENCES, f"`{AUDIENCE}`")


def read_inline(page: Page, node: Node) -> InlinePermission:
    """Return what is said about waivers beside the code."""
    fields = page.fields(node, INLINE_KEYS, "`inline_waivers`")
    accept = page.truth(fields["accept"][1], "`accept`") if "accept" in fields else None
    above = page.one_of(fields["refuse_above"][1], RATED, "`refuse_above`") if "refuse_above" in fields else None
    where = page.texts(fields["refuse_in"][1], "`refuse_in`") if "refuse_in" in fields else ()
    new = page.truth(fields["accept_new"][1], "`accept_new`") if "accept_new" in fields else True
    if accept is False and (above or where or "accept_new" in fields):
        page.fault(node, "`accept: false` refuses every inline waiver, so the other keys cannot take effect")
    return InlinePermission(accept, above, where, new)


def read_honour(page: Page, node: Node) -> tuple[str, ...]:
    """Return the tools whose ignore comments count."""
    names = [(page.text(one, "a tool"), one) for one in page.listed(node, "`honour`")]
    for name, one in names:
        if name not in HONOURED:
            page.unknown_word(one, name, HONOURED, f'what "{name}" ignores is not understood')
    return tuple(name for name, _ in names)


def _fact(page: Page, name: str, node: Node) -> Any:
    """Return the fact that a case gives: a scalar, null for what is not known, a list where there can be several."""
    if node.kind == "list" and (is_list(name) or name == "environment"):
        for one in node.value:
            page.text(one, f"`{name}`")
    elif node.kind in ("list", "map"):
        page.fault(node, f"`{name}` has to be one value")
    return node.plain()


def read_case(page: Page, node: Node, attributes: Collection[str]) -> Case:
    """Return one entry of `cases`; `attributes` are the names that a case may give."""
    fields = page.fields(node, CASE_KEYS, "a case")
    kinds: list[Kind] = [kind for kind in _KINDS if kind in fields]
    if len(kinds) != 1:
        page.fault(node, "a case gives one of `finding`, `undecided` and `problem`")
    given: dict[str, Any] = {}
    for name, key, value in page.mapping(fields[kinds[0]][1], f"`{kinds[0]}`"):
        head, _, rest = name.partition(".")
        if head not in attributes or (rest and head not in (*GROUPS, "standard")) or (not rest and head in GROUPS):
            page.unknown_word(key, name, attributes, f'there is no attribute "{name}"')
        given[name] = _fact(page, name, value)
    decides = page.one_of(page.required(fields, "decides", node, "this case"), ACTIONS, "`decides`")
    line = page.text(fields["line"][1], "`line`") if "line" in fields else ""
    shown = ", ".join(f"{name}: {'null' if value is None else value}" for name, value in given.items())
    name = page.text(fields["name"][1], "`name`") if "name" in fields else f"{kinds[0]} {{{shown}}}"
    routes = _case_routes(page, fields["routes"], kinds[0]) if "routes" in fields else None
    return Case(name, kinds[0], given, decides, line, page.location(node), routes)


def _case_routes(page: Page, entry: tuple[Node, Node], kind: Kind) -> tuple[str, ...]:
    key, value = entry
    if kind != "finding":
        page.fault(key, "`routes` cannot take effect here: findings alone are routed")
    return () if value.kind == "list" and not value.value else page.texts(value, "`routes`")
