"""All rules as a static site: an index with a search and filters, and a page for each rule; never fetches anything."""

from __future__ import annotations

import pkgutil
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

from gatepost.reports.rule_page import (
    LANGUAGES,
    RulePage,
    Standards,
    address,
    body,
    clause_titles,
    provider_name,
    standard_name,
)
from gatepost.reports.safe_text import html

SEVERITIES = ("critical", "high", "medium", "low", "info")
_MOST_BESIDE = 30
# The filters: name of the part of the address, what it is called, the words of a rule for it.
_Words = Callable[[RulePage], Sequence[str]]
_FILTERS: tuple[tuple[str, str, _Words], ...] = (
    ("provider", "Provider", lambda rule: (rule.provider,)),
    ("resource", "Resource", lambda rule: (rule.resource,)),
    ("theme", "Theme", lambda rule: (rule.category,)),
    ("severity", "Severity", lambda rule: (rule.severity,)),
    ("standard", "Standard", lambda rule: tuple(sorted(rule.standards))),
    ("audience", "Audience", lambda rule: (rule.audience,)),
    ("language", "Language", lambda rule: tuple(name for name in rule.types if rule.types[name])),
    ("fix", "Fix", lambda rule: (rule.safety or "none",)),
)


def pages(rules: Sequence[RulePage], standards: Standards) -> Iterator[tuple[str, str]]:
    """Yield the path and text of every page, index.html first; paths are relative, with forward slashes.

    The same rules give the same bytes. `standards` says what standards and their clauses are called.
    """
    yield "index.html", _page("Rules", _index(rules, standards), _asset("rule_site.js"))
    by_resource: dict[str, list[RulePage]] = {}
    for rule in rules:
        by_resource.setdefault(rule.resource, []).append(rule)
    for rule in rules:
        beside = [one for one in by_resource[rule.resource] if one.id != rule.id][:_MOST_BESIDE]
        yield f"rules/{rule.id}.html", _page(f"{rule.title} · {rule.id}", body(rule, standards, beside), "")


def _page(title: str, inner: str, script: str) -> str:
    style = _asset("rule_site.css")
    allowed = f"script-src '{_hash(script)}'; " if script else ""
    policy = f"default-src 'none'; style-src '{_hash(style)}'; {allowed}base-uri 'none'; form-action 'none'"
    run = f"<script>{script}</script>\n" if script else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{html(title)} · Gatepost</title>
<style>{style}</style>
</head>
<body>
{inner}
{run}</body>
</html>
"""


def _asset(name: str) -> str:
    data = pkgutil.get_data("gatepost.reports", name)
    assert data is not None
    return data.decode("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _index(rules: Sequence[RulePage], standards: Standards) -> str:
    fixed = sum(1 for rule in rules if rule.fix)
    thorough = sum(rule.audience == "thorough" for rule in rules)
    providers: dict[str, list[RulePage]] = {}
    for rule in rules:
        providers.setdefault(rule.provider, []).append(rule)
    parts = [
        '<a class="skip" href="#list">Skip to the rules</a>',
        f"<header><h1>Rules</h1><p>{len(rules)} rules; {fixed} write a fix; {thorough} are for the audience "
        "<i>thorough</i>, and judged where the policy says so.</p></header>",
        _search(rules, standards),
        '<main id="list">',
        *(_provider(name, found) for name, found in providers.items()),
        '<p id="none" role="status" hidden>No rule matches.</p>',
        _by("By resource", _grouped(rules, lambda rule: (rule.resource,)), str),
        _by("By theme", _grouped(rules, lambda rule: (rule.category,)), str),
        _by_standard(rules, standards),
        "</main>",
    ]
    return "\n".join(parts)


def _search(rules: Sequence[RulePage], standards: Standards) -> str:
    chosen = "\n".join(_select(name, label, words, rules, standards) for name, label, words in _FILTERS)
    return f"""<form class="bar needs-js" role="search" aria-label="Rules">
<label class="text"><span>Search</span><input type="search" id="q" autocomplete="off" spellcheck="false"
placeholder="bucket public, CKV_AWS_20, tls …   ( / )"></label>
{chosen}
<p><span id="shown" aria-live="polite">{len(rules)} of {len(rules)}</span>
<button type="reset" id="clear" disabled>Clear</button></p>
</form>"""


def _select(name: str, label: str, words: _Words, rules: Sequence[RulePage], standards: Standards) -> str:
    counts: dict[str, int] = {}
    for rule in rules:
        for word in words(rule):
            counts[word] = counts.get(word, 0) + 1
    order = sorted(counts, key=lambda word: (SEVERITIES.index(word) if word in SEVERITIES else 0, word))
    options = "".join(
        f'<option value="{html(word)}">{html(_called(name, word, standards))} ({counts[word]})</option>'
        for word in order
    )
    return (
        f'<label><span>{label}</span><select id="f-{name}" data-of="{name}">'
        f'<option value="">all</option>{options}</select></label>'
    )


def _called(filter: str, word: str, standards: Standards) -> str:
    if filter == "standard":
        return standard_name(word, standards)
    if filter == "provider":
        return provider_name(word)
    return LANGUAGES.get(word, word) if filter == "language" else word


def _provider(name: str, rules: Sequence[RulePage]) -> str:
    rows = "\n".join(_row(rule) for rule in rules)
    title = html(provider_name(name))
    return f'<section class="rules"><h2>{title} <small>{len(rules)}</small></h2><ul>\n{rows}\n</ul></section>'


def _row(rule: RulePage) -> str:
    data = " ".join(f'data-{name}="{html("|".join(words(rule)))}"' for name, _, words in _FILTERS)
    clauses = [f"{key} {clause}" for key in sorted(rule.standards) for clause in rule.standards[key]]
    types = [one for listed in rule.types.values() for one in listed]
    more = " ".join([rule.why, *rule.also_known_as, *types, *clauses, *(one.name for one in rule.settings)])
    thorough = "" if rule.audience == "regular" else f' <span class="tag">{html(rule.audience)}</span>'
    severity = html(rule.severity)
    return (
        f'<li {data} data-more="{html(more)}"><span class="sev {severity}">{severity}</span> '
        f'<a href="{address(rule.id)}">{html(rule.title)}</a>{thorough} <code>{html(rule.id)}</code></li>'
    )


def _grouped(rules: Sequence[RulePage], words: _Words) -> Mapping[str, list[RulePage]]:
    found: dict[str, list[RulePage]] = {}
    for rule in rules:
        for word in words(rule):
            found.setdefault(word, []).append(rule)
    return {word: found[word] for word in sorted(found)}


def _by(title: str, groups: Mapping[str, Sequence[RulePage]], called: Callable[[str], str]) -> str:
    rows = "".join(f"<dt>{html(called(word))}</dt><dd>{_links(rules)}</dd>" for word, rules in groups.items())
    return f'<details class="index"><summary><h2>{html(title)}</h2></summary><dl>{rows}</dl></details>'


def _links(rules: Sequence[RulePage]) -> str:
    return " ".join(f'<a href="{address(rule.id)}">{html(rule.id)}</a>' for rule in rules)


def _by_standard(rules: Sequence[RulePage], standards: Standards) -> str:
    shown: list[str] = []
    for key in _grouped(rules, lambda rule: tuple(rule.standards)):
        clauses = _grouped(rules, lambda rule, key=key: tuple(rule.standards.get(key, ())))
        titles = clause_titles(key, standards)
        rows = "".join(
            f"<dt>{html(clause)} {html(titles.get(clause, ''))}</dt><dd>{_links(clauses[clause])}</dd>"
            for clause in sorted(clauses, key=_by_number)
        )
        shown.append(f"<h3>{html(standard_name(key, standards))}</h3><dl>{rows}</dl>")
    return f'<details class="index"><summary><h2>By standard</h2></summary>{"".join(shown)}</details>' if shown else ""


def _by_number(clause: str) -> list[tuple[int, str]]:
    """Return what sorts 2.10 behind 2.9."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", clause)]
