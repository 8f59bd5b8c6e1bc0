"""One rule as a page that needs no network: why, bad and good, fix, settings, standards; never reads a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import cast

from gatepost.model.records import NamedTuple
from gatepost.reports.safe_text import html, printable

LANGUAGES = {"terraform": "Terraform", "cloudformation": "CloudFormation", "dockerfile": "Dockerfile"}
PROVIDERS = {
    "any": "Any file", "aws": "AWS", "azure": "Azure", "cloudformation": "CloudFormation", "docker": "Dockerfile",
    "google": "Google Cloud", "kubernetes": "Kubernetes", "terraform": "Terraform",
}  # fmt: skip
# Standards that no file of policies/standards is about, as they call themselves.
STANDARDS = {"cwe": "CWE", "nist_800_53": "NIST SP 800-53 Rev. 5"}


class RuleExample(NamedTuple):
    """A case of a rule in one language: what it finds something in, and what it does not ("" for none).

    `lines` are the 1-based lines of `bad` that are found. `name` says what the case is about.
    """

    language: str
    name: str
    bad: str
    lines: frozenset[int]
    good: str


class RuleSetting(NamedTuple):
    """A setting of a rule: its default (None: the policy has to give it), what it means and how it is written.

    `shared`: a policy can give it for all rules at once.
    """

    name: str
    default: object
    meaning: str = ""
    example: str = ""
    shared: bool = False


class RulePage(NamedTuple):
    """What there is to tell about a rule. `types` are what it is about, by language; `fix` is "" where it has none.

    `asks` are its conditions, as its file has them.
    """

    id: str
    title: str
    severity: str
    confidence: str
    audience: str
    category: str
    resource: str
    types: Mapping[str, Sequence[str]]
    why: str
    standards: Mapping[str, Sequence[str]]
    also_known_as: Sequence[str]
    references: Sequence[str]
    settings: Sequence[RuleSetting]
    fix: str
    safety: str
    why_unsafe: str
    no_fix: str
    examples: Sequence[RuleExample]
    asks: str = ""

    @property
    def provider(self) -> str:
        """The first part of its id."""
        return self.id.partition("/")[0]


class Standard(NamedTuple):
    """A standard as it is called, with the titles of its clauses as far as they are known."""

    name: str
    titles: Mapping[str, str] = {}


Standards = Mapping[str, Standard]


def standard_name(key: str, standards: Standards) -> str:
    """Return what a standard is called."""
    return standards[key].name if key in standards else STANDARDS.get(key, key)


def clause_titles(key: str, standards: Standards) -> Mapping[str, str]:
    """Return the titles of a standard's clauses, as far as they are known."""
    return standards[key].titles if key in standards else {}


def provider_name(provider: str) -> str:
    """Return what a provider is called."""
    return PROVIDERS.get(provider, provider)


def address(id: str, up: int = 0) -> str:
    """Return the address of a rule's page, from a page that lies `up` folders below the top."""
    from urllib.parse import quote

    return "../" * up + "rules/" + quote(id) + ".html"


def body(rule: RulePage, standards: Standards, beside: Sequence[RulePage]) -> str:
    """Return the body of a rule's page; `beside` are other rules about the same resource."""
    up = rule.id.count("/") + 1
    parts = [
        _head(rule, up),
        "<main>",
        _section("Why", f"<p>{html(rule.why)}</p>"),
        *(_example(one) for one in rule.examples),
        _section("Fix", _fix(rule)),
        _section("Settings", _settings(rule)),
        _section("Standards", _standards(rule, standards)),
        _section("Also known as", _listed(f"<code>{html(one)}</code>" for one in rule.also_known_as)),
        _section("References", _listed(_reference(one) for one in rule.references)),
        _section("Looks at", _types(rule)),
        _section("Asks", _plain_block(rule.asks, "its conditions")),
        _section("In the policy", _policy(rule)),
        _section(f"Other rules about {html(rule.resource)}", _listed(_beside(one, up) for one in beside)),
        "</main>",
    ]
    return "\n".join(part for part in parts if part)


def _head(rule: RulePage, up: int) -> str:
    top = "../" * up + "index.html"
    confidence = "" if rule.confidence == "high" else f'<span class="tag">confidence {html(rule.confidence)}</span>'
    thorough = "" if rule.audience == "regular" else f'<span class="tag">{html(rule.audience)}</span>'
    return f"""<header>
<nav aria-label="Where this is"><a href="{top}">Rules</a> / <a href="{top}#provider={html(rule.provider)}">\
{html(provider_name(rule.provider))}</a></nav>
<h1>{html(rule.title)}</h1>
<p class="facts"><code>{html(rule.id)}</code> <span class="sev {html(rule.severity)}">{html(rule.severity)}</span>
<span class="tag">{html(rule.category)}</span>{confidence}{thorough}</p>
</header>"""


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{title}</h2>{inner}</section>" if inner else ""


def _listed(items: Iterable[str]) -> str:
    rows = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{rows}</ul>" if rows else ""


def _example(example: RuleExample) -> str:
    language = LANGUAGES.get(example.language, example.language)
    name = f"<p>{html(example.name)}</p>" if example.name else ""
    bad, good = example.bad.rstrip("\n").split("\n"), example.good.rstrip("\n").split("\n")
    found = dict.fromkeys(example.lines, ' class="at"')
    shown = f"<h3>Bad</h3>{_code(bad, found, f'{language}, bad')}"
    if example.good:
        changed = dict.fromkeys(_changed(bad, good), ' class="new"')
        shown += f"<h3>Good</h3>{_code(good, changed, f'{language}, good')}"
    return f'<section class="example"><h2>{html(language)}</h2>{name}{shown}</section>'


def _changed(bad: list[str], good: list[str]) -> list[int]:
    """Return the 1-based lines of `good` that `bad` does not have."""
    matcher = SequenceMatcher(None, bad, good, autojunk=False)
    return [line + 1 for tag, _, _, first, end in matcher.get_opcodes() if tag != "equal" for line in range(first, end)]


def _code(lines: list[str], classes: Mapping[int, str], label: str) -> str:
    rows = "\n".join(
        f"<span{classes.get(number, '')}>{_line(line)}</span>" for number, line in enumerate(lines, start=1)
    )
    return f'<pre tabindex="0" aria-label="{html(label)}"><code>{rows}</code></pre>'


def _line(line: str) -> str:
    text = line.lstrip(" \t")
    return line[: len(line) - len(text)].replace("\t", "    ") + html(printable(text))


def _fix(rule: RulePage) -> str:
    if not rule.fix:
        return f"<p>None is written: {html(rule.no_fix)}</p>" if rule.no_fix else "<p>None is written.</p>"
    why = f" {html(rule.why_unsafe)}" if rule.why_unsafe else ""
    told = (
        "it cannot stop anything that works today"
        if rule.safety == "safe"
        else "it is written only when asked for with <code>gatepost fix --unsafe</code>"
    )
    return f"<p>{html(rule.fix)}.</p><p><b>{html(rule.safety.capitalize())}</b>: {told}.{why}</p>"


def _settings(rule: RulePage) -> str:
    rows: list[str] = []
    for one in rule.settings:
        default = "the policy has to give it" if one.default is None else f"<code>{html(_value(one.default))}</code>"
        meaning = html(one.meaning)
        if one.example:
            meaning += (": " if meaning else "") + f"<code>{html(one.example)}</code>"
        where = f"settings: {{{one.name}: …}}" if one.shared else f"rules: {{{rule.id}: {{{one.name}: …}}}}"
        rows.append(
            f'<tr><th scope="row"><code>{html(one.name)}</code></th>'
            f"<td>{meaning}</td><td>{default}</td>"
            f"<td><code>{html(where)}</code></td></tr>"
        )
    if not rows:
        return ""
    head = "<tr><th>setting</th><th>what it is</th><th>unless it is given</th><th>in gatepost.yaml</th></tr>"
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table></div>'


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in cast("Sequence[object]", value))
    return str(value)


def _standards(rule: RulePage, standards: Standards) -> str:
    rows: list[str] = []
    for key in sorted(rule.standards):
        titles = clause_titles(key, standards)
        clauses = "; ".join(
            html(clause) + (f" {html(titles[clause])}" if clause in titles else "") for clause in rule.standards[key]
        )
        rows.append(f"<dt>{html(standard_name(key, standards))}</dt><dd>{clauses}</dd>")
    return f"<dl>{''.join(rows)}</dl>" if rows else ""


def _reference(text: str) -> str:
    if text.startswith(("https://", "http://")):
        return f'<a href="{html(text)}" rel="noreferrer noopener">{html(text)}</a>'
    return html(text)


def _types(rule: RulePage) -> str:
    rows = [f"<dt>as</dt><dd><code>{html(rule.resource)}</code></dd>"]
    for language, types in rule.types.items():
        listed = ", ".join("every value" if one == "*" else f"<code>{html(one)}</code>" for one in types)
        rows.append(f"<dt>{html(LANGUAGES.get(language, language))}</dt><dd>{listed}</dd>")
    return f"<dl>{''.join(rows)}</dl>"


def _policy(rule: RulePage) -> str:
    text = f"rules:\n  {rule.id}: {{severity: low}}      # or {{enabled: false}}"
    audience = (
        "<p>It is judged where the policy says <code>rules: {audience: thorough}</code>, or switches it on.</p>"
        if rule.audience == "thorough"
        else ""
    )
    return audience + _plain_block(text, "gatepost.yaml")


def _plain_block(text: str, label: str) -> str:
    return _code(text.split("\n"), {}, label) if text else ""


def _beside(rule: RulePage, up: int) -> str:
    severity = html(rule.severity)
    return f'<span class="sev {severity}">{severity}</span> <a href="{address(rule.id, up)}">{html(rule.title)}</a>'
