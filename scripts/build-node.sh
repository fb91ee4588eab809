#!/usr/bin/env bash
# Builds what a Slurm job runs on its node: artifacts/publish/agentide-node. One native file where a C linker is here (5 MB,
# starts in milliseconds); else a program for `dotnet`, which the nodes must have then. Called where a cluster is set up.
set -euo pipefail
cd "$(dirname "$0")/.."
case $(uname -m) in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) echo "There is no build for $(uname -m) yet: x86_64 and aarch64 are there." >&2; exit 4 ;;
esac
new=artifacts/publish/agentide-node.new
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf "$new"
if { command -v clang || command -v gcc; } >/dev/null \
  && dotnet publish server/AgentIde.Node -c Release -r "$rid" -p:PublishAot=true -p:DebugType=none -p:StripSymbols=true -o "$new" -v quiet --nologo >"$log" 2>&1; then
  rm -f "$new"/*.dbg "$new"/*.pdb
else
  cat "$log" >&2
  echo "No native program could be built (apt-get install clang, and NuGet's ILCompiler package): the nodes need .NET 10 then." >&2
  rm -rf "$new"
  dotnet publish server/AgentIde.Node -c Release --self-contained false -p:DebugType=none -o "$new" -v quiet --nologo
fi
rm -rf artifacts/publish/agentide-node
mv "$new" artifacts/publish/agentide-node
