#!/usr/bin/env bash
# Starts the workbench on 127.0.0.1 and stays in the foreground until it is killed.
#
#   start.sh STATE WORKSPACE PORT [VSIX] [SETTINGS.json]
#
# STATE takes everything it writes: user data, extensions, temporary files. SETTINGS.json is merged into
# the user's settings. Stop it by ending the process group of this script.
set -euo pipefail

state=${1:?folder for its state} workspace=${2:?folder to open} port=${3:?port} vsix=${4:-} settings=${5:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
server=${WORKBENCH_HOME:-$here/../../artifacts/workbench}/code-server/node_modules/.bin/code-server

mkdir -p "$state"/{user/User,extensions,tmp,home}
node - "$here/settings.json" "$settings" > "$state/user/User/settings.json" <<'JS'
const { readFileSync } = require('node:fs');
const read = (file) => (file ? JSON.parse(readFileSync(file, 'utf8')) : {});
const [, , base, own] = process.argv;
console.log(JSON.stringify({ ...read(base), ...read(own) }, null, 2));
JS

# The extension gets nothing from the machine's user: no home, and temporary files of its own.
export HOME=$state/home TMPDIR=$state/tmp
places=(--config "$state/config.yaml" --user-data-dir "$state/user" --extensions-dir "$state/extensions")
printf 'bind-addr: 127.0.0.1:%s\nauth: none\ncert: false\n' "$port" > "$state/config.yaml"

if [[ -n $vsix ]]; then
  "$server" "${places[@]}" --install-extension "$vsix" --force
fi
exec "$server" "${places[@]}" --bind-addr "127.0.0.1:$port" --auth none \
  --disable-telemetry --disable-update-check --disable-getting-started-override \
  --disable-proxy --ignore-last-opened "$workspace"
