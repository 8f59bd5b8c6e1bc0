"""How GitHub is spoken to through PyGithub: with patience, without showing the credential; never what is said.

Loaded only where GitHub is spoken to.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from gatepost.services.patience import LeadsElsewhere, OutOfTime, Patience
from gatepost.services.web import ANSWER_SECONDS, Refused, refusal

if TYPE_CHECKING:
    from github import Github

PAGE = 100
_ACTIONS_BOT = "github-actions[bot]"
# What the library raises when an answer is not what it expects.
_UNREADABLE = (AssertionError, AttributeError, KeyError, RuntimeError, TypeError, ValueError)


class GitHubConnection:
    """GitHub at one address with one credential. Raises Refused where PyGithub is not installed."""

    def __init__(self, address: str, token: str, patience: Patience) -> None:
        try:
            from github import Auth, Github
        except ImportError:
            raise Refused("PyGithub is not installed: pip install 'gatepost[github]'") from None
        from gatepost.services.retries import Retries

        self._token = token
        self._patience = patience
        self._me = ""
        self.host: Github = Github(
            auth=Auth.Token(token),
            base_url=address,
            timeout=int(ANSWER_SECONDS),
            per_page=PAGE,
            retry=Retries(patience=patience),
            user_agent="gatepost",
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
        )

    def whoami(self) -> str:
        """Return the login that what we write has; a workflow's own credential has no user to ask for."""
        if not self._me:
            try:
                with self.asking():
                    self._me = self.host.get_user().login
            except Refused as error:
                if error.status not in (401, 403, 404):
                    raise
                self._me = self._viewer()
        return self._me

    def _viewer(self) -> str:
        try:
            with self.asking():
                _, told = self.host.requester.graphql_query("query { viewer { login } }", {})
        except Refused:
            return _ACTIONS_BOT
        found: Any = told
        for name in ("data", "viewer", "login"):
            found = cast("dict[str, Any]", found).get(name) if isinstance(found, dict) else None
        return found if isinstance(found, str) and found else _ACTIONS_BOT

    @contextmanager
    def asking(self) -> Generator[None]:
        """Turn whatever the library raises into Refused, without anything of the request in it."""
        from github import GithubException
        from requests import RequestException

        from gatepost.services.retries import what_of

        try:
            self._patience.before_request()
            yield
        except (OutOfTime, LeadsElsewhere) as error:
            raise Refused(str(error)) from None
        except GithubException as error:
            raise self._refusal(error.status, error.data) from None
        except (RequestException, *_UNREADABLE) as error:
            raise Refused(what_of(error), unsure=True) from None

    def _refusal(self, status: int, data: Any) -> Refused:
        said = cast("dict[str, Any]", data).get("message", "") if isinstance(data, dict) else ""
        return refusal(status, str(said), [self._token], unsure=status >= 500)
