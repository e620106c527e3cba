#!/usr/bin/env bash
# The GitHub Action (action.yml): one command of Interlock, its answer as outputs and as the step's summary.
# Exits as Interlock does: 0 go, 1 blocked, 2 failed, 3 unknown.
set -euo pipefail

fail() {
  printf 'Interlock: %s\n' "$1" >&2
  exit 2
}

# Every value is given as --flag=value, so that one that begins with a hyphen stays a value.
arguments=()
flag() {
  if [ -n "$2" ]; then arguments+=("--$1=$2"); fi
}
# One flag for each line that is not empty.
each_line() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    flag "$1" "$line"
  done <<<"$2"
}
need() {
  [ -n "$2" ] || fail "the input $1 is missing; the command $INPUT_COMMAND needs it."
}

[[ $INPUT_VERSION =~ ^[0-9A-Za-z][0-9A-Za-z.+-]*$ ]] ||
  fail 'the input version is no version of pg-interlock, such as 0.1.0.'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 18) ? 0 : 1)' ||
  fail 'pg-interlock needs Node 22.18 or newer: put actions/setup-node before this step.'

for input in INPUT_ANNOTATE INPUT_COMMENT INPUT_UPLOAD_SARIF; do
  case ${!input} in '' | true | false) ;; *) fail "the inputs annotate, comment and upload-sarif are true or false." ;; esac
done
[[ $INPUT_NAME =~ ^[0-9A-Za-z._-]{0,50}$ ]] ||
  fail 'the input name has other characters than letters, digits, full stops, hyphens and underscores.'

# Nothing but the script that talks to GitHub gets to see its token.
github_token=${INPUT_GITHUB_TOKEN:-}
unset INPUT_GITHUB_TOKEN

# What a check writes; the folder outlives the step, so that others may use its SARIF.
reports=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/interlock-XXXXXX")
answer=$reports/answer.json

positional=()
case $INPUT_COMMAND in
check)
  need migrations "$INPUT_MIGRATIONS"
  need old "$INPUT_OLD"
  arguments+=(check)
  each_line old "$INPUT_OLD"
  each_line new "$INPUT_NEW"
  each_line baseline "$INPUT_BASELINE"
  flag deploy "$INPUT_DEPLOY"
  # The text goes into the log.
  arguments+=("--report=json=$answer" "--report=markdown=$reports/check.md")
  arguments+=("--report=sarif=$reports/check.sarif" "--report=github=$reports/annotations")
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then positional+=("$line"); fi
  done <<<"$INPUT_MIGRATIONS"
  ;;
gate)
  need environment "$INPUT_ENVIRONMENT"
  arguments+=(gate)
  flag env "$INPUT_ENVIRONMENT"
  if [ -n "$INPUT_CHANGE" ]; then
    flag change "$INPUT_CHANGE"
    flag to "$INPUT_TO"
  elif [ -n "$INPUT_MIGRATIONS" ]; then
    each_line migration "$INPUT_MIGRATIONS"
    each_line baseline "$INPUT_BASELINE"
    flag app "$INPUT_APP"
    flag to "$INPUT_TO"
  else
    need 'app (or migrations, or change)' "$INPUT_APP"
    flag release "$INPUT_APP"
  fi
  flag wait "$INPUT_WAIT"
  ;;
release-start | release-finish)
  need environment "$INPUT_ENVIRONMENT"
  need app "$INPUT_APP"
  arguments+=(release "${INPUT_COMMAND#release-}")
  flag env "$INPUT_ENVIRONMENT"
  if [ "$INPUT_COMMAND" = release-start ]; then flag wait "$INPUT_WAIT"; fi
  positional+=("$INPUT_APP")
  ;;
shipment)
  need environment "$INPUT_ENVIRONMENT"
  need change "$INPUT_CHANGE"
  need to "$INPUT_TO"
  arguments+=(shipment start)
  flag env "$INPUT_ENVIRONMENT"
  flag to "$INPUT_TO"
  arguments+=(--follow)
  positional+=("$INPUT_CHANGE")
  ;;
*) fail 'the input command is none of check, gate, release-start, release-finish and shipment.' ;;
esac
if [ "$INPUT_COMMAND" != check ]; then arguments+=(--json); fi
if [ ${#positional[@]} -gt 0 ]; then arguments+=(-- "${positional[@]}"); fi

if [ -n "$INPUT_SERVER" ]; then export INTERLOCK_SERVER=$INPUT_SERVER; fi
if [ -n "$INPUT_TOKEN" ]; then export INTERLOCK_TOKEN=$INPUT_TOKEN; fi
# Nothing else gets to see the token.
unset INPUT_TOKEN

# GitHub reads commands in what a step prints. Names of tables and sessions are printed, so reading is stopped.
stop=$(node -e 'process.stdout.write(require("node:crypto").randomBytes(16).toString("hex"))')
printf '::stop-commands::%s\n' "$stop"
code=0
if [ "$INPUT_COMMAND" = check ]; then
  npx --yes "pg-interlock@$INPUT_VERSION" "${arguments[@]}" || code=$?
else
  npx --yes "pg-interlock@$INPUT_VERSION" "${arguments[@]}" >"$answer" || code=$?
fi
scripts=$(dirname "${BASH_SOURCE[0]}")
node "$scripts/github-answer.mjs" "$reports" "$code"
# Only at the beginning of a line is it a command, whatever was printed last.
printf '\n::%s::\n' "$stop"

if [ "$INPUT_COMMAND" = check ]; then
  if [ "$INPUT_ANNOTATE" != false ] && [ -f "$reports/annotations" ]; then
    # Each is one line that Interlock has escaped; nothing else in the file is let through.
    grep -E '^::(error|warning|notice) ' "$reports/annotations" || true
  fi
  if [ "$INPUT_COMMENT" = true ] || [ "$INPUT_UPLOAD_SARIF" = true ]; then
    INPUT_GITHUB_TOKEN=$github_token node "$scripts/github-report.mjs" "$reports" "$code"
  fi
fi
# What else a process can end with, such as a signal's number, has failed.
case $code in 0 | 1 | 3) exit "$code" ;; *) exit 2 ;; esac
