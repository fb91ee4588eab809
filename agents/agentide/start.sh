#!/usr/bin/env bash
# MLE-bench starts this in its container, as a user without rights: bash start.sh KEY=VALUE …, each an option of `agentide run`.
# The competition's public files become a task, a run works on it until the time is nearly up, and what it chose is left where
# MLE-bench takes it. The answers are in the same container, where this user can't read them; candidates don't even see the folder.
set -uo pipefail
: "${COMPETITION_ID:?is not set: MLE-bench says which competition it is}"
: "${AGENT_DIR:=/home/agent}" "${DATA_DIR:=/home/data}" "${SUBMISSION_DIR:=/home/submission}" "${LOGS_DIR:=/home/logs}" "${CODE_DIR:=/home/code}" "${TIME_LIMIT_SECS:=86400}"
agentide=${AGENTIDE_PRODUCT:-$AGENT_DIR/product/agentide}
work=$AGENT_DIR/work
mkdir -p "$work" "$SUBMISSION_DIR" "$LOGS_DIR" "$CODE_DIR"
cd "$work" || exit

options=() plain=() # The second without what asks a model.
for option in "$@"; do
  [[ $option == *=* ]] || { echo "$option is no KEY=VALUE." >&2; exit 2; }
  options+=("--${option%%=*}" "${option#*=}")
  case $option in engineer=* | base-url=* | cost=* | price=* | tokens=*) ;; *) plain+=("--${option%%=*}" "${option#*=}") ;; esac
done

left() { echo $((TIME_LIMIT_SECS - SECONDS - 120)); } # Two minutes for what comes after.

run() { # OPTION…: nothing but this bounds it from outside
  timeout --signal=INT --kill-after=120 "$(($(left) + 60))" "$agentide" run "$@"
}

has_ended() {
  compgen -G '.agentide/runs/*/out/submission.csv' >/dev/null
}

{
  "$agentide" --version
  "$agentide" bench task "$COMPETITION_ID" --public "$DATA_DIR" --into task || exit
  python=()
  if environment=$(conda run -n "${CONDA_ENV_NAME:-agent}" python -c 'import sys; print(sys.prefix)'); then
    python=(--python "$environment")
  else
    echo "There is no conda environment: candidates get the system's Python."
  fi

  run task --time "$(left)s" "${python[@]}" "${options[@]}"
  had=$?

  # A run that was left, by its own death or its model's, goes on; where that does not help, an engineer that asks nobody takes what time there is.
  for _ in 1 2; do
    if ! has_ended && [[ $had == 1 || $had -gt 128 ]] && [ "$(left)" -gt 60 ]; then
      run --resume last "${python[@]}"
      had=$?
    fi
  done
  if ! has_ended && [ "${#plain[@]}" != "${#options[@]}" ] && [ "$(left)" -gt 60 ]; then
    echo "The run came to no submission: the built-in engineer makes one."
    run task --time "$(left)s" "${python[@]}" "${plain[@]}"
    had=$?
  fi
  exit "$had"
} 2>&1 | tee "$LOGS_DIR/agentide.log" | LC_ALL=C tr -cd '\11\12\40-\176' # MLE-bench reads it in pieces, which may cut a letter of several bytes in two.
status=${PIPESTATUS[0]}

# The run as a person reads it, and as it can be looked into elsewhere.
"$agentide" show last >"$LOGS_DIR/run.txt" 2>&1
"$agentide" show last --journal >"$LOGS_DIR/journal.json" 2>/dev/null
for out in .agentide/runs/*/out; do
  [ -e "$out/submission.csv" ] || continue
  cp "$out/submission.csv" "$SUBMISSION_DIR/submission.csv"
  cp "$out"/solution.* "$CODE_DIR/"
done
[ -e "$SUBMISSION_DIR/submission.csv" ] || { echo "No submission: $LOGS_DIR/agentide.log says why." >&2; exit $((status == 0 ? 1 : status)); }
curl -s --max-time 60 -F "file=@$SUBMISSION_DIR/submission.csv" http://localhost:5000/validate >>"$LOGS_DIR/agentide.log" 2>/dev/null
exit "$status"
