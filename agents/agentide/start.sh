#!/usr/bin/env bash
# MLE-bench starts this in its container, as a user without rights: bash start.sh KEY=VALUE …, each an option of `agentide run`.
# The competition's public files become a task, a run works on it until the time is nearly up, and what it chose is left where
# MLE-bench takes it. The answers are in the same container, where this user can't read them; candidates don't even see the folder.
set -uo pipefail
: "${COMPETITION_ID:?is not set: MLE-bench says which competition it is}"
: "${AGENT_DIR:=/home/agent}" "${DATA_DIR:=/home/data}" "${SUBMISSION_DIR:=/home/submission}" "${LOGS_DIR:=/home/logs}" "${CODE_DIR:=/home/code}" "${TIME_LIMIT_SECS:=86400}"
began=$SECONDS
agentide=${AGENTIDE_PRODUCT:-$AGENT_DIR/product/agentide}
work=$AGENT_DIR/work
mkdir -p "$work" "$SUBMISSION_DIR" "$LOGS_DIR" "$CODE_DIR"
cd "$work" || exit

options=()
for option in "$@"; do
  case $option in
    *=*) options+=("--${option%%=*}" "${option#*=}") ;;
    *) options+=("--$option") ;;
  esac
done
environment=$(conda run -n "${CONDA_ENV_NAME:-agent}" python -c 'import sys; print(sys.prefix)' 2>/dev/null) && options+=(--python "$environment")

{
  "$agentide" --version
  "$agentide" bench task "$COMPETITION_ID" --public "$DATA_DIR" --into task || exit
  left=$((TIME_LIMIT_SECS - SECONDS + began - 120)) # Two minutes for what comes after.
  "$agentide" run task --time "$((left > 60 ? left : 60))s" "${options[@]}" || exit
} 2>&1 | tee "$LOGS_DIR/agentide.log"
status=${PIPESTATUS[0]}

# The run as it can be opened elsewhere, and what a person reads of it.
"$agentide" show last >"$LOGS_DIR/run.txt" 2>&1
"$agentide" show last --journal >"$LOGS_DIR/journal.json" 2>/dev/null
for out in .agentide/runs/*/out; do
  [ -e "$out/submission.csv" ] || continue
  cp "$out/submission.csv" "$SUBMISSION_DIR/submission.csv"
  cp "$out"/solution.* "$CODE_DIR/"
done
[ -e "$SUBMISSION_DIR/submission.csv" ] || { echo "No submission: $LOGS_DIR/agentide.log says why." >&2; exit $((status == 0 ? 1 : status)); }
curl -s -F "file=@$SUBMISSION_DIR/submission.csv" http://localhost:5000/validate >>"$LOGS_DIR/agentide.log" 2>/dev/null
exit "$status"
