"""Gatepost, a policy gate for infrastructure code and scan reports: its version and the small public API; never logic.

    from gatepost import Request, check

    verdict = check(Request(paths=("infra",), today="2027-03-31"))
    for decision in verdict.decisions:
        print(decision.action, decision.assessment.finding.title)
    raise SystemExit(verdict.exit_code)

What is listed here stays as it is from one minor version to the next; every other module may change. Each name is
loaded when it is first asked for.

- `Request` says what to judge, by which policy and as of which day; `check(request)` returns the `Verdict`.
- `UsageError` is raised when the request, the policy or a rule file is at fault. What is wrong
  with scanned files is in the verdict; any other error is a bug.
- `render(name, verdict, view)` makes a `Report` in one of the formats of the command line; `View` says how it looks.
"""

from __future__ import annotations

from gatepost.version import __version__ as __version__

TYPE_CHECKING = False  # as in `typing`, which would have to be imported
if TYPE_CHECKING:
    from gatepost.model.decisions import Report, Verdict
    from gatepost.model.problems import UsageError
    from gatepost.pipeline import Request, check
    from gatepost.reports import render
    from gatepost.reports.view import View

__all__ = ["Report", "Request", "UsageError", "Verdict", "View", "check", "render"]

# Name → the module it is loaded from.
_HOMES = {
    "Report": "gatepost.model.decisions",
    "Request": "gatepost.pipeline",
    "UsageError": "gatepost.model.problems",
    "Verdict": "gatepost.model.decisions",
    "View": "gatepost.reports.view",
    "check": "gatepost.pipeline",
    "render": "gatepost.reports",
}


def __getattr__(name: str) -> object:
    """Return a name of the public API; raises `AttributeError` for any other."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
