"""Makes text from scanned files harmless for the place where it is shown; never decides what is shown."""

from __future__ import annotations

import re
from functools import cache
from re import Pattern

# Control characters (escape sequences begin with one), characters without a look of their own, those that turn the
# direction of writing, line and paragraph separators, halves of surrogate pairs.
_INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)


@cache
def _invisible() -> Pattern[str]:
    return re.compile(f"[{_INVISIBLE}]")


@cache
def _commands() -> Pattern[str]:
    # GitHub reads `::name …::` where a line begins (white space ignored) and wrapping may make any word begin a line;
    # GitHub's older form and Azure's are read anywhere in a line.
    return re.compile(r"(?<!\S)::(?=[A-Za-z_-]+(?:\s|::))|##(?=\[)|##vso(?=\[)", re.IGNORECASE)


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code in (9, 10, 13):
        return " "
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _broken(match: re.Match[str]) -> str:
    found = match.group()
    return ": :" if found == "::" else found + " "


def printable(text: str) -> str:
    """Return the text in one line with every invisible character written out (`\\x1b`, `\\u202e`).

    Tabs and line breaks become spaces. Columns are not kept.
    """
    return text if text.isascii() and text.isprintable() else _invisible().sub(_visible, text)


def plain(text: str) -> str:
    """Return one line of text that is safe on a terminal and in the log of a pipeline.

    Besides `printable`, what a pipeline would take for a command (`::error::`, `##[group]`, `##vso[…]`) is broken up.
    """
    text = printable(text)
    return _commands().sub(_broken, text) if "::" in text or "##" in text else text


def without_commands(text: str) -> str:
    """Break up workflow commands in one line and leave everything else as it is."""
    return _commands().sub(_broken, text) if "::" in text or "##" in text else text


def json_text(text: str) -> str:
    """Return JSON text (ASCII, as `json.dumps` writes it) in which no log reads a command; its data stay the same."""
    if "##" in text:
        text = re.sub(r"(##(?:vso)?)\[", r"\1\\u005b", text, flags=re.IGNORECASE)
    return text.replace("\x7f", "\\u007f")


# -- workflow commands of GitHub ---------------------------------------------------------------------------------------


def workflow_message(text: str) -> str:
    """Return text for the message of a workflow command; line breaks are kept in escaped form."""
    return "%0A".join(plain(line).replace("%", "%25") for line in text.split("\n"))


def workflow_property(text: str) -> str:
    """Return text for a property of a workflow command."""
    return workflow_message(text).replace(":", "%3A").replace(",", "%2C")


# -- HTML and XML ------------------------------------------------------------------------------------------------------


def html(text: str) -> str:
    """Return text for HTML, inside elements and in quoted attributes; one line."""
    return _entities(printable(text))


def html_lines(text: str) -> str:
    """Return text for HTML that keeps its line breaks and tabs."""
    return "\n".join("\t".join(html(part) for part in line.split("\t")) for line in text.split("\n"))


def xml(text: str) -> str:
    """Return text for XML 1.0 (elements and quoted attributes); characters XML forbids are written out."""
    return "\n".join(html(line) for line in text.split("\n"))


def _entities(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace('"', "&quot;").replace("'", "&#39;")
    if "##" in text or "::" in text:  # no log that the page is printed to shall read a command
        text = text.replace("##", "#&#35;").replace("::", ":&#58;")
    return text


# -- Markdown ----------------------------------------------------------------------------------------------------------


@cache
def _markdown_signs() -> Pattern[str]:
    return re.compile(r"[\\`*_\[\]|~$]|^[#+=-]|^\d+(?=[.)])")


@cache
def _markdown_links() -> Pattern[str]:
    # What a code host turns into a link or a notification without any sign of Markdown.
    return re.compile(r"@(?=\w)|#(?=\d)|(?<=\w):(?=//)|www(?=\.)|\bGH(?=-\d)", re.IGNORECASE)


def _unlinked(match: re.Match[str]) -> str:
    return match.group() + "&#8203;"


def markdown(text: str) -> str:
    """Return text for a line of Markdown: no formatting, no HTML, no links, nobody is notified."""
    text = plain(text)
    text = _markdown_signs().sub(lambda m: "\\" + m.group() if not m.group()[0].isdigit() else m.group() + "\\", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _markdown_links().sub(_unlinked, text)


def code(text: str) -> str:
    """Return a code span of Markdown that holds the text; in a table its pipes are still to be escaped."""
    text = plain(text).strip() or " "
    fence = "`" * (_longest_run(text) + 1)
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"


def fenced(lines: list[str], language: str = "") -> str:
    """Return a fenced block of Markdown; the fence is longer than any run of backticks inside."""
    body = [plain(line.replace("\t", "    ")) for line in lines]
    fence = "`" * max(3, max((_longest_run(line) for line in body), default=0) + 1)
    return "\n".join([fence + language, *body, fence])


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
