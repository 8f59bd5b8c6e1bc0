#!/usr/bin/env bash
# Runs Gatepost for the action. Every input arrives through the environment, so that no text of a workflow, and none
# of a pull request, is ever part of a command.
set -uo pipefail

fail() {
  printf '::error title=Gatepost::%s\n' "$1"
  printf 'result=error\nexit-code=%s\n' "$2" >>"$GITHUB_OUTPUT"
  exit "$2"
}

here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/gatepost.XXXXXX")

python=''
for candidate in python3 python; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || fail 'Python 3.11 or newer is not on this runner; add a step with actions/setup-python before this one.' 2

# Only wheels whose hashes are written down here are installed, into a folder of this run.
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
  --target "$work/packages" --requirement "$here/requirements.txt" >&2 ||
  fail 'The locked packages could not be installed.' 2

arguments=()
add() { [ -z "$2" ] || arguments+=("$1" "$2"); }
each() {
  local line
  while IFS= read -r line; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    [ -z "$line" ] || arguments+=("$1" "$line")
  done <<<"$2"
}
add --policy "${GATEPOST_INPUT_POLICY:-}"
add --organisation-policy "${GATEPOST_INPUT_ORGANISATION_POLICY:-}"
add --environment "${GATEPOST_INPUT_ENVIRONMENT:-}"
each --report "${GATEPOST_INPUT_REPORTS:-}"
each --var-file "${GATEPOST_INPUT_VAR_FILES:-}"

sarif=${GATEPOST_INPUT_SARIF_FILE:-}
report="$work/gatepost.json"
arguments+=(--format "${GATEPOST_INPUT_FORMAT:-github}" --format "json=$report" --format "markdown=$work/summary.md")
[ -z "$sarif" ] || arguments+=(--format "sarif=$sarif")
[ "${RUNNER_DEBUG:-}" != 1 ] || arguments+=(--verbose)

paths=()
while IFS= read -r line; do [ -z "$line" ] || paths+=("$line"); done <<<"${GATEPOST_INPUT_PATH:-.}"

PYTHONPATH="$source/src:$work/packages" PYTHONSAFEPATH=1 "$python" -m gatepost check "${arguments[@]}" -- "${paths[@]}"
code=$?

if [ -f "$work/summary.md" ]; then
  cat "$work/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
fi
"$python" - "$report" "$code" "$sarif" >>"$GITHUB_OUTPUT" <<'PY'
import json, os, sys

path, code, sarif = sys.argv[1:]
print(f"exit-code={code}")
if os.path.exists(path):
    verdict = json.load(open(path, encoding="utf-8"))["verdict"]
    counts = verdict["counts"]
    print(f"result={verdict['action']}")
    print(f"blocking-count={counts['block']}")
    print(f"new-count={counts['new']}")
    print(f"waived-count={counts['waived']}")
    print(f"report-file={path}")
    if sarif:
        print(f"sarif-file={sarif}")
else:
    print("result=error")
PY
exit "$code"
