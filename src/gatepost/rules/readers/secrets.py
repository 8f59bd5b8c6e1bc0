"""Kinds of secret that written text holds; never keeps or shows the secret itself.

Few false alarms are the point: a token is told by its issuer's own format, everything else by the name it stands under
and how random it looks; examples, placeholders and references are no secrets. Formats: the issuers' documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from gatepost.conditions.sorts import TEXT, TEXTS, Attributes, Sort
from gatepost.model.places import Span
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex
from gatepost.model.values import Value
from gatepost.rules.readers.secret_words import by_name, is_placeholder, shannon

SORT = Sort("secret", Attributes({"kind": TEXT, "others": TEXTS}))
_MOST_TEXT = 200_000
_SHORT = 300
_LONG = 20_000
_NOTHING = Value(None)
_MOST_OTHERS = 20
_HIDDEN_NAMES = ("secret", "passw", "token", "credential", "private", "access_key", "api_key", "apikey")

_PRIVATE_KEY = (
    r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----\s{0,5}"
    r"((?:[A-Za-z0-9+/=:\-, ]|\\n|\s){40})"
)

# A piece of text without which a format cannot match → kind, format. Group 1 is the secret part.
_FORMATS: tuple[tuple[str, str, str], ...] = (
    ("AKIA", "AWS access key", r"(?<![A-Za-z0-9])(AKIA[A-Z2-7]{16})(?![A-Za-z0-9])"),
    ("ASIA", "AWS access key", r"(?<![A-Za-z0-9])(ASIA[A-Z2-7]{16})(?![A-Za-z0-9])"),
    ("gh", "GitHub token", r"(?<![A-Za-z0-9])gh[pousr]_([A-Za-z0-9]{36,251})(?![A-Za-z0-9])"),
    ("github_pat_", "GitHub token", r"github_pat_([A-Za-z0-9_]{60,90})"),
    ("gl", "GitLab token", r"(?<![A-Za-z0-9])gl(?:pat|rt|dt|ft|soat|agent|ptt)-([A-Za-z0-9_\-]{20,64})"),
    ("xox", "Slack token", r"xox[abeoprs]-([A-Za-z0-9\-]{20,200})"),
    ("hooks.slack.com/", "Slack webhook", r"hooks\.slack\.com/services/(T[A-Z0-9]{7,12}/B[A-Z0-9]{7,12}/\w{20,30})"),
    ("_live_", "Stripe key", r"(?<![A-Za-z0-9])[sr]k_live_([A-Za-z0-9]{20,120})"),
    ("AIza", "Google API key", r"(?<![A-Za-z0-9])AIza([A-Za-z0-9_\-]{35})(?![A-Za-z0-9_\-])"),
    ("GOCSPX-", "Google client secret", r"GOCSPX-([A-Za-z0-9_\-]{28})"),
    ("ya29.", "Google access token", r"ya29\.([A-Za-z0-9_\-]{40,400})"),
    ("AccountKey=", "Azure storage key", r"AccountKey=([A-Za-z0-9+/]{86}==)"),
    ("SharedAccessKey=", "Azure shared access key", r"SharedAccessKey=([A-Za-z0-9+/]{43}=)"),
    ("Q~", "Azure client secret", r"(?<![\w~.\-])([\w~.\-]{3}[78]Q~[\w~.\-]{31,34})(?![\w~.\-])"),
    ("npm_", "npm token", r"(?<![A-Za-z0-9])npm_([A-Za-z0-9]{36})(?![A-Za-z0-9])"),
    ("pypi-", "PyPI token", r"pypi-(AgEIcHlwaS5vcmc[A-Za-z0-9_\-]{50,300})"),
    ("SG.", "SendGrid key", r"(?<![A-Za-z0-9])SG\.([A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43})"),
    ("dckr_pat_", "Docker Hub token", r"dckr_pat_([A-Za-z0-9_\-]{27})"),
    ("dop_v1_", "DigitalOcean token", r"dop_v1_([a-f0-9]{64})"),
    ("hvs.", "Vault token", r"(?<![A-Za-z0-9])hvs\.([A-Za-z0-9_\-]{24,200})"),
    (".atlasv1.", "Terraform Cloud token", r"[A-Za-z0-9]{14}\.atlasv1\.([A-Za-z0-9_\-=]{60,70})"),
    ("sk-ant-", "Anthropic key", r"sk-ant-([A-Za-z0-9_\-]{80,120})"),
    ("T3BlbkFJ", "OpenAI key", r"sk-([A-Za-z0-9_\-]{20,120}T3BlbkFJ[A-Za-z0-9_\-]{20,120})"),
    ("dapi", "Databricks token", r"(?<![A-Za-z0-9])dapi([a-f0-9]{32})(?![A-Za-z0-9])"),
    ("shpat_", "Shopify token", r"shpat_([a-fA-F0-9]{32})"),
    ("hf_", "Hugging Face token", r"(?<![A-Za-z0-9])hf_([A-Za-z]{34})(?![A-Za-z0-9])"),
    ("eyJ", "JSON web token", r"(?<![A-Za-z0-9])eyJ[\w\-]{10,2000}\.eyJ[\w\-]{10,5000}\.([\w\-]{20,2000})"),
    ("PRIVATE KEY", "private key", _PRIVATE_KEY),
    ("://", "password in an address", r"[a-z][a-z0-9+.\-]{1,20}://[^\s:/@\"']{1,100}:([^\s/@\"'${}<>]{3,200})@[\w.\-\[]"),
)  # fmt: skip
_SHORTEST_TOKEN = 20  # an AWS access key; each of the other tokens is longer
_OF_ANY_LENGTH = _FORMATS[-1:]  # a password in an address

# Assignments inside longer text: a script's variables, an .ini file, JSON. No part can end in what the next one begins
# with, so none has to be tried shorter (the `+` behind a count).
_ASSIGNMENT = regex(
    r"(?<![A-Za-z0-9_.\-])(?P<name>[A-Za-z_][A-Za-z0-9_.\-]{2,60}+)[\"']?+[ \t]{0,4}+(?:=|:)[ \t]{0,4}+"
    r"(?P<quote>[\"']?)(?P<text>[^\s\"',;]{4,300})"
)


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return a map with `kind` for text that holds a secret, else a null.

    `options["key"]` is the name the text stands under. What is not known is not written here, and so is no secret;
    the known pieces around a hole are looked at.
    """
    text = _written(value)
    found = secret_in(text, str(options.get("key") or ""), whole=value.unknown is None)
    if found is None:
        return _NOTHING
    span = _narrowed(value.span, found.text)
    others = _others(value, text, found) if span is not value.span else ()
    held = {"kind": Value(found.kind, span, value.origins), "others": Value(others)}
    return Value(held, span, value.origins, sensitive=True)


def holds_secret(value: Value, key: str) -> bool:
    """Return whether `read` finds a secret in a value under a name, without working out where all of it stands."""
    return secret_in(_written(value), key, value.unknown is None) is not None


def _written(value: Value) -> str:
    """Return the text of a value, the known pieces of one with holes, and "" (which holds no secret) for others."""
    literal = value.literal
    if type(literal) is str:
        return literal
    unknown = value.unknown
    return " ".join(piece for piece in unknown.pieces if piece) if unknown is not None else ""


def _others(value: Value, text: str, found: Found) -> tuple[Value, ...]:
    """Return what else in a longer text is a secret, or is named like one: nothing of it is to be shown."""
    spans = ((kind, _narrowed(value.span, secret)) for secret, kind in _also_hidden(text, found))
    return tuple(Value(kind, span, value.origins, sensitive=True) for kind, span in spans if span is not value.span)


@lru_cache(64)
def _also_hidden(text: str, found: Found) -> tuple[tuple[str, str], ...]:
    """Return the other texts to hide, each with what it is; asked again for each rule and fix, of few texts."""
    texts: dict[str, str] = {}
    rest = text
    for _ in range(_MOST_OTHERS):
        rest = rest.replace(found.text, "")
        again = secret_in(rest)
        if again is None:
            break
        texts[again.text], found = again.kind, again
    for match in _ASSIGNMENT.finditer(text):
        if any(word in match["name"].lower() for word in _HIDDEN_NAMES):
            texts.setdefault(match["text"], "text under a secret's name")
    return tuple(texts.items())


class Found(NamedTuple):
    """A secret: its kind in words, and its text."""

    kind: str
    text: str


def secret_in(text: str, key: str = "", whole: bool = True) -> Found | None:
    """Return the secret that a text holds, None for none; `whole` False: only formats are looked for."""
    if len(text) < 4 or len(text) > _MOST_TEXT:
        return None
    if len(text) <= _SHORT:
        return _in_short(text, key, whole)
    return _in_long(text, key, whole) if len(text) <= _LONG else _in_text(text, key, whole)


def _in_text(text: str, key: str, whole: bool) -> Found | None:
    for marker, kind, _ in _FORMATS if len(text) >= _SHORTEST_TOKEN else _OF_ANY_LENGTH:
        if marker in text:
            secret = _found(kind, marker, text)
            if secret:
                return Found(kind, secret)
    if not whole:
        return None
    if key and "\n" not in text and len(text) <= 300:
        kind = by_name(key, text)
        if kind:
            return Found(kind, text)
    return _in_assignments(text) if len(text) > 8 and ("=" in text or ":" in text) else None


# The same texts are asked about again whenever a fix is tried, short ones stand in many files; few are long.
_in_short = lru_cache(4096)(_in_text)
_in_long = lru_cache(64)(_in_text)  # scripts, of which few are kept: they are long


def _narrowed(span: Span | None, secret: str) -> Span | None:
    """Return where the secret stands in a longer text, such as a script; the whole span where that cannot be told."""
    if span is None or len(secret) > 4_000:
        return span
    at = span.text.find(secret)
    return span if at < 0 else Span(span.source, span.start + at, span.start + at + len(secret))


def _found(kind: str, marker: str, text: str) -> str:
    """Return the secret of a kind that a text holds, "" for none."""
    for match in _format(marker).finditer(text):
        secret = match[1]
        if kind == "private key" or (kind == "AWS access key" and "EXAMPLE" not in secret):
            return secret
        if kind == "password in an address":
            if not is_placeholder(secret) and secret.lower() not in ("password", "pass", "pwd", "user", "token"):
                return secret
        elif kind != "AWS access key" and not is_placeholder(secret) and shannon(secret) > 2.5:
            return secret
    return ""


@cache
def _format(marker: str) -> re.Pattern[str]:
    return re.compile(next(expression for known, _, expression in _FORMATS if known == marker))


_HINTS = (
    "pass",
    "secret",
    "token",
    "key",
    "pwd",
    "PASS",
    "SECRET",
    "TOKEN",
    "KEY",
    "PWD",
    "Pass",
    "Secret",
    "Token",
    "Key",
)


def _in_assignments(text: str) -> Found | None:
    if not any(hint in text for hint in _HINTS):
        return None
    for match in _ASSIGNMENT.finditer(text):
        kind = by_name(match["name"], match["text"], inside=True)
        if kind:
            return Found(kind, match["text"])
    return None
