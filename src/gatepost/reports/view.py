"""How a report is to look, decided by whoever knows the screen; never what it says."""

from __future__ import annotations

from gatepost.model.records import NamedTuple


class NextStep(NamedTuple):
    """Something to type next, and what it will do."""

    command: str
    effect: str


class View(NamedTuple):
    """What the command line knows about the place where a report will be read.

    `width` is in columns (0: no limit); `colour` allows terminal colours; `unicode` is False where only ASCII can be
    shown. `verbose` spells out what is allowed too, `quiet` leaves one line per entry; they only concern people's
    formats. `watch`: a person is looking, progress may be shown. `seconds` is the time taken, None to leave clocks out
    of the output. `today` is an ISO date ("" when not known). `next_steps` replaces the ones the report finds itself.
    `verdict_file` is where the json report is being written, "" for nowhere.
    """

    width: int = 80
    colour: bool = False
    unicode: bool = True
    verbose: bool = False
    quiet: bool = False
    watch: bool = False
    seconds: float | None = None
    today: str = ""
    next_steps: tuple[NextStep, ...] | None = None
    verdict_file: str = ""


def progress(view: View, done: int, total: int, path: str) -> str:
    """Return a line of progress that overwrites the one before, "" when nobody watches.

    It begins with a carriage return and is cut to the view's width; `path` may be hostile.
    """
    if not view.watch:
        return ""
    from gatepost.reports.safe_text import plain

    text = f"{done} of {total}  {plain(path)}"
    if not view.unicode:
        text = text.encode("ascii", "backslashreplace").decode("ascii")
    room = max(view.width or 80, 20) - 1
    return "\r" + (text if len(text) <= room else text[:room]).ljust(room)
