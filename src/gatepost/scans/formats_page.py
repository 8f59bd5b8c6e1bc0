"""The table of formats in docs/reports-read.md, made from the modules; never a format's own words."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from gatepost.scans.table import FORMATS, format_named

BEGIN = "<!-- formats: made by `python -m gatepost.scans.formats_page docs/reports-read.md` -->\n"
END = "<!-- end of formats -->\n"


def table() -> str:
    """Return the table in Markdown, a row for each format by name."""
    rows = ["| format | tool and option | one finding is | `[]` |", "|---|---|---|---|"]
    for name in sorted(FORMATS):
        module = format_named(name)
        empty = "clean" if module.EMPTY_LIST_IS_CLEAN else ""
        rows.append(f"| `{name}` | {_cell(module.WRITTEN_BY)} | {_cell(module.UNIT)} | {empty} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def with_table(page: str) -> str:
    """Return a page with the table between its two marks; raises ValueError where they are not there."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no marks for the table of formats")
    return f"{before}{BEGIN}{table()}{END}{after}"


def main(arguments: Sequence[str]) -> int:
    """Write the table into a page."""
    with open(arguments[0], encoding="utf-8") as file:
        page = file.read()
    with open(arguments[0], "w", encoding="utf-8", newline="\n") as file:
        file.write(with_table(page))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
