"""`gatepost explain`: what a rule is about, or why one finding was decided as it was; never decides anew."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from gatepost.cli.output import view_of, write_out
from gatepost.model.problems import UsageError
from gatepost.pipeline.own_rules import with_own_rules
from gatepost.reports.explain import Example, RuleText, explain_rule
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.compiled import read_cases
from gatepost.rules.rule import Rule

_FINGERPRINT = re.compile(r"[0-9a-f]{4,16}\Z")
_DIALECTS = ("terraform", "cloudformation", "dockerfile")


@click.command("explain")
@click.argument("what", metavar="RULE-ID|FINGERPRINT")
@click.option("--verdict", metavar="FILE", help="The json report that the finding is in.")
@click.option("--policy", metavar="FILE", help="The policy to go through, in place of gatepost.yaml.")
@click.option("--organisation-policy", metavar="FILE", help="An organisation's policy to go through as well.")
@click.option("--rules", multiple=True, metavar="FOLDER", help="Rules of your own to know of, too.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def command(
    what: str,
    verdict: str | None,
    policy: str | None,
    organisation_policy: str | None,
    rules: Sequence[str],
    color: str,
) -> int:
    """Explain a rule, or why one finding blocks.

    \b
    gatepost explain aws/s3/bucket-public-acl
    gatepost check --format json=verdict.json; gatepost explain 7f3a91c2 --verdict verdict.json
    """
    view = view_of(color, verbose=True, quiet=False, to_terminal=True, seconds=None, today="", outputs=())
    if verdict is not None:
        from gatepost.pipeline.explaining import explained
        from gatepost.reports.explain_finding import explain_finding

        write_out(explain_finding(*explained(what, verdict, policy, organisation_policy), view))
    elif "/" not in what and _FINGERPRINT.match(what):
        raise UsageError(
            f"{what} is a finding's fingerprint; the verdict it is in is needed too",
            hint=f"gatepost check --format json=verdict.json; gatepost explain {what} --verdict verdict.json",
        )
    else:
        write_out(explain_rule(_rule_text(what, rules), view))
    return 0


def _rule_text(id: str, folders: Sequence[str]) -> RuleText:
    catalogue = with_own_rules(load_shipped(), folders)
    ids = catalogue.ids()
    if id not in ids:
        from gatepost.conditions import nearest_word

        near = nearest_word(id, ids)
        raise UsageError(
            f"there is no rule {id!r}", hint=f"did you mean {near!r}?" if near else "gatepost rules lists them"
        )
    rule = catalogue.rule(id)
    fix = rule.fix
    return RuleText(
        rule.id,
        rule.title,
        rule.severity,
        rule.category,
        rule.why,
        rule.standards,
        rule.also_known_as,
        rule.references,
        rule.settings,
        str(fix["safety"]) if fix else "",
        str(fix.get("why", "")) if fix else "",
        str(rule.plain.get("no_fix", "")),
        str(rule.plain["applies_to"]),
        _examples(rule),
        rule.audience,
        rule.confidence,
    )


def _examples(rule: Rule) -> list[Example]:
    cases = rule.plain.get("cases") or read_cases(rule.id) or ()
    return [
        Example(dialect, str(case[dialect]), str(case.get("fixed", "")), str(case.get("name", "")))
        for case in cases
        for dialect in _DIALECTS
        if dialect in case and "# finding" in str(case[dialect])
    ]
