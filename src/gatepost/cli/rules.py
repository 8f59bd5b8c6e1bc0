"""`gatepost rules`: lists the rules that come with Gatepost; never judges."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from gatepost.cli.output import view_of, write_out
from gatepost.conditions import nearest_word
from gatepost.model.findings import SEVERITIES
from gatepost.model.problems import UsageError
from gatepost.pipeline.own_rules import with_own_rules
from gatepost.reports.rule_table import RuleRow, render
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.rule import Rule

AUDIENCES = ("regular", "thorough")


@click.command("rules")
@click.option("--provider", metavar="NAME", help="Only the rules of one provider: aws, azure, google, docker …")
@click.option("--audience", type=click.Choice(AUDIENCES), help="Only the rules for one audience.")
@click.option(
    "--severity", type=click.Choice([one for one in SEVERITIES if one != "unknown"]), help="Only rules of one severity."
)
@click.option("--category", metavar="NAME", help="Only the rules of one category: network, encryption, identity …")
@click.option("--standard", metavar="NAME", help="What the rules cover of a standard: cis_aws_3_0, cwe …")
@click.option("--rules", "folders", multiple=True, metavar="FOLDER", help="Rules of your own, too.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="How to list them.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def command(
    provider: str | None,
    audience: str | None,
    severity: str | None,
    category: str | None,
    standard: str | None,
    folders: Sequence[str],
    format_name: str,
    color: str,
) -> int:
    """List the rules: severity, id, title. Those for the audience thorough are judged when the policy says so."""
    rules = with_own_rules(load_shipped(), folders).rules()
    rules = _of(rules, "provider", provider, lambda rule: (rule.id.partition("/")[0],))
    rules = _of(rules, "audience", audience, lambda rule: (rule.audience,))
    rules = _of(rules, "severity", severity, lambda rule: (rule.severity,))
    rules = _of(rules, "category", category, lambda rule: (rule.category,))
    rules = _of(rules, "standard", standard, lambda rule: tuple(rule.standards))
    view = view_of(color, verbose=False, quiet=False, to_terminal=True, seconds=None, today="", outputs=())
    report = render("json" if format_name == "json" else "terminal", [_row(rule) for rule in rules], view, standard)
    write_out(report.body)
    return 0


def _of(
    rules: Sequence[Rule], what: str, wanted: str | None, words: Callable[[Rule], Sequence[str]]
) -> tuple[Rule, ...]:
    """Return the rules of which one word is the wanted one; raises `UsageError` where there is none."""
    if wanted is None:
        return tuple(rules)
    found = tuple(rule for rule in rules if wanted in words(rule))
    if not found:
        known = sorted({word for rule in rules for word in words(rule)})
        near = nearest_word(wanted, known)
        hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(known) or 'none'}"
        raise UsageError(f"there are no rules of the {what} {wanted!r}", hint=hint)
    return found


def _row(rule: Rule) -> RuleRow:
    languages = tuple(sorted(language for language, types in rule.types().items() if types))
    safety = str(rule.fix["safety"]) if rule.fix else ""
    return RuleRow(
        rule.id,
        rule.title,
        rule.severity,
        rule.category,
        languages,
        safety,
        rule.also_known_as,
        rule.audience,
        rule.confidence,
        rule.standards,
    )
