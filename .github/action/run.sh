#!/usr/bin/env bash
# Runs Gatepost for the action. Every input arrives through the environment, so that no text of a workflow, and none
# of a pull request, is ever part of a command.
set -uo pipefail

# The working directory holds what is to be judged: nothing is imported from there.
export PYTHONSAFEPATH=1
unset PYTHONPATH PYTHONSTARTUP PYTHONHOME

fail() {
  printf '::error title=Gatepost::%s\n' "$1"
  printf 'result=error\nexit-code=%s\n' "$2" >>"$GITHUB_OUTPUT"
  exit "$2"
}

here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/gatepost.XXXXXX") || fail 'There is no room for temporary files.' 2

python=''
for candidate in python3 python; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || fail 'Python 3.11 or newer is not on this runner; add a step with actions/setup-python before this one.' 2

# A checkout is shallow as a rule: the commit that the change is compared with is fetched, that one alone. The token is
# given through the environment, never in an argument, and only to the host that the checkout came from.
token=${GATEPOST_INPUT_TOKEN:-}
unset GATEPOST_INPUT_TOKEN
fetch_base() {
  local base=${GATEPOST_INPUT_BASE:-}
  if [ -z "$base" ]; then
    base=$("$python" -I -c '
import json, os
event = json.load(open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8"))
print((event.get("pull_request") or {}).get("base", {}).get("sha") or (event.get("merge_group") or {}).get("base_sha") or "")
' 2>/dev/null) || base=''
  fi
  [[ $base =~ ^[0-9a-f]{40}$ ]] || return 0
  git cat-file -e "$base^{commit}" 2>/dev/null && return 0
  local settings=()
  if [ -n "$token" ]; then
    settings=(
      GIT_CONFIG_COUNT=1
      "GIT_CONFIG_KEY_0=http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader"
      "GIT_CONFIG_VALUE_0=AUTHORIZATION: basic $(printf 'x-access-token:%s' "$token" | base64 | tr -d '\n')"
    )
  fi
  # What goes wrong here is told by the check itself, with the command to type.
  (
    for setting in ${settings[@]+"${settings[@]}"}; do export "${setting?}"; done
    GIT_TERMINAL_PROMPT=0 git fetch --quiet --no-tags --depth=1 origin "$base" >&2
  ) || true
}
fetch_base

# Only wheels whose hashes are written down here are installed, into a folder of this run.
"$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes --only-binary :all: \
  --target "$work/packages" --requirement "$here/requirements.txt" >&2 ||
  fail 'The locked packages could not be installed.' 2

# Commenting is a process of its own: the credential is in its environment, and never in that of what reads the change.
review() {
  [[ ${GATEPOST_INPUT_REVIEW_NAME:-} != *[$'\n\r']* ]] || fail 'The input review-name takes one line.' 2
  [[ ${GATEPOST_INPUT_CHECK_RUN:-} != *[$'\n\r']* ]] || fail 'The input check-run takes one line.' 2
  "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
    --only-binary :all: --target "$work/review" --requirement "$here/requirements-review.txt" >&2 || {
    printf '::warning title=Gatepost::The locked packages for comments could not be installed.\n'
    return 0
  }
  GITHUB_TOKEN=$token PYTHONPATH="$source/src:$work/packages:$work/review" "$python" -m gatepost review "$@" \
    --name "${GATEPOST_INPUT_REVIEW_NAME:-}" \
    ${GATEPOST_INPUT_CHECK_RUN:+--check-run "$GATEPOST_INPUT_CHECK_RUN"} -- "$report"
}
case ${GATEPOST_INPUT_REVIEW:-false} in
  true | false) ;;
  *) fail 'The input review is true or false.' 2 ;;
esac

# The second of two stages: nothing is judged here, and what another job has written is told with care.
if [ -n "${GATEPOST_INPUT_VERDICT:-}" ]; then
  report=$GATEPOST_INPUT_VERDICT
  [ -f "$report" ] || fail 'There is no file with the name that the input verdict gives.' 2
  review --from-elsewhere
  code=$?
  printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
  exit "$code"
fi

arguments=()
# An input of one line: its option, its name, its value.
one() {
  case $3 in
    '') ;;
    *[$'\n\r']*) fail "The input $2 takes one line." 2 ;;
    *) arguments+=("$1" "$3") ;;
  esac
}
# An input of one value a line, blanks around it cut off; what it comes to is in `lines`.
lines=()
split() {
  local line
  lines=()
  while IFS= read -r line; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    [ -z "$line" ] || lines+=("$line")
  done <<<"$1"
}
each() {
  local line
  split "$2"
  for line in ${lines[@]+"${lines[@]}"}; do arguments+=("$1" "$line"); done
}
one --policy policy "${GATEPOST_INPUT_POLICY:-}"
one --organisation-policy organisation-policy "${GATEPOST_INPUT_ORGANISATION_POLICY:-}"
one --environment environment "${GATEPOST_INPUT_ENVIRONMENT:-}"
one --base base "${GATEPOST_INPUT_BASE:-}"
one --baseline baseline "${GATEPOST_INPUT_BASELINE:-}"
one --history history "${GATEPOST_INPUT_HISTORY:-}"
one --feeds feeds "${GATEPOST_INPUT_FEEDS:-}"
each --report "${GATEPOST_INPUT_REPORTS:-}"
each --base-report "${GATEPOST_INPUT_BASE_REPORTS:-}"
each --image-tags "${GATEPOST_INPUT_IMAGE_TAGS:-}"
each --var-file "${GATEPOST_INPUT_VAR_FILES:-}"
each --rules "${GATEPOST_INPUT_RULES:-}"

format=${GATEPOST_INPUT_FORMAT:-github}
case $format in
  github | terminal) ;;
  *) fail 'The input format is github or terminal.' 2 ;;
esac
sarif=${GATEPOST_INPUT_SARIF_FILE:-}
report="$work/gatepost.json"
arguments+=(--format "$format" --format "json=$report" --format "markdown=$work/summary.md")
[ -z "$sarif" ] || one --format sarif-file "sarif=$sarif"
one --receipt receipt-file "${GATEPOST_INPUT_RECEIPT_FILE:-}"
[ "${RUNNER_DEBUG:-}" != 1 ] || arguments+=(--verbose)

split "${GATEPOST_INPUT_PATH:-}"
[ ${#lines[@]} -gt 0 ] || lines=(.)

PYTHONPATH="$source/src:$work/packages" "$python" -m gatepost check "${arguments[@]}" -- "${lines[@]}"
code=$?

if [ "${GATEPOST_INPUT_REVIEW:-false}" = true ] && [ -f "$report" ]; then
  review --summary-to "$work/told.md" || true # what the gate decided stands, whether or not it can be told
fi
unset token

# What the pull request is told is the job's summary too; else it is the whole report.
[ ! -s "$work/told.md" ] || mv "$work/told.md" "$work/summary.md"
if [ -f "$work/summary.md" ]; then
  cat "$work/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
fi
"$python" - "$report" "$code" "$sarif" >>"$GITHUB_OUTPUT" <<'PY'
import json, os, sys

path, code, sarif = sys.argv[1:]
outputs = {"exit-code": code, "result": "error"}
if os.path.exists(path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    verdict = report["verdict"]
    outputs["result"] = verdict["action"]
    outputs["blocking-count"] = verdict["counts"]["block"]
    outputs["new-count"] = sum(finding["context"]["is_new"] is not False for finding in report["findings"])
    outputs["waived-count"] = verdict["counts"]["waived"]
    outputs["report-file"] = path
    if sarif:
        outputs["sarif-file"] = sarif
for name, value in outputs.items():
    print(f"{name}={value}")
PY
exit "$code"
