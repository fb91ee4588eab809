#!/usr/bin/env bash
# Installs what is missing on a Debian or Ubuntu machine, then builds. Elsewhere it says what to install.
# Usage: setup.sh [run|test] [ENGINE…]: what the main job or the tests need; for docker and slurm also a test engine's
# packages, where this machine has none of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

need() { # COMMAND MINIMUM WHERE
  command -v "$1" >/dev/null || { echo "$1 is not installed: $3" >&2; exit 4; }
  local major
  major=$("$1" --version | grep -oE '[0-9]+' | head -1)
  [ "$major" -ge "$2" ] || { echo "$1 $2 or later is needed, this is $major: $3" >&2; exit 4; }
}
need dotnet 10 "install the .NET SDK 10 (https://dotnet.microsoft.com/download)"

lists=(scripts/packages-run.txt sandboxes/python-ml/packages.txt)
[ "$purpose" = test ] && lists+=(scripts/packages-test.txt scripts/packages-docker.txt scripts/packages-slurm.txt)
for engine in "${@:2}"; do
  case $engine in
    docker) docker info >/dev/null 2>&1 || lists+=(scripts/packages-docker.txt) ;;
    slurm) sinfo --noheader >/dev/null 2>&1 || lists+=(scripts/packages-slurm.txt) ;;
  esac
done
mapfile -t wanted < <(grep -hvE '^\s*(#|$)' "${lists[@]}" | sort -u)

if command -v dpkg-query >/dev/null; then
  missing=()
  for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    root=()
    if [ "$(id -u)" != 0 ]; then
      command -v sudo >/dev/null || { echo "These packages are missing; install them as root: apt-get install ${missing[*]}" >&2; exit 4; }
      root=(sudo)
    fi
    echo "Installing ${missing[*]} …"
    log=$(mktemp)
    if ! { "${root[@]}" apt-get update -qq && "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
      cat "$log" >&2
      exit 4
    fi
    rm -f "$log"
  fi
else
  command -v bwrap >/dev/null || { echo "This is no Debian: install bubblewrap, and a Python with numpy, pandas and scikit-learn, by its own means." >&2; exit 4; }
fi

if [ "$purpose" = test ]; then
  need node 20 "install Node.js 20 or later (https://nodejs.org)"
fi
echo "Building … (a minute or two the first time)"
[ "$purpose" != test ] || export UseSharedCompilation=true
scripts/build.sh
