"""Check runs on GitHub, by PyGithub: fifty annotations a request, always concluded; never decides what is said.

Source: "REST API endpoints for check runs" (docs.github.com): annotations of an update are added to those there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gatepost.model.checks import CheckAnnotation, CheckRun, CheckWritten
from gatepost.services.github_connection import GitHubConnection
from gatepost.services.patience import Patience
from gatepost.services.web import Refused

if TYPE_CHECKING:
    from github.CheckRun import CheckRun as HostCheckRun

BATCH = 50


class GitHubChecks:
    """The check runs of one repository. Raises Refused where PyGithub is not installed."""

    def __init__(self, address: str, repository: str, token: str, patience: Patience) -> None:
        self._connection = GitHubConnection(address, token, patience)
        self._repository = repository

    def write(self, run: CheckRun) -> CheckWritten:
        """Write a check run; one that says the same already is left as it is.

        Annotations that GitHub refuses are left out and counted. Once it is begun it is concluded, or Refused is
        raised.
        """
        if self._is_there(run):
            return CheckWritten(len(run.annotations), unchanged=True)
        batches = [run.annotations[start : start + BATCH] for start in range(0, len(run.annotations), BATCH)] or [()]
        lost, why = 0, ""
        try:
            made = self._create(run, batches[0], done=len(batches) == 1)
        except Refused as error:
            if error.status != 422 or not batches[0]:
                raise
            made = self._create(run, (), done=len(batches) == 1)
            lost, why = len(batches[0]), str(error)
        for number, batch in enumerate(batches[1:], start=1):
            last = number == len(batches) - 1
            try:
                self._add(made, run, batch, done=last)
            except Refused as error:
                stops = error.status != 422
                lost, why = lost + (sum(map(len, batches[number:])) if stops else len(batch)), str(error)
                if stops or last:
                    self._add(made, run, (), done=True)
                    break
        return CheckWritten(len(run.annotations) - lost, lost, why)

    def _is_there(self, run: CheckRun) -> bool:
        with self._connection.asking():
            commit = self._connection.host.get_repo(self._repository).get_commit(run.commit)
            return any(
                one.external_id == run.identity and one.status == "completed" and one.conclusion == run.conclusion
                for one in commit.get_check_runs(check_name=run.name, filter="latest")
            )

    def _create(self, run: CheckRun, batch: Sequence[CheckAnnotation], done: bool) -> HostCheckRun:
        with self._connection.asking():
            return self._connection.host.get_repo(self._repository).create_check_run(
                run.name, run.commit, external_id=run.identity, output=_output(run, batch), **_state(run, done)
            )

    def _add(self, made: HostCheckRun, run: CheckRun, batch: Sequence[CheckAnnotation], done: bool) -> None:
        with self._connection.asking():
            made.edit(output=_output(run, batch), **_state(run, done))


def _state(run: CheckRun, done: bool) -> dict[str, Any]:
    return {"status": "completed", "conclusion": run.conclusion} if done else {"status": "in_progress"}


def _output(run: CheckRun, batch: Sequence[CheckAnnotation]) -> dict[str, Any]:
    made: dict[str, Any] = {"title": run.title, "summary": run.summary}
    if batch:
        made["annotations"] = [_annotation(one) for one in batch]
    return made


def _annotation(one: CheckAnnotation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "path": one.path,
        "start_line": one.first,
        "end_line": one.last,
        "annotation_level": one.level,
        "title": one.title,
        "message": one.message,
    }
    return {**made, "raw_details": one.details} if one.details else made
