#!/usr/bin/env bash
# Measures; installs the peer that is measured against. Arguments name single benchmarks.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p artifacts/bench
peer=1.539.0
if [ ! -d artifacts/bench/node_modules/@github/copilot-language-server ]; then
  npm install --prefix artifacts/bench --no-audit --no-fund --no-save "@github/copilot-language-server@$peer" >&2
fi
trap 'scripts/docker-test-engine.sh stop; scripts/slurm-test-cluster.sh stop' EXIT
for service in scripts/docker-test-engine.sh scripts/slurm-test-cluster.sh; do "$service" start >&2; done
scripts/build-node.sh
echo "$(nproc) cores, $(uname -sm), .NET $(dotnet --version), Node $(node --version), peer @github/copilot-language-server $peer"
dotnet run --project tests/Benchmarks -c Release --verbosity quiet -- "$@"
