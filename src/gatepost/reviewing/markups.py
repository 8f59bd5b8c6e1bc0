"""What each code host's Markdown can do, and text made harmless for it; never what is said.

Sources: "Commenting on a pull request" and "Basic writing and formatting syntax" (GitHub), "Suggest changes" and
"GitLab Flavored Markdown" (GitLab), "Markdown guidance" and "Suggest changes in a pull request" (Azure DevOps),
"Markup comments" (Bitbucket Cloud), "Markdown" (Forgejo).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatepost.model.records import NamedTuple
from gatepost.reports.safe_text import code, markdown, plain
from gatepost.reviewing.told import Suggested

_NAMES = re.compile(r"[!%&$~^](?=[\w\"])|\[(?=[a-z_]+:)")
_BREAK = "\u200b"


class Markup(NamedTuple):
    """A host's Markdown. `longest` is how many characters a comment may have, some of them kept back.

    `folds`: it reads <details>. `suggests`: a suggestion block can be put in with one click. `before` and `behind`
    hide a mark. `small` are the tags around small print.
    """

    name: str
    longest: int
    folds: bool = True
    suggests: bool = True
    before: str = "<!-- "
    behind: str = " -->"
    small: tuple[str, str] = ("<sub>", "</sub>")

    def text(self, words: str, most: int = 600) -> str:
        """Return one line of text that mentions nobody, links nothing and formats nothing."""
        words = " ".join(plain(words).split())
        words = words if len(words) <= most else words[: most - 1].rstrip() + "…"
        shown = _NAMES.sub(lambda found: found.group() + _BREAK, markdown(words))
        return _BREAK + shown if shown.startswith("/") else shown  # a slash begins a quick action of GitLab

    def code(self, words: str, most: int = 300) -> str:
        """Return a code span."""
        words = " ".join(plain(words).split())
        shown = code(words if len(words) <= most else words[: most - 1] + "…")
        return shown.replace("|", "\\|") if "|" in shown else shown

    def fold(self, title: str, body: str) -> str:
        """Return a body that is opened by a click, where the host can; `title` is safe already."""
        if not self.folds:
            return f"{title}\n\n{body}"
        return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"

    def suggestion(self, made: Suggested) -> str:
        """Return the block that a reader puts in with one click, exactly as it is: nothing in it may be altered."""
        fence = "`" * max(3, *(longest_run(line) + 1 for line in (*made.lines, "")))
        above = f":-{made.place.last - made.place.first}+0" if self.name == "gitlab" else ""
        return "\n".join([f"{fence}suggestion{above}", *made.lines, fence])


def longest_run(line: str) -> int:
    """Return the length of the longest run of backticks."""
    return max((len(run) for run in re.findall("`+", line)), default=0)


def is_plain(lines: Sequence[str]) -> bool:
    """Whether lines can stand in a suggestion as they are: what a host would read as a command, or hide, cannot."""
    return all(plain(line) == line for line in (line.replace("\t", " ") for line in lines))


_LINK = "[//]: # ("
MARKUPS = {
    one.name: one
    for one in (
        Markup("github", 60_000),
        Markup("gitlab", 900_000),
        Markup("gitea", 60_000, suggests=False),
        Markup("azure", 140_000, small=("", "")),
        Markup("bitbucket", 30_000, folds=False, suggests=False, before=_LINK, behind=")", small=("", "")),
    )
}
