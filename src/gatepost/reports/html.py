"""A verdict as one page that needs no network: verdict, pictures, findings, fixes; never a hidden problem."""

from __future__ import annotations

import pkgutil
from base64 import b64encode
from hashlib import sha256

from gatepost.model.decisions import DecidedProblem, DecidedUndecided, Report, Verdict, Waiver
from gatepost.model.findings import Undecided
from gatepost.model.problems import NOWHERE
from gatepost.reports.entries import Tally, because, entries, lacking, looked_at, plural, summary_parts, tally
from gatepost.reports.html_finding import FindingWriter
from gatepost.reports.html_pictures import Register, causes, grid, owners
from gatepost.reports.safe_text import html
from gatepost.reports.secrets import Secrets
from gatepost.reports.terminal import feeds_words
from gatepost.reports.terminal_entry import place
from gatepost.reports.view import View
from gatepost.reports.waiting import Waiting, waiting
from gatepost.reports.waiver_words import state_words, waiver_subject

NAME = "html"
MEDIA_TYPE = "text/html"


def render(verdict: Verdict, view: View) -> Report:
    """Return the page. Its policy allows only its own style and script, by their hashes: nothing scanned can run."""
    style, script = _asset("html_page.css"), _asset("html_page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    counts = tally(verdict)
    title = html(f"{verdict.action}: {', '.join(summary_parts(counts)) or 'nothing found'}")
    body = "\n".join(part for part in _body(verdict, view, counts) if part)
    text = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Gatepost {title}</title>
<style>{style}</style>
</head>
<body>
{body}
<script>{script}</script>
</body>
</html>
"""
    return Report(NAME, MEDIA_TYPE, text)


def _asset(name: str) -> str:
    data = pkgutil.get_data("gatepost.reports", name)
    assert data is not None
    return data.decode("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _body(verdict: Verdict, view: View, counts: Tally) -> list[str]:
    register = Register(verdict.decisions)
    return [
        '<a class="skip" href="#findings">Skip to the findings</a>',
        _header(verdict, view, counts),
        "<main>",
        _pictures(verdict, register),
        _budgets(verdict),
        *_sections(verdict, register),
        _waivers(verdict, view),
        _notes(verdict),
        "</main>",
        f"<footer>Gatepost · policy {html(verdict.policy)}{_feeds(verdict)} · "
        "every finding of the run is on this page</footer>",
    ]


def _budgets(verdict: Verdict) -> str:
    if not verdict.budgets:
        return ""
    from gatepost.reports.budgets import to_html

    return to_html(verdict.budgets)


def _sections(verdict: Verdict, register: Register) -> list[str]:
    """Return findings, problems and undecided, those of the latter that block before the findings."""
    problems, undecided = _problems(verdict.problems), _undecided(verdict.undecided)
    before = [problems] if any(p.action == "block" for p in verdict.problems) else []
    before += [undecided] if any(u.action == "block" for u in verdict.undecided) else []
    after = [section for section in (problems, undecided) if section not in before]
    return [*before, _findings(verdict, register), *after]


def _header(verdict: Verdict, view: View, counts: Tally) -> str:
    seconds = f" in {view.seconds:.2f} s" if view.seconds is not None else ""
    observed = ' <span class="tag">observe: nothing fails</span>' if verdict.mode == "observe" else ""
    waived = sum(1 for d in verdict.decisions if d.action == "allow" and d.waiver)
    rest = counts.allow - waived - counts.not_new
    tiles = [
        _tile("block", counts.block, "block"),
        _tile("warn", counts.warn, "warn"),
        _tile("old", counts.not_new, "not new"),
        _tile("waived", waived, "waived"),
        _tile("allow", rest, "allowed"),
        _link("undecided", counts.undecided, "undecided"),
        _link("problems", counts.problems, "problem" if counts.problems == 1 else "problems"),
    ]
    over = "".join(f"<li>{number} {html(reason)}</li>" for reason, number in verdict.counts.passed_over)
    passed_over = f"<details><summary>{_over(verdict)} passed over</summary><ul>{over}</ul></details>" if over else ""
    return f"""<header class="verdict {verdict.action}">
<h1><span class="word">{verdict.action.capitalize()}</span>
<span class="reason">{html(_reason(verdict, counts))}</span>{observed}</h1>
<p class="because">{html(_details(verdict))}</p>
<div class="tiles" role="group" aria-label="Filter by decision">{"".join(tiles)}</div>
<div class="looked"><span>{html(looked_at(verdict) + seconds)}</span>{passed_over}</div>
</header>"""


def _over(verdict: Verdict) -> int:
    return sum(number for _, number in verdict.counts.passed_over)


def _tile(action: str, number: int, word: str) -> str:
    if not number:
        return ""
    head = f'<button type="button" class="tile {action}" data-act="{action}" aria-pressed="false">'
    return f"{head}<b>{number}</b> {word}</button>"


def _link(section: str, number: int, word: str) -> str:
    return f'<a class="tile" href="#{section}"><b>{number}</b> {word}</a>' if number else ""


def _reason(verdict: Verdict, counts: Tally) -> str:
    if verdict.action == "blocked":
        stopping = [d for d in verdict.decisions if d.action == "block"]
        reached = [fact.name for decision in stopping for fact in decision.assessment.context.environments]
        names = dict.fromkeys(name for name in reached if name != "unknown")
        what = plural(len(stopping), "finding") if stopping else plural(counts.undecided_block, "undecided rule")
        verb = "stops" if (len(stopping) or counts.undecided_block) == 1 else "stop"
        reach = f" from reaching {', '.join(list(names)[:4])}" if names else ""
        return f"{what} {verb} this change{reach}"
    if verdict.action == "incomplete":
        return f"{plural(counts.problems_block, 'problem')} kept it from being decided"
    return "nothing stops this change" if verdict.decisions or verdict.problems else "nothing was found"


def _details(verdict: Verdict) -> str:
    return because(verdict) if verdict.action != "passed" else f"by the policy {verdict.policy}"


def _pictures(verdict: Verdict, register: Register) -> str:
    if not verdict.decisions:
        return ""
    pictures = [
        grid(verdict.decisions, register),
        owners(verdict.decisions, register),
        causes(verdict.decisions, register),
    ]
    return f'<section class="pictures" aria-label="Overview">{"".join(pictures)}</section>'


def _findings(verdict: Verdict, register: Register) -> str:
    total = len(verdict.decisions)
    if not total:
        return '<section id="findings"><h2>Findings</h2><p class="empty">None.</p></section>'
    secrets = Secrets((d.assessment.finding for d in verdict.decisions), verdict.sources)
    writer = FindingWriter(verdict.sources, secrets, register)
    listed = "\n".join(writer.entry(entry) for entry in entries(verdict.decisions))
    return f"""<section id="findings">
<div class="bar needs-js"><h2>Findings</h2>
<label class="search"><span class="hidden">Filter by text</span>
<input type="search" id="text" placeholder="Filter: rule, path, resource, owner   ( / )" autocomplete="off"
spellcheck="false"></label>
<span id="shown" aria-live="polite">{total} of {total}</span>
<button type="button" id="clear" disabled>Clear</button>
<button type="button" id="fold">Open all</button></div>
{listed}
<p class="empty" id="none" hidden>No finding matches the filter.</p>
</section>"""


def _decided_by(item: DecidedUndecided | DecidedProblem) -> str:
    waiver = item.waiver if isinstance(item, DecidedUndecided) else None
    if waiver:
        return f'<p class="by">{html(f"waived until {waiver.until} by {waiver.by}: {waiver.why}")}</p>'
    if item.action == "allow":
        return ""
    name = f" by “{html(item.because.name)}”" if item.because else ""
    word = {"block": "blocked", "warn": "warned"}[item.action]
    return f'<p class="by"><span class="tag {item.action}">{word}</span>{name}</p>'


def _undecided(items: tuple[DecidedUndecided, ...]) -> str:
    rows: list[str] = []
    for entry in waiting(sorted(items, key=lambda u: u.action != "block")):
        item = entry.first
        undecided = item.undecided
        lacks = lacking(undecided) if entry.alone else entry.because
        reasons = "".join(f"<li>{html(reason)}</li>" for reason in lacks)
        hint = f"<p>To decide it: <code>{html(entry.hint)}</code></p>" if entry.hint else ""
        named = undecided.rule if entry.alone or len(entry.rules) == 1 else ""
        rule = f" <small>{html(named)}</small>" if named else ""
        rows.append(
            f'<article class="note"><h3>{html(entry.title)}{rule}</h3>'
            f"{_place_of(undecided) if entry.alone else ''}<ul>{reasons}</ul>{hint}{_decided_by(item)}"
            f"{'' if entry.alone else _all_that_wait(entry)}</article>"
        )
    about = "These rules could not be answered; none of them counts as passed."
    return _section("undecided", "Undecided", rows, about, len(items))


def _place_of(undecided: Undecided) -> str:
    resource = f" <code>{html(undecided.resource)}</code>" if undecided.resource else ""
    return f'<p class="where"><code>{html(place(undecided.location))}</code>{resource}</p>'


def _all_that_wait(entry: Waiting) -> str:
    """Return each rule with its place, folded below the number of them."""
    each = "".join(
        f"<li>{html(one.title)} <small>{html(one.rule)}</small>{_place_of(one)}"
        + "".join(f"<p>{html(more)}</p>" for more in lacking(one)[0 if entry.names else len(one.because) :])
        + "</li>"
        for one in (item.undecided for item in entry.items)
    )
    return f"<details><summary>{len(entry.items)} wait for it</summary><ul>{each}</ul></details>"


def _problems(items: tuple[DecidedProblem, ...]) -> str:
    rows: list[str] = []
    for item in sorted(items, key=lambda p: p.action != "block"):
        problem = item.problem
        where = problem.location.path if problem.location.region == NOWHERE else place(problem.location)
        rows.append(
            f'<article class="note"><h3>{html(problem.what)}</h3><p class="where"><code>{html(where)}</code></p>'
            f"<p>{html(problem.hint)}</p>{_decided_by(item)}</article>"
        )
    return _section("problems", "Problems", rows, "What could not be read was not judged.", len(items))


def _section(name: str, title: str, rows: list[str], about: str, number: int) -> str:
    if not rows:
        return ""
    listed = "\n".join(rows)
    head = f'<h2>{title} <small>{number}</small></h2><p class="about">{about}</p>'
    return f'<section id="{name}" class="notes">{head}{listed}</section>'


def _waivers(verdict: Verdict, view: View) -> str:
    used: dict[Waiver, int] = {}
    for decided in (*verdict.decisions, *verdict.undecided):
        if decided.waiver:
            used[decided.waiver] = used.get(decided.waiver, 0) + 1
    listed = list(used.items())
    uses = {use.waiver: use for use in verdict.waivers}
    listed += [(one, 0) for one in dict.fromkeys((*verdict.unused_waivers, *uses)) if one not in used]
    if not listed:
        return ""
    rows: list[str] = []
    for waiver, number in sorted(listed, key=lambda pair: (pair[0].until, pair[0].rule, pair[0].location)):
        use = uses.get(waiver)
        covers = plural(number, "finding") if number else '<span class="tag warn">unused</span>'
        if use is not None and use.state != "active":
            seen = plural(len(use.covered), "finding") + " " if use.covered else ""
            covers = f'{seen}<span class="tag warn">{html(state_words(use))}</span>'
        rows.append(
            f"<tr><td><time>{html(waiver.until)}</time> {_left(waiver.until, view.today)}</td>"
            f"<td><b>{html(waiver_subject(waiver))}</b><br>{html(waiver.why)}</td>"
            f"<td>{html(waiver.by)}</td><td><code>{html(place(waiver.location))}</code></td><td>{covers}</td></tr>"
        )
    head = "<tr><th>until</th><th>what and why</th><th>by</th><th>written at</th><th>covers</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
    heading = "<h2>Waivers <small>by date of expiry</small></h2>"
    return f'<section id="waivers">{heading}<div class="scroll">{table}</div></section>'


def _left(until: str, today: str) -> str:
    from datetime import date

    try:
        days = (date.fromisoformat(until) - date.fromisoformat(today)).days
    except ValueError:
        return ""
    if days < 0:
        return '<span class="tag block">ended</span>'
    kind = "warn" if days <= 30 else "plain"
    return f'<span class="tag {kind}">{"ends today" if days == 0 else plural(days, "day") + " left"}</span>'


def _feeds(verdict: Verdict) -> str:
    return f" · {html(feeds_words(verdict.feeds))}" if verdict.feeds else ""


def _notes(verdict: Verdict) -> str:
    if not verdict.notes:
        return ""
    rows = "".join(f"<li>{html(note)}</li>" for note in verdict.notes)
    return f'<section id="notes"><h2>Notes</h2><ul>{rows}</ul></section>'
