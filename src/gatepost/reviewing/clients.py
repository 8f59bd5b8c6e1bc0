"""The client of each code host, with a credential out of the environment alone; never shows one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gatepost.model.fix_requests import FixHost
from gatepost.model.reviews import Host
from gatepost.reviewing.hunks import read_hunks
from gatepost.reviewing.marks import read_mark
from gatepost.reviewing.places import Where
from gatepost.services.patience import Patience
from gatepost.services.web import Refused, safe_address

# The variables that may hold the credential of each host, the first that is set counts.
TOKENS: Mapping[str, tuple[str, ...]] = {
    "github": ("GITHUB_TOKEN", "GH_TOKEN"),
    "gitlab": ("GITLAB_TOKEN",),
    "gitea": ("GITEA_TOKEN", "FORGEJO_TOKEN", "GITHUB_TOKEN"),
    "azure": ("SYSTEM_ACCESSTOKEN", "AZURE_DEVOPS_TOKEN"),
    "bitbucket": ("BITBUCKET_TOKEN",),
}

# The hosts at which fixes become pull requests.
FIX_HOSTS = ("github", "gitlab", "gitea")
_PROJECT = re.compile(r"\w[\w.-]{0,200}(?:/\w[\w.-]{0,200}){1,20}", re.ASCII)
_OWN = re.compile(r"\w[\w.-]{0,200}/[\w.-]{1,200}", re.ASCII)
_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,100}/[A-Za-z0-9._-]{1,100}")


def client(where: Where, environment: Mapping[str, str], patience: Patience) -> Host:
    """Return what speaks to a host about one pull request. Raises Refused where something is missing."""
    return _CLIENTS[where.host](where, *_ways_in(where, environment), patience)


def fix_client(where: Where, environment: Mapping[str, str], patience: Patience) -> FixHost:
    """Return what speaks to a host about fix pull requests. Raises Refused where something is missing."""
    if where.host not in FIX_HOSTS:
        raise Refused(f"fix pull requests are made at {', '.join(FIX_HOSTS)}, not at {where.host}")
    from gatepost.reviewing.fix_marks import BRANCHES

    if where.host == "gitlab":
        from gatepost.services.gitlab_fixes import GitLabFixes

        if not _PROJECT.fullmatch(where.repository):
            raise Refused("a project of GitLab is named GROUP/NAME")
        return GitLabFixes(*_named(where, environment), patience, BRANCHES)
    if not (_REPOSITORY if where.host == "github" else _OWN).fullmatch(where.repository):
        raise Refused("a repository is named OWNER/NAME")
    if where.host == "gitea":
        from gatepost.services.gitea_fixes import GiteaFixes

        return GiteaFixes(*_named(where, environment), patience, BRANCHES)
    from gatepost.services.github_fixes import GitHubFixes

    return GitHubFixes(*_named(where, environment), patience, BRANCHES)


def _named(where: Where, environment: Mapping[str, str]) -> tuple[str, str, str]:
    address, token = _ways_in(where, environment)
    return address, where.repository, token


def _ways_in(where: Where, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return a host's address and the credential for it."""
    names = TOKENS[where.host]
    token = next((environment[name].strip() for name in names if environment.get(name)), "")
    if not token:
        raise Refused(f"{' or '.join(names)} is not set, so nothing can be written")
    return safe_address(where.address, "the address of the host"), token


def _github(where: Where, address: str, token: str, patience: Patience) -> Host:
    from gatepost.services.github_reviews import GitHubReviews, pull_request_of

    number = where.number or pull_request_of(address, where.repository, where.source, token, patience)
    return GitHubReviews(address, where.repository, number, token, patience, read_hunks, read_mark)


def _gitlab(where: Where, address: str, token: str, patience: Patience) -> Host:
    from gatepost.services.gitlab_reviews import GitLabReviews

    return GitLabReviews(address, where.repository, where.number, token, patience, read_hunks, read_mark)


def _gitea(where: Where, address: str, token: str, patience: Patience) -> Host:
    from gatepost.services.gitea_reviews import GiteaReviews

    return GiteaReviews(address, where.repository, where.number, token, patience, read_hunks, read_mark)


def _azure(where: Where, address: str, token: str, patience: Patience) -> Host:
    from gatepost.services.azure_reviews import AzureReviews

    return AzureReviews(address, where.repository, where.number, token, patience, read_mark)


def _bitbucket(where: Where, address: str, token: str, patience: Patience) -> Host:
    from gatepost.services.bitbucket_reviews import BitbucketReviews

    return BitbucketReviews(address, where.repository, where.number, token, patience, read_mark)


_CLIENTS: Mapping[str, Callable[[Where, str, str, Patience], Host]] = {
    "github": _github,
    "gitlab": _gitlab,
    "gitea": _gitea,
    "azure": _azure,
    "bitbucket": _bitbucket,
}
