"""`python -m tests.delivery.renderings [FOLDER]`: pictures of what a pull request shows, for the documentation.

The company of examples/ gets a change, the change is judged, and what `gatepost review` would write about it goes
through a Markdown engine with the extensions that hosts have, and through Chromium. The looks are ours; the words are
real.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from gatepost.model.reviews import ChangedFile, PullRequest
from gatepost.reviewing.composing import compose
from gatepost.reviewing.hunks import read_hunks
from gatepost.reviewing.marks import marked
from gatepost.reviewing.markups import MARKUPS
from gatepost.reviewing.summary import summary
from gatepost.reviewing.told import read_told
from tests.delivery.real_parts import TOP, commit_all, git

IMAGES = TOP / "docs" / "images"
WIDTH = 780
ADDED = """
resource "aws_db_instance" "reports" {
  engine              = "postgres"
  instance_class      = "db.t3.micro"
  publicly_accessible = true
  storage_encrypted   = false
}
"""
_SUGGESTION = re.compile(r"suggestion(?::-\d+\+\d+)?\s*\Z")


class Text(NamedTuple):
    """What is shown: its name, how it is headed, its Markdown, the lines that a suggestion replaces."""

    name: str
    head: str
    body: str
    old: tuple[str, ...] = ()


def chromium() -> str | None:
    """Return the browser, None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def texts() -> list[Text]:
    """Return what hosts are told of a change to the company."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "company"
        shutil.copytree(TOP / "examples" / "company", folder)
        commit_all(folder)
        changed = folder / "infra/live/prod/main.tf"
        changed.write_text(changed.read_text("utf-8") + ADDED, "utf-8")
        git(folder, "commit", "-q", "-a", "-m", "a database for reports")
        data = _judged(folder)
        path = "infra/live/prod/main.tf"
        diff = git(folder, "diff", "HEAD~1", "HEAD", "--", path)
        file = ChangedFile(path, path, read_hunks(diff[diff.index("\n@@") + 1 :] + "\n"))
        request = PullRequest(7, "", data["judged"]["commit"], True, {path: file})
    return [_comment(data, request, "github"), _comment(data, request, "gitlab"), _summary(data, request)]


def _judged(folder: Path) -> Any:
    command = [
        sys.executable,
        "-m",
        "gatepost",
        "check",
        "--base",
        "HEAD~1",
        "--format",
        "json",
        "--today",
        "2026-11-22",
    ]
    more = ["--report", "reports/search-api.json", "--history", "history.json"]
    done = subprocess.run([*command, *more], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    data = json.loads(done.stdout)
    data["judged"]["commit"] = "4be1c90aaa" * 4  # the real one depends on the time
    return data


def _comment(data: Any, request: PullRequest, host: str) -> Text:
    told, markup = read_told(data), MARKUPS[host]
    notes = compose(told, request, markup).notes
    note = next(one for one in notes if "suggestion" in one.body)
    group = next(one for one in told.groups if one.key == note.key)
    assert group.mend is not None and group.mend.suggested is not None
    where = f"{note.path} · line {note.line}"
    body = marked(note.body, told.scope, note.key, markup=markup)
    return Text(f"{host}-comment", where, body, group.mend.suggested.old)


def _summary(data: Any, request: PullRequest) -> Text:
    told, markup = read_told(data), MARKUPS["github"]
    composed = compose(told, request, markup)
    return Text("summary", "gatepost", summary(told, composed.fates, 0, markup))


# -- pages -------------------------------------------------------------------------------------------------------------

_STYLE = """
body { margin: 0; padding: 14px; background: #fff; font: 14px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1f2328 }
.box { border: 1px solid #d0d7de; border-radius: 6px; overflow: hidden }
.head { background: #f6f8fa; border-bottom: 1px solid #d0d7de; padding: 8px 14px; color: #59636e; font-size: 12px }
.head b { color: #1f2328 } .said { padding: 4px 14px 10px }
code { background: #818b981f; border-radius: 4px; padding: .15em .35em; font: 12px "DejaVu Sans Mono", monospace }
pre { background: #f6f8fa; border-radius: 6px; padding: 10px; overflow: hidden; margin: 8px 0 }
pre code { background: none; padding: 0 }
table { border-collapse: collapse } td, th { border: 1px solid #d0d7de; padding: 4px 10px } h3 { margin: 10px 0 0 }
details { margin: 6px 0 } sub { color: #59636e; font-size: 11px; vertical-align: baseline }
.change { border: 1px solid #d0d7de; border-radius: 6px; margin: 8px 0; overflow: hidden }
.change i { display: block; font-style: normal; font-size: 12px; padding: 5px 10px; color: #59636e }
.change i { border-bottom: 1px solid #d0d7de }
.change div { white-space: pre; font: 12px/1.6 "DejaVu Sans Mono", monospace; padding: 0 10px }
.was { background: #ffebe9 } .is { background: #dafbe1 }
"""


def page(text: Text, *, opened: bool = False) -> str:
    """Return a page that shows a comment as a host would."""
    from markdown_it import MarkdownIt

    engine = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    plain_fence = engine.renderer.rules["fence"]

    def fence(self: Any, tokens: Any, at: int, options: Any, environment: Any) -> str:
        if not _SUGGESTION.match(tokens[at].info):
            return str(plain_fence(tokens, at, options, environment))
        is_now = tokens[at].content.split("\n")[:-1]
        lines = [("was", "-", line) for line in text.old] + [("is", "+", line) for line in is_now]
        shown = "".join(f'<div class="{kind}">{sign} {html.escape(line)}</div>' for kind, sign, line in lines)
        return f'<div class="change"><i>Suggested change</i>{shown}</div>'

    engine.add_render_rule("fence", fence)
    said = engine.render(text.body)
    if opened:
        said = said.replace("<details>", "<details open>")
    head = f'<div class="head"><b>gatepost</b> · {html.escape(text.head)}</div>'
    script = "<script>document.title = document.documentElement.scrollHeight</script>"
    return (
        f'<!doctype html><html><meta charset="utf-8"><style>{_STYLE}</style><body><div class="box">{head}'
        f'<div class="said">{said}</div></div>{script}</body></html>'
    )


def shoot(browser: str, page: str, to: Path) -> None:
    """Write a picture of a page, as high as it is."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "page.html"
        file.write_text(page, "utf-8")
        common = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={name}/u",
        ]
        asked = [*common, f"--window-size={WIDTH},400", "--dump-dom", file.as_uri()]
        dom = subprocess.run(asked, capture_output=True, text=True, timeout=90, check=True).stdout
        found = re.search(r"<title>(\d+)</title>", dom)
        assert found is not None, "the page does not tell its height"
        size = f"--window-size={WIDTH},{found[1]}"
        taken = [*common, size, f"--screenshot={to}", file.as_uri()]
        subprocess.run(taken, capture_output=True, timeout=90, check=True)


def main() -> None:
    """Take all pictures."""
    browser = chromium()
    if browser is None:
        sys.exit("no Chromium here (apt-get install chromium)")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts():
        shoot(browser, page(text), folder / f"{text.name}.png")
        print(f"{text.name}.png {(folder / f'{text.name}.png').stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
