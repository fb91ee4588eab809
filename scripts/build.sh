#!/usr/bin/env bash
# Publishes the command line (compiled ahead of time for this machine) to artifacts/publish/agentide.
set -euo pipefail
cd "$(dirname "$0")/.."
case $(uname -m) in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) echo "There is no build for $(uname -m) yet: x86_64 and aarch64 are there." >&2; exit 4 ;;
esac
new=artifacts/publish/agentide.new
rm -rf "$new"
dotnet publish server/AgentIde.Cli -c Release -r "$rid" --self-contained false -p:PublishReadyToRun=true -p:DebugType=none -o "$new" -v quiet --nologo
rm -rf artifacts/publish/agentide
mv "$new" artifacts/publish/agentide

# What C# candidates have in the sandbox: the compiler, ML.NET, and the program that runs them.
new=artifacts/publish/dotnet-ml.new
rm -rf "$new"
dotnet publish sandboxes/dotnet-ml -c Release -r "$rid" --self-contained false -p:DebugType=none -o "$new" -v quiet --nologo
rm -rf artifacts/publish/dotnet-ml
mv "$new" artifacts/publish/dotnet-ml
