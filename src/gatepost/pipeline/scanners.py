"""How each scanner is run: offline, without telemetry, without the configuration of what is scanned; never runs one.

The flags are those of the tools' own manuals and `--help`. A repository's configuration files, ignore files and ignore
comments are left out where the tool lets one: comments are read by Gatepost itself, and the policy decides on them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from gatepost.model.records import NamedTuple

DEFAULT_SECONDS = 300


class Setting(NamedTuple):
    """What a command is made for: absolute paths of the program, what it scans, files in it and a folder of ours.

    `target` is a folder, or a file, for scanners that go through one by themselves; `files` are for the others.
    `config` is the scanner's rules as an absolute path, "" for its own.
    """

    program: str
    target: str
    files: Sequence[str]
    work: str
    config: str


class Scanner(NamedTuple):
    """A scanner: the kinds of files it is given ("" for the whole folder), its report's format, how it is run.

    `codes` are the exit codes of a run that did its work. `report` is the file in our folder that it writes, "" for
    standard output. `ending` is that of the only files it looks at, "" for any.
    """

    name: str
    kind: str
    command: Callable[[Setting], list[str]]
    codes: frozenset[int] = frozenset((0,))
    report: str = ""
    ending: str = ""


def _hadolint(of: Setting) -> list[str]:
    config = _ours(of, "hadolint.yaml", "")
    return [
        of.program, "--format", "json", "--no-fail", "--no-color", "--disable-ignore-pragma", "--config", config,
        *of.files,
    ]  # fmt: skip


def _cfn_lint(of: Setting) -> list[str]:
    return [of.program, "--format", "json", "--non-zero-exit-code", "none", "--", *of.files]


def _trivy(of: Setting) -> list[str]:
    config = _ours(of, "trivy.yaml", "")
    scanners = "vuln,misconfig,secret" if has_database() else "misconfig,secret"
    return [
        of.program, "filesystem", "--quiet", "--format", "json", "--exit-code", "0", "--config", config,
        "--ignorefile", _ours(of, "trivyignore", ""), "--secret-config", os.path.join(of.work, "none.yaml"),
        "--scanners", scanners, "--skip-db-update", "--skip-java-db-update", "--skip-check-update", "--offline-scan",
        "--cache-dir", _trivy_cache() if has_database() else os.path.join(of.work, "cache"),
        of.target,
    ]  # fmt: skip


def _checkov(of: Setting) -> list[str]:
    # A folder's .checkov.yaml may name Python files that are run. With files, and a working directory of ours, Checkov
    # does not read it.
    return [
        of.program, "--output", "json", "--quiet", "--compact", "--skip-download", "--soft-fail",
        "--framework", "terraform", "cloudformation", "dockerfile", "--file", *of.files,
    ]  # fmt: skip


def _semgrep(of: Setting) -> list[str]:
    return [
        of.program, "scan", "--config", of.config, "--json", "--quiet", "--metrics", "off", "--disable-version-check",
        "--disable-nosem", "--no-rewrite-rule-ids", of.target,
    ]  # fmt: skip


def _gitleaks(of: Setting) -> list[str]:
    config = of.config or _ours(of, "gitleaks.toml", "[extend]\nuseDefault = true\n")
    return [
        of.program, "dir", "--no-banner", "--no-color", "--redact", "--exit-code", "0", "--ignore-gitleaks-allow",
        "--config", config, "--gitleaks-ignore-path", of.work, "--report-format", "json",
        "--report-path", os.path.join(of.work, "gitleaks.json"), of.target,
    ]  # fmt: skip


def _bandit(of: Setting) -> list[str]:
    return [
        of.program, "--recursive", "--format", "json", "--quiet", "--exit-zero", "--ignore-nosec",
        "--ini", _ours(of, "bandit.ini", "[bandit]\n"), of.target,
    ]  # fmt: skip


def _shellcheck(of: Setting) -> list[str]:
    shell = "bash" if of.files and of.files[0].endswith(".bash") else "sh"
    return [of.program, "--norc", "--format", "json1", "--shell", shell, "--exclude", "SC2154", "--", *of.files]


def _ours(of: Setting, name: str, text: str) -> str:
    """Return the path of a file of ours with this text, which stands for one that the scanned folder may bring."""
    path = os.path.join(of.work, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _trivy_cache() -> str:
    given = os.environ.get("TRIVY_CACHE_DIR")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return given or os.path.join(cache, "trivy")


def has_database() -> bool:
    """Whether Trivy's database of vulnerabilities is on this machine; nobody fetches it for a check."""
    return os.path.isfile(os.path.join(_trivy_cache(), "db", "trivy.db"))


SCANNERS: Mapping[str, Scanner] = {
    one.name: one
    for one in (
        Scanner("bandit", "", _bandit, ending=".py"),
        Scanner("cfn-lint", "template", _cfn_lint),
        Scanner("checkov", "code", _checkov),
        Scanner("gitleaks", "", _gitleaks, report="gitleaks.json"),
        Scanner("hadolint", "dockerfile", _hadolint),
        Scanner("semgrep", "", _semgrep),
        Scanner("shellcheck", "script", _shellcheck, frozenset((0, 1))),
        Scanner("trivy", "", _trivy),
    )
}
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "SYSTEMROOT", "TZ")
# Nothing answers there: whoever wants the network learns at once that there is none.
_NOWHERE = "http://127.0.0.1:9"


def environment_of(work: str) -> dict[str, str]:
    """Return the environment of a scanner: no secrets of the pipeline, a home of ours, no way to the network."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), _NOWHERE)
    return {
        **kept,
        **proxies,
        **{name.upper(): value for name, value in proxies.items()},
        "HOME": work,
        "USERPROFILE": work,
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "PYTHONSAFEPATH": "1",
        "GIT_ALLOW_PROTOCOL": "file",
        "GIT_TERMINAL_PROMPT": "0",
        "TRIVY_DISABLE_TELEMETRY": "true",
        "TRIVY_SKIP_VERSION_CHECK": "true",
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_SETTINGS_FILE": os.path.join(work, "semgrep.yml"),
        "CHECKPOINT_DISABLE": "1",
    }
