"""Makes text from scanned files harmless in tickets and messages; never decides what is told.

Where a host has a form in which text is only text (Atlassian Document Format, Slack's rich text, Adaptive Cards' text
runs) that form is used, and `line` is all a text needs. The functions here are for hosts that read a markup.
"""

from __future__ import annotations

import re

from gatepost.reports.safe_text import code, fenced, markdown, plain

# A break between two signs that no reader sees and no host reads as part of a name.
_BREAK = "\u200b"
# What a line of a difference begins with.
MARKS = ("- ", "+ ", "  ")
_GITLAB_NAMES = re.compile(r"[!%&$~^](?=[\w\"])|\[(?=[a-z_]+:)")
# "ABC-12" is a link in Jira; identifiers of vulnerabilities are not meant to be broken up.
_JIRA_KEY = re.compile(r"\b(?!CVE-|CWE-|GHSA-|AVD-|CKV)([A-Z][A-Z0-9_]+)-(?=\d)")
_WIKI_SIGNS = re.compile(r"[\\{}\[\]*_+^~!|?#]|-(?!\w)|(?<!\w)-")
_WIKI_STARTS = re.compile(r"^(h[1-6]|bq)(?=\.)")
_ADDRESS = re.compile(r"(?<=\w):(?=//)|\bwww(?=\.)|\b(mailto|file):", re.IGNORECASE)


def line(text: str, most: int = 300) -> str:
    """Return one line of text, cut where it is longer than `most` characters, for a place that reads no markup."""
    text = " ".join(plain(text).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def diff_line(text: str) -> str:
    """Return one line of a difference, its mark and indentation kept, for a place that reads no markup."""
    if text[:2] not in MARKS:
        return line(text, 160) or " "
    rest = text[2:]
    indented = len(rest) - len(rest.lstrip(" "))
    return text[:2] + " " * min(indented, 20) + line(rest, 160)


def issue_line(text: str, most: int = 300) -> str:
    """Return one line for an issue of GitHub or GitLab: no mention, link, reference, command, HTML or table."""
    text = markdown(line(text, most))
    text = _GITLAB_NAMES.sub(lambda found: found.group() + _BREAK, text)
    return _BREAK + text if text.startswith("/") else text


def issue_title(text: str, most: int = 200) -> str:
    """Return the title of an issue, in which no markup is read but names and numbers still are."""
    text = line(text, most)
    text = re.sub(r"[@#!%&$~^](?=\w)", lambda found: found.group() + _BREAK, text)
    return _ADDRESS.sub(lambda found: found.group() + _BREAK, text)


def issue_code(text: str, most: int = 300) -> str:
    """Return a code span for an issue of GitHub or GitLab, in which neither reads names."""
    return code(line(text, most)).replace("|", "\\|")


def issue_block(lines: list[str], language: str = "") -> str:
    """Return a fenced block for an issue of GitHub or GitLab."""
    return fenced(lines, language)


def wiki_line(text: str, most: int = 300) -> str:
    """Return one line for Jira's wiki markup (Server, Data Center): every sign that it reads is escaped."""
    text = line(text, most)
    text = _ADDRESS.sub(lambda found: found.group() + _BREAK, text)
    text = _JIRA_KEY.sub(lambda found: found.group(1) + _BREAK + "-", text)
    text = _WIKI_SIGNS.sub(lambda found: "\\" + found.group(), text)
    text = _WIKI_STARTS.sub(lambda found: found.group() + _BREAK, text)
    return re.sub(r"@(?=\w)", "@" + _BREAK, text)


def wiki_block(lines: list[str]) -> str:
    """Return preformatted lines for Jira's wiki markup, which nothing inside can end."""
    body = [plain(one.replace("\t", "    ")).replace("{", "{" + _BREAK) for one in lines]
    return "\n".join(["{noformat}", *body, "{noformat}"])


def journal_line(text: str, most: int = 300) -> str:
    """Return one line for a field of ServiceNow, whose journals read [code] as HTML and @[…] as a mention.

    Angle brackets become ‹ and ›: mails are made from these fields as HTML.
    """
    text = line(text, most)
    text = re.sub(r"\[(?=/?\s*code\s*\])", "[" + _BREAK, text, flags=re.IGNORECASE)
    text = re.sub(r"@(?=[\w\[])", "@" + _BREAK, text).replace("${", "$" + _BREAK + "{")
    return _ADDRESS.sub(lambda found: found.group() + _BREAK, text).replace("<", "‹").replace(">", "›")


def slack_line(text: str, most: int = 300) -> str:
    """Return one line for the text that Slack shows in notifications: no mention, no link, no formatting."""
    text = line(text, most)
    text = re.sub(r"[*_~`@#:](?=\S)", lambda found: found.group() + _BREAK, text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
