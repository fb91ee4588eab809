#!/usr/bin/env bash
# A Docker engine for tests, with socket, data and pid file of its own. Usage: docker-test-engine.sh start [IMAGE…]|running|stop
# `start` also makes the images named, python-ml where none is, and writes the engine's address to artifacts/docker/host.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$PWD/artifacts/docker
mkdir -p "$home"
root=()
group=61149 # Nobody's: tests join it to be somebody who may use the socket without being root.
[ "$(id -u)" = 0 ] || { root=(sudo); group=$(id -g); }

answers() { # SOCKET
  curl -fsS --max-time 5 --unix-socket "$1" http://docker/_ping >/dev/null 2>&1
}

running() { [ -f "$home/host" ] && answers "$(sed s,unix://,, "$home/host")"; }

await_end() { # PID SECONDS
  for _ in $(seq $(($2 * 10))); do "${root[@]}" kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done
  return 1
}

stop() {
  local pid sockets process mount
  if [ -f "$home/docker.pid" ]; then
    pid=$(cat "$home/docker.pid")
    "${root[@]}" kill "$pid" 2>/dev/null || true
    await_end "$pid" 20 || { "${root[@]}" kill -9 "$pid" 2>/dev/null || true; await_end "$pid" 5 || true; }
    "${root[@]}" rm -f "$home/docker.pid"
  fi
  rm -f "$home/host" "$home/of-make-run"
  [ -f "$home/sockets" ] || return 0
  sockets=$(cat "$home/sockets")
  # Helpers of an engine that was killed outlive it: they name the folder in their command line, or hold a container.
  for process in $(grep -laF "$sockets/exec" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do
    "${root[@]}" kill -9 "$process" 2>/dev/null || true
    await_end "$process" 5 || true
  done
  for mount in $(cut -d' ' -f5 /proc/self/mountinfo | grep -F -e "$sockets/" -e "$home/data" | sort -r); do
    "${root[@]}" umount "$mount" 2>/dev/null || "${root[@]}" umount --lazy "$mount" || true
  done
  "${root[@]}" rm -rf --one-file-system "$sockets"
  rm -f "$home/sockets"
}

start() { # IMAGE…
  local image sockets
  rm -f "$home/of-make-run" # Whoever starts it here stops it.
  if ! running; then
    stop
    # A socket's path is short; a clone's may be long.
    sockets=$(mktemp -d /tmp/agentide-docker-XXXXXX)
    chmod 755 "$sockets"
    echo "$sockets" >"$home/sockets"
    "${root[@]}" setsid dockerd -H "unix://$sockets/docker.sock" -G "$group" --data-root "$home/data" --exec-root "$sockets/exec" -p "$home/docker.pid" \
      --bridge=none --iptables=false --ip6tables=false >"$home/log" 2>&1 </dev/null &
    for _ in $(seq 300); do ! answers "$sockets/docker.sock" || break; sleep 0.1; done
    answers "$sockets/docker.sock" || { tail -n 20 "$home/log" >&2; stop; exit 4; }
    echo "unix://$sockets/docker.sock" >"$home/host"
  fi
  DOCKER_HOST=$(cat "$home/host")
  export DOCKER_HOST
  for image in "$@"; do
    [ -n "$(docker images -q "agentide/$image:latest")" ] || { base; ./agentide sandbox build "$image" --network host; }
  done
}

base() {
  if [ -z "$(docker images -q debian:bookworm-slim)" ] && ! timeout 60 docker pull -q debian:bookworm-slim >/dev/null 2>&1; then
    echo "Step 0 : debian:bookworm-slim from Debian's packages, for no registry answers"
    # The same system from Debian's own packages, as lean as the slim one.
    local lean=(--aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io) folder
    for folder in doc info locale man; do lean+=("--dpkgopt=path-exclude=/usr/share/$folder/*"); done
    "${root[@]}" mmdebstrap --quiet --variant=minbase "${lean[@]}" bookworm "$home/base.tar"
    docker import "$home/base.tar" debian:bookworm-slim >/dev/null
    "${root[@]}" rm -f "$home/base.tar"
  fi
}

case ${1:-} in
  start)
    shift
    [ $# -gt 0 ] || set -- python-ml
    start "$@"
    ;;
  running) running ;;
  stop) stop ;;
  *) echo "Usage: docker-test-engine.sh start [IMAGE…]|running|stop" >&2; exit 2 ;;
esac
