"""`gatepost rules`: lists the rules that come with Gatepost; never judges."""

from __future__ import annotations

import click

from gatepost.cli.output import view_of, write_out
from gatepost.model.problems import UsageError
from gatepost.reports.rule_table import RuleRow, render
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.rule import Rule


@click.command("rules")
@click.option("--provider", metavar="NAME", help="Only the rules of one provider: aws, azure, google, docker …")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="How to list them.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def command(provider: str | None, format_name: str, color: str) -> int:
    """List the rules: severity, id, title."""
    rules = load_shipped().rules()
    if provider is not None:
        providers = sorted({rule.id.partition("/")[0] for rule in rules})
        if provider not in providers:
            raise UsageError(f"there are no rules for {provider!r}", hint=f"providers: {', '.join(providers)}")
        rules = tuple(rule for rule in rules if rule.id.startswith(provider + "/"))
    view = view_of(color, verbose=False, quiet=False, to_terminal=True, seconds=None, today="", outputs=())
    report = render("json" if format_name == "json" else "terminal", [_row(rule) for rule in rules], view)
    write_out(report.body)
    return 0


def _row(rule: Rule) -> RuleRow:
    languages = tuple(sorted(language for language, types in rule.types().items() if types))
    safety = str(rule.fix["safety"]) if rule.fix else ""
    return RuleRow(rule.id, rule.title, rule.severity, rule.category, languages, safety, rule.also_known_as)
