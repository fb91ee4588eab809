#!/usr/bin/env bash
# Packs the VS Code extension with the server it brings along: artifacts/agentide.vsix.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d vscode-extension/node_modules ] || npm --prefix vscode-extension ci --no-audit --no-fund
rm -rf artifacts/publish/portable
dotnet publish server/AgentIde.Cli -c Release -p:DebugType=none -o artifacts/publish/portable -v quiet --nologo
node vscode-extension/scripts/package.mjs artifacts/publish/portable
