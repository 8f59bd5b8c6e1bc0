"""Judgements as findings and undecided rules, in words; never decides what they are worth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any, cast

from gatepost.model.findings import Detector, Finding, OriginStep, Severity, Undecided
from gatepost.model.values import Value
from gatepost.rules.belonging import known_tags
from gatepost.rules.judge import settings_of
from gatepost.rules.judgements import Judged, Judgement
from gatepost.rules.placeholders import shown, told
from gatepost.rules.pointing import narrow, point
from gatepost.rules.subjects import Subject

_HOLE = re.compile(r"\$\{([^}]*)\}")
_LONGEST_CONTENT = 300


def severity_of(judgement: Judgement, judged: Judged) -> Severity:
    """Return the severity: the policy's, else the rule's."""
    chosen = judged.settings.get(judgement.rule.id)
    return (chosen.severity if chosen is not None else None) or judgement.rule.severity


def message_of(judgement: Judgement, judged: Judged) -> str:
    """Return the rule's message for this subject; secrets print as •••, unknown values as their expression."""
    rule = judgement.rule
    template: str = rule.plain.get("message", rule.title)
    if "${" not in template:
        return " ".join(template.split())
    settings = settings_of(rule, judged)

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        return shown(settings[name]) if name in settings else told(judgement.subject, name)

    return " ".join(_HOLE.sub(fill, template).split())


def finding_of(judgement: Judgement, judged: Judged) -> Finding:
    """Return the finding that a violated judgement is, without fixes and without a fingerprint."""
    rule, subject = judgement.rule, judgement.subject
    pointed = point(judgement)
    severity = severity_of(judgement, judged)
    told = rule.told
    address = subject.resource.address
    return Finding(
        rule=rule.id,
        title=rule.title,
        message=message_of(judgement, judged),
        severity=severity,
        confidence=rule.confidence,
        category=rule.category,
        location=pointed.location,
        subject="secret"
        if rule.category == "secret" or rule.category == "secrets"
        else "resource"
        if address
        else "code",
        resource=address,
        why=told.why,
        detectors=_ours(rule.id, severity),
        cwe=told.cwe,
        standards=told.standards,
        also_known_as=told.also_known_as,
        related=pointed.related,
        origins=pointed.origins,
        no_fix=rule.plain.get("no_fix", ""),
        references=told.references,
        tags=known_tags(subject.resource, judged),
        cause=_cause(judgement, pointed.origins),
        content=_content(judgement),
        resource_type=subject.resource.type if address else "",
        audience=rule.audience,
    )


@cache
def _ours(id: str, severity: Severity) -> tuple[Detector, ...]:
    return (Detector("gatepost", f"gatepost/{id}", severity),)


def _cause(judgement: Judgement, origins: Sequence[OriginStep]) -> str:
    """Return what one edit would mend for several findings: the place that sets the value, when it is elsewhere."""
    if not origins:
        return ""
    last = origins[-1]
    # By what is written there and not by the line, which moves.
    where = f" {last.location.path} {last.text}" if last.location is not None else ""
    return f"{judgement.rule.id} {last.what}{where}".rstrip()


def _content(judgement: Judgement) -> str:
    """Return what tells apart findings of one rule on one resource; a written value itself may be a secret."""
    subject = judgement.subject
    if not subject.label:
        return ""
    span = subject.container.span
    if span is None or not subject.container.is_map:
        return subject.label
    return " ".join(span.text.split())[:_LONGEST_CONTENT]


_NOT_GIVEN = " has no default and no var file gives it"
_NO_DEFAULT = " has no default"
_NOT_KNOWN = " is not known"
_NOT_FETCHED = ": terraform init fetches it"
_AT_RUN_TIME = " is only known when Terraform runs"


def _to_type(told: Sequence[str], values: Iterable[Value | None]) -> str:
    """Return what to type to give the first of what is missing, "" where nothing can be typed."""
    for why in told:
        if why.startswith("var.") and why.endswith(_NOT_GIVEN):
            return f"give {why.partition(' ')[0]} a value with --var-file"
    for step in (step for value in values if value is not None for step in value.origins):
        if step.what.startswith("var."):
            return f"give {step.what} a value with --var-file"
    for why in told:
        if why.startswith("parameter ") and why.endswith(_NO_DEFAULT):
            return f"give {why.removesuffix(_NO_DEFAULT)} a value with --parameters"
        if why.endswith(_NOT_FETCHED):
            return "run terraform init first"
        if why.endswith(_AT_RUN_TIME) and "data." in why:
            return "give a plan that knows it with --plan"
    return ""


def undecided_of(judgement: Judgement, judged: Judged) -> Undecided:
    """Return what could not be decided, with exactly the unknowns that could change the answer."""
    subject = judgement.subject
    because: dict[str, None] = {}
    span = None
    values = [asked.value or asked.element for asked in judgement.asked]
    for asked, value in zip(judgement.asked, values, strict=True):
        because[reason(asked.attribute, value)] = None
        span = span or (value.span if value is not None else None)
    nameless = [f"{asked.attribute}{_NOT_KNOWN}" for asked in judgement.asked]
    told = [why for why in because if why not in nameless] or list(because)
    around = subject.resource.span
    own = span is not None and span.source.path == around.source.path and around.start <= span.start <= around.end
    location = narrow(span) if span is not None and own else narrow(subject.resource.header)
    return Undecided(
        rule=judgement.rule.id,
        title=judgement.rule.title,
        severity=severity_of(judgement, judged),
        location=location,
        resource=subject.resource.address,
        because=tuple(told),
        hint=_to_type(told, values),
        tags=known_tags(subject.resource, judged),
        category=judgement.rule.category,
        resource_type=subject.resource.type if subject.resource.address else "",
        cwe=judgement.rule.told.cwe,
        standards=judgement.rule.told.standards,
        audience=judgement.rule.audience,
        waiting=judgement.waiting,
    )


_DEEPEST = 3
_MOST = 50


def _why_inside(value: Value, depth: int) -> str:
    """Return why the first part of a list or map that is not known is not; "" when all is known."""
    if value.unknown is not None:
        return value.unknown.why
    literal: Any = value.literal
    if isinstance(literal, Subject):
        literal = literal.container.literal
    if depth == _DEEPEST or not isinstance(literal, tuple | dict):
        return ""
    parts = cast("Iterable[Any]", literal.values() if isinstance(literal, dict) else literal)
    found = (_why_inside(part, depth + 1) for part in islice(parts, _MOST) if isinstance(part, Value))
    return next((why for why in found if why), "")


def reason(attribute: str, value: Value | None) -> str:
    """Return why an attribute is not known, as a plain sentence."""
    if value is not None and value.unknown is not None:
        return value.unknown.why
    if value is not None and value.gap:
        return value.gap  # what is known of it was asked, and did not decide
    inner = _why_inside(value, 0) if value is not None else ""
    if inner:
        return inner
    if value is not None and value.open:
        return f"{attribute} may have more than is written"
    unknowns = getattr(value.literal, "unknowns", ()) if value is not None else ()
    for one in unknowns:
        return one.unknown.why if isinstance(one, Value) and one.unknown is not None else str(one)
    return f"{attribute}{_NOT_KNOWN}"
