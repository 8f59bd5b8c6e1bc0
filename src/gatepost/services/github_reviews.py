"""The comments of one pull request on GitHub, by PyGithub; never decides what is said.

Source: "REST API endpoints for pull request review comments" and "GraphQL: resolveReviewThread" (docs.github.com).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from gatepost.model.json_values import mapping, number, text
from gatepost.model.reviews import ChangedFile, Hunk, Mark, Note, Posted, PullRequest, Refusal
from gatepost.services.github_connection import GitHubConnection
from gatepost.services.patience import Patience
from gatepost.services.web import Moved, Refused

if TYPE_CHECKING:
    from github.PullRequest import PullRequest as HostPullRequest

# GitHub lists no more of a pull request's files.
MOST_FILES = 3_000
_THREADS = """query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewThreads(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id isResolved comments(first: 1) { nodes { fullDatabaseId } } } } } } }"""
_MOST_PAGES = 50


class GitHubReviews:
    """One pull request. `read_hunks` and `read_mark` read a file's diff, and the mark of a comment.

    Raises Refused where PyGithub is not installed.
    """

    markup = "github"

    def __init__(
        self,
        address: str,
        repository: str,
        number: int,
        token: str,
        patience: Patience,
        read_hunks: Callable[[str], tuple[Hunk, ...]],
        read_mark: Callable[[str], Mark | None],
    ) -> None:
        self._connection = GitHubConnection(address, token, patience)
        self._repository = repository
        self._number = number
        self._read_hunks = read_hunks
        self._read_mark = read_mark
        self._loaded: HostPullRequest | None = None

    @property
    def _pull(self) -> HostPullRequest:
        if self._loaded is None:
            with self._connection.asking():
                self._loaded = self._connection.host.get_repo(self._repository).get_pull(self._number)
        return self._loaded

    def _ask(self, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what GraphQL answers; raises Refused for an error in it."""
        with self._connection.asking():
            _, data = self._connection.host.requester.graphql_query(query, dict(variables))
        answer = cast("Mapping[str, Any]", data)
        if answer.get("errors"):
            raise Refused("GraphQL refuses it", 403)
        return cast("Mapping[str, Any]", answer.get("data") or {})

    def pull_request(self) -> PullRequest:
        """Return the pull request with the hunks of its files."""
        pull = self._pull
        files: dict[str, ChangedFile] = {}
        with self._connection.asking():
            for one in pull.get_files():
                before = one.previous_filename or ("" if one.status == "added" else one.filename)
                hunks = self._read_hunks(one.patch) if one.patch else None
                if one.status != "removed":
                    files[one.filename] = ChangedFile(one.filename, before, hunks, blob=one.sha or "")
            complete = pull.changed_files <= MOST_FILES
            return PullRequest(pull.number, pull.base.sha, pull.head.sha, pull.state == "open", files, complete)

    def posted(self) -> Sequence[Posted]:
        """Return our comments, the oldest first: those on lines, then the summary."""
        me, pull = self._connection.whoami(), self._pull
        comments = self._listed(f"{pull.url}/comments", {"sort": "created", "direction": "asc"})
        with self._connection.asking():
            others = list(pull.get_issue_comments())
        replies: dict[int, int] = {}
        for one in comments:
            first = _id(one, "in_reply_to_id")
            if first and _author(one) != me:
                replies[first] = replies.get(first, 0) + 1
        found: list[Posted] = []
        for one in comments:
            body, id = str(one.get("body") or ""), _id(one, "id")
            mark = self._read_mark(body) if _author(one) == me and not _id(one, "in_reply_to_id") else None
            if mark is not None:
                made = Posted(str(id), mark, body, replies=replies.get(id, 0), where="review")
                found.append(_placed(made, one))
        threads = self._threads() if found else {}
        found = [
            one._replace(thread=threads[int(one.id)][0], resolved=threads[int(one.id)][1])
            if int(one.id) in threads
            else one
            for one in found
        ]
        for one in others:
            mark = self._read_mark(one.body) if one.user.login == me else None
            if mark is not None:
                found.append(Posted(str(one.id), mark, one.body, where="issue"))
        return found

    def _listed(self, address: str, query: dict[str, Any]) -> list[Mapping[str, Any]]:
        """Return what the host lists as it tells it.

        The library would ask once more for each comment that begins a thread, as that has nothing to say of a reply.
        """
        from github.PaginatedList import PaginatedList

        def as_told(_requester: Any, _headers: Any, element: Any) -> Mapping[str, Any]:
            return mapping(element)

        with self._connection.asking():
            return list(PaginatedList(cast("Any", as_told), self._connection.host.requester, address, query))

    def _threads(self) -> dict[int, tuple[str, bool]]:
        """Return the thread of each first comment, and whether it is resolved; nothing where we may not ask."""
        owner, _, name = self._repository.partition("/")
        found: dict[int, tuple[str, bool]] = {}
        after: str | None = None
        for _ in range(_MOST_PAGES):
            try:
                answer = self._ask(_THREADS, {"owner": owner, "name": name, "number": self._number, "after": after})
            except Refused:
                return found
            listed = _inner(answer, "repository", "pullRequest", "reviewThreads")
            for thread in cast("Sequence[Mapping[str, Any]]", listed.get("nodes") or ()):
                first = next(iter(_inner(thread, "comments").get("nodes") or ()), None)
                id = str(first.get("fullDatabaseId") or "") if first is not None else ""
                if id.isdecimal():
                    found[int(id)] = (str(thread["id"]), bool(thread["isResolved"]))
            page = _inner(listed, "pageInfo")
            if not page.get("hasNextPage"):
                break
            after = page.get("endCursor")
        return found

    def post(self, notes: Sequence[tuple[Note, str]], commit: str) -> Sequence[Refusal]:
        """Write comments as one review; where GitHub refuses it for one of them, each by itself."""
        on_lines = [(note, body) for note, body in notes if note.line]
        refused: list[Refusal] = []
        alone = [(note, body) for note, body in notes if not note.line]
        if on_lines:
            try:
                with self._connection.asking():
                    made = [_comment(note, body) for note, body in on_lines]
                    at = self._connection.host.get_repo(self._repository).get_commit(commit)
                    self._pull.create_review(commit=at, event="COMMENT", comments=cast("Any", made))
            except Refused as error:
                if error.status != 422:
                    raise
                self._verify_head(commit)
                alone = [*on_lines, *alone]
        for note, body in alone:
            try:
                self._post_one(note, body, commit)
            except Refused as error:
                if error.status not in (404, 422):
                    raise
                refused.append(Refusal(note, f"{note.path}: {error}"))
        return refused

    def _verify_head(self, commit: str) -> None:
        """Raise Moved where somebody has pushed: no comment on the commit that was judged is taken any more."""
        with self._connection.asking():
            head = self._connection.host.get_repo(self._repository).get_pull(self._number).head.sha
        if head != commit:
            raise Moved(f"{head[:10]} was pushed meanwhile")

    def _post_one(self, note: Note, body: str, commit: str) -> None:
        with self._connection.asking():
            at = self._connection.host.get_repo(self._repository).get_commit(commit)
            if not note.line:
                self._pull.create_review_comment(body, at, note.path, subject_type="file")
            elif note.first < note.line:
                self._pull.create_review_comment(
                    body, at, note.path, line=note.line, side="RIGHT", start_line=note.first, start_side="RIGHT"
                )
            else:
                self._pull.create_review_comment(body, at, note.path, line=note.line, side="RIGHT")

    def write_summary(self, body: str, before: Posted | None) -> None:
        """Write the summary, in place of the one before."""
        if before is not None:
            self.edit(before, body)
            return
        with self._connection.asking():
            self._pull.create_issue_comment(body)

    def edit(self, comment: Posted, body: str) -> None:
        """Change what a comment says."""
        with self._connection.asking():
            if comment.where == "issue":
                self._pull.get_issue_comment(int(comment.id)).edit(body)
            else:
                self._pull.get_review_comment(int(comment.id)).edit(body)

    def remove(self, comment: Posted) -> None:
        """Take a comment away."""
        with self._connection.asking():
            if comment.where == "issue":
                self._pull.get_issue_comment(int(comment.id)).delete()
            else:
                self._pull.get_review_comment(int(comment.id)).delete()

    def resolve(self, comment: Posted, resolved: bool) -> bool:
        """Mark a thread as resolved or open it; False where the credential may not, as a workflow's often may not."""
        if not comment.thread:
            return False
        verb = "resolveReviewThread" if resolved else "unresolveReviewThread"
        query = f"mutation($id: ID!) {{ {verb}(input: {{threadId: $id}}) {{ thread {{ isResolved }} }} }}"
        try:
            self._ask(query, {"id": comment.thread})
        except Refused:
            return False
        return True


def _id(comment: Mapping[str, Any], key: str) -> int:
    """Return an identity, 0 where there is none; they are greater than line numbers are."""
    value = comment.get(key)
    return value if isinstance(value, int) else 0


def _author(comment: Mapping[str, Any]) -> str:
    return text(mapping(comment.get("user")), "login")


def _placed(made: Posted, comment: Mapping[str, Any]) -> Posted:
    """Tell where a comment stands; one whose lines have changed since has none."""
    path, line = str(comment.get("path") or ""), number(comment, "line")
    if comment.get("subject_type") == "file":
        return made._replace(path=path, line=0)
    if not line:
        return made
    return made._replace(path=path, first=number(comment, "start_line") or line, line=line)


def _comment(note: Note, body: str) -> dict[str, Any]:
    made: dict[str, Any] = {"path": note.path, "body": body, "line": note.line, "side": "RIGHT"}
    if note.first < note.line:
        made |= {"start_line": note.first, "start_side": "RIGHT"}
    return made


def _inner(owner: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        owner = cast("Mapping[str, Any]", owner.get(name) or {})
    return owner


def pull_request_of(address: str, repository: str, source: str, token: str, patience: Patience) -> int:
    """Return the number of the open pull request whose head is `source` ("owner:sha"), which no fork can choose.

    Raises Refused where there is none, or more than one.
    """
    owner, _, head = source.partition(":")
    connection = GitHubConnection(address, token, patience)
    with connection.asking():
        commit = connection.host.get_repo(repository).get_commit(head)
        found = [
            one.number
            for one in commit.get_pulls()
            if one.state == "open" and one.head.sha == head and one.head.user.login.lower() == owner.lower()
        ]
    if len(found) != 1:
        raise Refused(
            f"{len(found) or 'no'} open pull request{'s' if len(found) > 1 else ''} with the head {head[:10]}"
        )
    return found[0]
