#!/usr/bin/env bash
# Builds a real VS Code workbench (code-server) from the npm registry, without any other download.
#
#   tests/workbench/install.sh            -> artifacts/workbench/code-server
#
# Idempotent: a stamp holding the versions is written last, and a matching stamp ends the script at once.
# System packages: chromium ripgrep make g++ python3 pkg-config libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev
set -euo pipefail

version=4.100.3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${WORKBENCH_HOME:-$(dirname "$(dirname "$here")")/artifacts/workbench}/code-server
wanted="code-server $version on node $(node --version)"

if [[ -f $target/installed && $(<"$target/installed") == "$wanted" ]]; then
  exit 0
fi

missing=()
for tool in node npm make g++ python3 pkg-config rg; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
for library in krb5-gssapi libsecret-1 x11 xkbfile; do
  pkg-config --exists "$library" 2>/dev/null || missing+=("$library (headers)")
done
if (( ${#missing[@]} )); then
  echo "The workbench can't be built, these are missing: ${missing[*]}" >&2
  echo "On Debian or Ubuntu: apt-get install -y chromium ripgrep make g++ python3 pkg-config libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev" >&2
  exit 4
fi

rm -rf "$target"
mkdir -p "$target"
cd "$target"
log=$target/install.log
exec 3>&1 4>&2 >"$log" 2>&1
trap 'status=$?; (( status == 0 )) || { echo "The workbench could not be built; the end of $log:"; tail -n 30 "$log"; } >&4' EXIT

quiet=(--no-audit --no-fund --loglevel=error)
export npm_config_update_notifier=false

# The package's own install script refuses to run as root and fetches binaries, so no install script
# runs at all; the native modules that matter are compiled one by one further down.
printf '{ "name": "workbench", "private": true }\n' > package.json
npm install "${quiet[@]}" --ignore-scripts --save-exact "code-server@$version"
server=$target/node_modules/code-server
for part in lib/vscode lib/vscode/extensions; do
  (cd "$server/$part" && npm install "${quiet[@]}" --ignore-scripts --omit=dev)
done

# node-gyp uses the headers that came with node, where they are; else it would download them.
prefix=$(dirname "$(dirname "$(node -p process.execPath)")")
if [[ -f $prefix/include/node/node_api.h ]]; then
  export npm_config_nodedir=$prefix
fi
# Makes node-pre-gyp and prebuild-install compile instead of looking for a prebuilt binary elsewhere.
export npm_config_build_from_source=true
gyp=$(npm root --global)/npm/node_modules/node-gyp/bin/node-gyp.js

npm rebuild argon2
cd "$server/lib/vscode"
npm rebuild @parcel/watcher @vscode/spdlog kerberos native-watchdog
# node-pty's install script goes through npx, which may not be allowed to install anything.
(cd node_modules/node-pty && node "$gyp" rebuild)

# File search, and with it "workspaceContains:" activation, needs ripgrep where the workbench expects it.
mkdir -p node_modules/@vscode/ripgrep/bin
ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg

# The links that the package's install script would have made last.
ln -sfn node_modules node_modules.asar
ln -sf code-linux.sh bin/remote-cli/code-server
ln -sf browser-linux.sh bin/helpers/browser.sh

"$target/node_modules/.bin/code-server" --config "$target/config.yaml" --version
printf '%s\n' "$wanted" > "$target/installed"
echo "The workbench stands in $target" >&3
