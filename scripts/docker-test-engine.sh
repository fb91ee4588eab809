#!/usr/bin/env bash
# A Docker engine for tests, with socket, data and pid file of its own. Usage: docker-test-engine.sh start|stop
# `start` also makes the image of candidates, and writes the engine's address to artifacts/docker/host.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$PWD/artifacts/docker
mkdir -p "$home"
root=()
group=61149 # Nobody's: tests join it to be somebody who may use the socket without being root.
[ "$(id -u)" = 0 ] || { root=(sudo); group=$(id -g); }

stop() {
  [ -f "$home/docker.pid" ] || return 0
  local pid
  pid=$(cat "$home/docker.pid")
  "${root[@]}" kill "$pid" 2>/dev/null || true
  for _ in $(seq 200); do "${root[@]}" kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  "${root[@]}" rm -f "$home/docker.pid"
  rm -f "$home/host"
}

start() {
  if [ -f "$home/host" ] && curl -fsS --max-time 5 --unix-socket "$(sed s,unix://,, "$home/host")" http://docker/_ping >/dev/null 2>&1; then return; fi
  stop
  # A socket's path is short; a clone's may be long.
  local sockets
  sockets=$(mktemp -d /tmp/agentide-docker-XXXXXX)
  chmod 755 "$sockets"
  "${root[@]}" setsid dockerd -H "unix://$sockets/docker.sock" -G "$group" --data-root "$home/data" --exec-root "$sockets/exec" -p "$home/docker.pid" \
    --bridge=none --iptables=false --ip6tables=false >"$home/log" 2>&1 </dev/null &
  for _ in $(seq 300); do
    curl -fsS --max-time 5 --unix-socket "$sockets/docker.sock" http://docker/_ping >/dev/null 2>&1 && break
    sleep 0.1
  done
  curl -fsS --max-time 5 --unix-socket "$sockets/docker.sock" http://docker/_ping >/dev/null || { tail -n 20 "$home/log" >&2; exit 4; }
  echo "unix://$sockets/docker.sock" >"$home/host"
  image
}

image() {
  local host name
  host=$(cat "$home/host")
  export DOCKER_HOST=$host
  name=agentide/python-ml:latest
  [ -z "$(docker images -q "$name")" ] || return 0
  if [ -z "$(docker images -q debian:bookworm-slim)" ] && ! timeout 60 docker pull -q debian:bookworm-slim >/dev/null 2>&1; then
    # No registry: the same system from Debian's own packages.
    "${root[@]}" mmdebstrap --quiet --variant=minbase bookworm "$home/base.tar"
    docker import "$home/base.tar" debian:bookworm-slim >/dev/null
    "${root[@]}" rm -f "$home/base.tar"
  fi
  ./agentide sandbox build --network host
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  *) echo "Usage: docker-test-engine.sh start|stop" >&2; exit 2 ;;
esac
