"""What a verdict says place by place, the strictest first, for formats of code hosts; never how a host writes it.

The texts are free of known secrets and otherwise as they were found: each format makes them harmless for its host.
"""

from __future__ import annotations

from gatepost.model.decisions import ACTIONS, Action, Decision, Verdict, Waiver
from gatepost.model.findings import Finding, Severity
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple
from gatepost.reports.entries import Entry, entries, lacking, rank
from gatepost.reports.safe_text import printable
from gatepost.reports.secrets import Secrets

_WORDS = {"block": "Blocked", "warn": "Warned", "allow": "Allowed"}


class Remark(NamedTuple):
    """One finding, undecided rule, problem or broken budget. `details` are lines; `decided` says what decided.

    `kind` is "finding", "undecided", "problem" or "budget". `fails`: it stops the change (never where a verdict only
    observes). `decision` is there for findings alone.
    """

    kind: str
    action: Action
    fails: bool
    rule: str
    title: str
    severity: Severity
    location: Location | None
    decided: str
    details: tuple[str, ...] = ()
    resource: str = ""
    fingerprint: str = ""
    waiver: Waiver | None = None
    decision: Decision | None = None

    @property
    def path(self) -> str:
        """The file, relative and in one line; "" for none."""
        return plain_path(self.location.path) if self.location else ""

    @property
    def line(self) -> int:
        """The line, from 1."""
        return max(self.location.region.start_line, 1) if self.location else 1

    def sentence(self) -> str:
        """Return all of it in one printable line."""
        head = f"Undecided: {self.title}" if self.kind == "undecided" else self.title
        return printable(". ".join(part.rstrip(".") for part in (head, *self.details, self.decided) if part) + ".")


def remarks(verdict: Verdict, secrets: Secrets | None = None, by_cause: bool = False) -> list[Remark]:
    """Return a remark for everything a verdict holds; budgets that are kept have nothing to say.

    `by_cause`: findings that one edit would mend are one remark, at the place of the worst.
    """
    secrets = secrets or secrets_of(verdict)
    enforced = verdict.mode == "enforce"
    if by_cause:
        made = [_entry(entry, secrets, enforced) for entry in entries(verdict.decisions)]
    else:
        made = [_finding(decision, secrets, enforced) for decision in sorted(verdict.decisions, key=rank)]
    for item in verdict.undecided:
        one = item.undecided
        details = (*lacking(one), *((f"To decide it: {one.hint}",) if one.hint else ()))
        made.append(
            Remark(
                "undecided", item.action, enforced and item.action == "block", one.rule, one.title, one.severity,
                one.location, _decided(item.action, item.because and item.because.name, item.waiver, enforced),
                details, one.resource, one.fingerprint, item.waiver,
            )
        )  # fmt: skip
    for item in verdict.problems:
        problem = item.problem
        made.append(
            Remark(
                "problem", item.action, enforced and item.action == "block", "gatepost/problem", problem.what,
                "high" if item.action == "block" else "low", problem.location,
                _decided(item.action, item.because and item.because.name, None, enforced),
                (problem.hint,) if problem.hint else (),
            )
        )  # fmt: skip
    made += _budgets(verdict, enforced)
    made.sort(key=lambda one: -ACTIONS.index(one.action))
    return made


def secrets_of(verdict: Verdict) -> Secrets:
    """Return what must not be printed of a verdict."""
    return Secrets((decision.assessment.finding for decision in verdict.decisions), verdict.sources)


def plain_path(path: str) -> str:
    """Return a path in one line, without "." or ".." in it; "." for none."""
    return "/".join(step for step in printable(path).split("/") if step not in ("", ".", "..")) or "."


def cut(text: str, most: int) -> str:
    """Return at most so many characters, with a mark where something was left out."""
    return text if len(text) <= most else text[: most - 3].rstrip() + "..."


def shown_and_left(made: list[Remark], most: int) -> tuple[list[Remark], int]:
    """Return what fits, and how many do not when one place is kept to say so."""
    return (made, 0) if len(made) <= most else (made[: most - 1], len(made) - most + 1)


def _entry(entry: Entry, secrets: Secrets, enforced: bool) -> Remark:
    made = _finding(entry.first, secrets, enforced)
    if len(entry.decisions) == 1:
        return made
    worst = f"The worst: {entry.finding.title}" if entry.title != entry.finding.title else ""
    told = (worst, *made.details) if worst else made.details
    return made._replace(title=secrets.text(entry.title), details=tuple(map(secrets.text, told)))


def _finding(decision: Decision, secrets: Secrets, enforced: bool) -> Remark:
    finding, context = decision.assessment.finding, decision.assessment.context
    details = [finding.message] if finding.message not in ("", finding.title) else []
    details += [package_words(finding)] if finding.package else []
    details += [finding.why] if finding.why else []
    environments = ", ".join(fact.name for fact in context.environments)
    details += [f"Environment: {environments}"] if environments else []
    owners = ", ".join(claim.name for claim in context.owners or ())
    details += [f"Owner: {owners}"] if owners else []
    solution = mending(finding)
    details += [solution] if solution else []
    name = decision.because and decision.because.name
    return Remark(
        "finding",
        decision.action,
        enforced and decision.action == "block",
        finding.rule,
        secrets.text(finding.title),
        finding.severity,
        finding.location,
        secrets.text(_decided(decision.action, name, decision.waiver, enforced, context.is_new)),
        tuple(map(secrets.text, details)),
        finding.resource,
        finding.fingerprint,
        decision.waiver,
        decision,
    )


def package_words(finding: Finding) -> str:
    """Return "name 1.0, mended in 1.1" for a package, "" for none."""
    package = finding.package
    if package is None:
        return ""
    fixed = f", mended in {' or '.join(package.fixed_versions)}" if package.fixed_versions else ""
    return f"{package.name} {package.version}".rstrip() + fixed


def mending(finding: Finding) -> str:
    """Return what to do about a finding, "" where nothing is known."""
    proved = next((fix for fix in finding.fixes if fix.proof == "proved"), None)
    if proved is not None:
        return f"Proved fix ({proved.safety}): {proved.title}"
    return finding.mend or finding.advice or finding.no_fix


def _decided(
    action: Action, name: str | None, waiver: Waiver | None, enforced: bool, is_new: bool | None = None
) -> str:
    if waiver is not None and action == "allow":
        return f"Waived until {waiver.until} by {waiver.by}: {waiver.why}"
    if action == "allow" and name is None:
        return "Not new" if is_new is False else "Allowed"
    word = _WORDS[action] if enforced or action != "block" else "Would be blocked"
    return f'{word} by "{name}"' if name else word


def _budgets(verdict: Verdict, enforced: bool) -> list[Remark]:
    if not any(budget.action != "allow" for budget in verdict.budgets):
        return []
    from gatepost.reports.budgets import limits_words, state_words

    return [
        Remark(
            "budget", one.action, enforced and one.action == "block", "gatepost/budget", f"Budget: {one.name}",
            "high" if one.action == "block" else "low", one.location,
            _decided(one.action, one.policy or None, None, enforced), (state_words(one), limits_words(one)),
        )
        for one in verdict.budgets
        if one.action != "allow"
    ]  # fmt: skip
