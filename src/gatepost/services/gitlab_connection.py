"""How GitLab is spoken to through python-gitlab: with patience, without showing the credential; never what is said.

Loaded only where GitLab is spoken to.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from gatepost.services.patience import LeadsElsewhere, OutOfTime, Patience
from gatepost.services.web import ANSWER_SECONDS, Refused, refusal

PAGE = 100
# What the library raises when an answer is not what it expects.
_UNREADABLE = (AssertionError, AttributeError, KeyError, RuntimeError, TypeError, ValueError)


class GitLabConnection:
    """GitLab at one address with one credential. Raises Refused where python-gitlab is not installed."""

    def __init__(self, address: str, token: str, patience: Patience) -> None:
        try:
            gitlab: Any = import_module("gitlab")
        except ImportError:
            raise Refused("python-gitlab is not installed: pip install 'gatepost[gitlab]'") from None
        from requests import Session
        from requests.adapters import HTTPAdapter

        from gatepost.services.retries import Retries

        session = Session()
        session.max_redirects = 0  # its own header for the token would go along to wherever the host leads
        session.trust_env = True  # proxies; what .netrc has is for the same host
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=Retries(patience=patience)))
        self._token = token
        self._fault: Any = gitlab.GitlabError
        self._patience = patience
        self.host: Any = gitlab.Gitlab(
            address,
            private_token=token,
            timeout=ANSWER_SECONDS,
            session=session,
            per_page=PAGE,
            retry_transient_errors=False,
            keep_base_url=True,
            user_agent="gatepost",
        )
        # The library would wait by itself, on the clock on the wall, where our patience has ended.
        self.host.http_request = partial(self.host.http_request, obey_rate_limit=False)

    @contextmanager
    def asking(self) -> Generator[None]:
        """Turn whatever the library raises into Refused, without anything of the request in it."""
        from requests import RequestException

        from gatepost.services.retries import what_of

        try:
            self._patience.before_request()
            yield
        except (OutOfTime, LeadsElsewhere) as error:
            raise Refused(str(error)) from None
        except self._fault as error:
            raise self._refusal(error.response_code or 0, error.error_message) from None
        except (RequestException, *_UNREADABLE) as error:
            raise Refused(what_of(error), unsure=True) from None

    def _refusal(self, status: int, said: object) -> Refused:
        return refusal(status, said if isinstance(said, str) else "", [self._token], unsure=status >= 500)
