#!/usr/bin/env bash
# Puts the agent into a checkout of MLE-bench: scripts/mlebench-agent.sh MLE-BENCH. Its container needs no .NET: the program brings it along.
set -euo pipefail
[ $# = 1 ] && [ -d "$1/agents" ] || { echo "Usage: scripts/mlebench-agent.sh FOLDER, a checkout of MLE-bench, which has agents/." >&2; exit 2; }
target=$(cd "$1/agents" && pwd)/agentide
cd "$(dirname "$0")/.."
new=$target.new
rm -rf "$new"
trap 'rm -rf "$new"' EXIT # MLE-bench would take a half one for an agent.
cp -r agents/agentide "$new"
dotnet publish server/AgentIde.Cli -c Release -r linux-x64 --self-contained true -p:PublishReadyToRun=true -p:DebugType=none -o "$new/product" -v quiet --nologo
rm -rf "$target"
mv "$new" "$target"
echo "The agent is in $target. Build its image as agents/README.md there says, and run it: I_ACCEPT_RUNNING_PRIVILEGED_CONTAINERS=True python run_agent.py --agent-id agentide --competition-set experiments/splits/low.txt" >&2
