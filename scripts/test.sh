#!/usr/bin/env bash
# Runs every test: format, then units, then the slow ones through real editors. Sums up all runners.
set -uo pipefail
cd "$(dirname "$0")/.."
results=$PWD/artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0 broken=0
limit=$([ "${AGENTIDE_TORTURE:-}" = 1 ] && echo 120m || echo 14m) # A runner that hangs is a failure, not a wait.

count() { # LOG REGEX: the last number that the expression finds
  grep -oE "$2" "$1" | grep -oE '[0-9]+' | tail -1
}

add() { # NAME PASSED FAILED SKIPPED STATUS
  echo "  $1: ${2:-0} passed, ${3:-0} failed, ${4:-0} skipped, $(cat "$results/$1.seconds") s; $((SECONDS - start)) s gone by"
  passed=$((passed + ${2:-0})) failed=$((failed + ${3:-0})) skipped=$((skipped + ${4:-0}))
  if [ "$5" != 0 ] || [ $((${2:-0} + ${3:-0})) = 0 ]; then
    [ "${3:-0}" != 0 ] || failed=$((failed + 1)) # A runner that died or found nothing is a failure of its own.
    broken=1
    tail -n 60 "$results/$1.log"
  fi
}

dotnet_tests() { # PROJECT [OPTION…]
  dotnet_run "$@"
  dotnet_count "$1"
}

dotnet_run() { # PROJECT [OPTION…]; how long each test took stands in PROJECT.xml
  run "$1" . dotnet test --project "tests/$1" -c Release --no-build --no-progress --report-xunit-junit --report-xunit-junit-filename "$1.xml" --results-directory "$results" "${@:2}"
}

dotnet_count() { # PROJECT
  local log="$results/$1.log"
  add "$1" "$(count "$log" 'succeeded: *[0-9]+')" "$(count "$log" '^ *failed: *[0-9]+')" "$(count "$log" 'skipped: *[0-9]+')" "$(cat "$results/$1.status")"
}

# What runs beside other tests is counted when those have ended.
run() { # NAME DIRECTORY COMMAND…
  local name=$1 directory=$2
  local began=$SECONDS
  shift 2
  (cd "$directory" && timeout --kill-after=10 "$limit" "$@") >"$results/$name.log" 2>&1
  echo $? >"$results/$name.status"
  echo $((SECONDS - began)) >"$results/$name.seconds"
}

count_node() { # NAME
  local log="$results/$1.log"
  add "$1" "$(count "$log" '^. pass [0-9]+')" "$(count "$log" '^. fail [0-9]+')" "$(count "$log" '^. skipped [0-9]+')" "$(cat "$results/$1.status")"
}

count_check() { # NAME
  local status
  status=$(cat "$results/$1.status")
  if [ "$status" = 0 ]; then add "$1" 1 0 0 0; else add "$1" 0 1 0 "$status"; fi
}

prepare() { # NAME COMMAND…: not a test, but without it the tests after it fail
  local name=$1
  shift
  "$@" >"$results/$name.log" 2>&1 || tail -n 40 "$results/$name.log"
}

start=$SECONDS
export UseSharedCompilation=true # One compiler for all projects; shut down at the end.
cleanup() {
  scripts/docker-test-engine.sh stop
  scripts/slurm-test-cluster.sh stop
  dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1
}
trap cleanup EXIT
prepare npm-github npm --prefix tests/github ci --no-audit --no-fund & # The GitHub of the first tests below.
github=$!
dotnet build AgentIde.sln -c Release -v quiet --nologo >"$results/build.log" 2>&1 || { cat "$results/build.log"; failed=1; echo "0 passed, 1 failed, 0 skipped" >"$results/summary.txt"; exit 1; }
# The engines, the extension and its workbench are made beside the tests that need none.
(
  prepare docker scripts/docker-test-engine.sh start python-ml dotnet-ml
  prepare node scripts/build-node.sh
  prepare slurm scripts/slurm-test-cluster.sh start
  prepare npm-ci npm --prefix vscode-extension ci --no-audit --no-fund
  prepare npm-dap npm --prefix tests/dap ci --no-audit --no-fund
  prepare npm-workbench npm --prefix tests/workbench ci --no-audit --no-fund
  prepare vsix scripts/package.sh
  prepare workbench tests/workbench/install.sh
) &
preparing=$!
export AGENTIDE_LSP_MESSAGES=$PWD/artifacts/lsp-messages # What the sessions of the language server's tests said, for lsp-types.
export AGENTIDE_DAP_MESSAGES=$PWD/artifacts/dap-messages # The same of the debug adapter's, for dap-types.
rm -rf "$AGENTIDE_LSP_MESSAGES" "$AGENTIDE_DAP_MESSAGES"
wait "$github"
# Two lanes: tests that wait for disks, servers and processes leave a core to those beside them.
lane() { # PROJECT…
  for project in "$@"; do dotnet_run "AgentIde.$project.Tests"; done
}
export AGENTIDE_PRODUCT=$PWD/artifacts/publish/agentide/agentide # Published by the set-up.
lane Tasks MleBench LanguageServer Models Import Cli &
beside=$!
lane Core Storage GitHub
wait "$beside"
for project in Core Tasks MleBench LanguageServer Storage Models Import GitHub Cli; do dotnet_count "AgentIde.$project.Tests"; done
wait "$preparing"
# What takes one core and no engine. Of the format, spaces alone: rules of style are errors of the build.
(
  run format . dotnet format whitespace --folder . --verify-no-changes --exclude artifacts tests/AgentIde.Core.Tests/Engineering/Expected tests/workbench/node_modules tests/dap/node_modules tests/github/node_modules vscode-extension/node_modules
  run vscode-extension vscode-extension npm test
  run lint . npm --prefix vscode-extension run lint
  run types . npm --prefix vscode-extension run check
  run lsp-types . node tests/lsp-types/check.mjs
  run dap tests/dap npm test
  run dap-lint . npm --prefix tests/dap run lint
  run github tests/github npm test
  run github-lint . npm --prefix tests/github run lint
  run dap-types . node tests/dap/check.mjs
) &
beside=$!
dotnet_tests AgentIde.Sandbox.Tests
wait "$beside"
count_node vscode-extension
count_node dap
count_node github
for name in format lint types lsp-types dap-lint dap-types github-lint; do count_check $name; done
# In torture alone, for they take minutes: the whole GitHub workflow, all cheats, groups of runs, and the extension with a scripted
# server, whose journeys the product makes too.
if [ "${AGENTIDE_TORTURE:-}" = 1 ]; then
  run workbench-extension . node tests/workbench/journey.mjs
  count_node workbench-extension
  others=()
else
  others=(--filter-not-class "*WorkflowTests" "*CheatTests" "*BenchTests" "*.ScaleTests")
fi
# A person at the workbench mostly waits.
run workbench-product . node tests/workbench/journey.mjs --vsix artifacts/agentide.vsix --nodes 6 --seconds 90 --screenshot artifacts/test-results/workbench.png --pictures artifacts/test-results/pictures &
beside=$!
dotnet_tests AgentIde.EndToEnd.Tests --max-threads 3 "${others[@]}" # Its tests wait for editors, programs and other processes.
wait "$beside"
count_node workbench-product

# What failed, once more and shortly, where who reads only the end sees it.
grep -ahA4 -E '^(failed [^ ]*\.|✖ )' "$results"/*.log | cut -c1-200 | head -n 40

echo "$passed passed, $failed failed, $skipped skipped" >"$results/summary.txt"
echo "Done in $((SECONDS - start)) s: $(cat "$results/summary.txt")"
[ $failed = 0 ] && [ $broken = 0 ]
