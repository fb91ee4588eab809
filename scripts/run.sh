#!/usr/bin/env bash
# make run: the main job on a real task. Arguments are those of `agentide run`; what isn't named is tasks/diamonds, ten
# nodes and four minutes. With --sandbox docker or slurm it uses this machine's, and starts one of its own where there is none,
# which the last run that uses it stops.
set -euo pipefail
cd "$(dirname "$0")/.."
engine=bubblewrap task=(tasks/diamonds) nodes=(--nodes 10) time=(--time 4m) detached=
given=("$@")
for ((i = 0; i < $#; i++)); do
  case ${given[i]} in
    --sandbox) engine=${given[i + 1]:-} ;;
    --sandbox=*) engine=${given[i]#*=} ;;
    --nodes | --nodes=*) nodes=() ;;
    --time | --time=*) time=() ;;
    --detach) detached=1 ;;
    --resume | --resume=*) task=() nodes=() time=() ;;
  esac
done
case ${1:---} in -*) ;; *) task=() ;; esac
scripts/setup.sh run "$engine"

quietly() { # WHAT COMMAND…: hundreds of lines are read by nobody, unless it fails; the steps of an image are shown, for they take minutes
  local what=$1
  shift
  echo "$what …" >&2
  "$@" 2>&1 8>&- 9>&- | tee artifacts/engine.log | { grep --line-buffered '^Step ' >&2 || true; } || {
    tail -n 20 artifacts/engine.log >&2
    echo "That failed: the whole of it is in artifacts/engine.log." >&2
    exit 4
  }
}

# An engine of the clone's own serves all runs of the clone. Each holds a shared lock on it (9); who starts or stops it
# holds another (8). One that a run started is stopped by the last that uses it; one that a person started, or that a
# detached run goes on with, is that person's to stop.
use_own() { # SCRIPT WHAT [IMAGE…]
  local script=$1 what=$2
  shift 2
  ours=artifacts/$engine/of-make-run
  own=$script
  mkdir -p artifacts
  exec 8>"artifacts/$engine-start.lock" 9>"artifacts/$engine-use.lock"
  flock -n 8 || { echo "Waiting for another run of this clone that starts or stops the engine …" >&2; flock 8; }
  local mine=
  { "$script" running && [ ! -e "$ours" ]; } || mine=1
  if [ -n "$mine" ]; then trap '"$own" stop 8>&- 9>&-' EXIT; else what="Using the engine that this clone has started"; fi
  quietly "$what" "$script" start "$@"
  [ -z "$mine" ] || touch "$ours"
  flock -s 9
  flock -u 8
  trap 'detached=1' HUP # The terminal goes, the run does not.
  trap let_go EXIT
}

let_go() {
  local status=$? again=
  flock 8
  [ -z "$detached" ] || rm -f "$ours"
  if [ -e "$ours" ] && flock -xn 9; then
    "$own" stop 8>&- 9>&-
    again=", which starts the engine again"
  elif [ -n "$detached" ]; then
    echo "The engine stays for the run that goes on; when that is over, $own stop ends it." >&2
  fi
  [ "$status" != 130 ] || echo "In this clone: make run ARGS=\"--resume last --sandbox $engine\"$again" >&2
}

case $engine in
  docker)
    image=python-ml
    case " $* " in *" --language csharp "* | *" --language=csharp "*) image=dotnet-ml ;; esac
    if docker info >/dev/null 2>&1; then
      mkdir -p artifacts
      [ -n "$(docker images -q "agentide/$image")" ] || quietly "Making the image agentide/$image (minutes)" ./agentide sandbox build "$image"
    else
      use_own scripts/docker-test-engine.sh "Starting a Docker engine, with the image agentide/$image (minutes the first time)" "$image"
      DOCKER_HOST=$(cat artifacts/docker/host)
      export DOCKER_HOST
    fi
    ;;
  slurm)
    mkdir -p artifacts
    [ -x artifacts/publish/agentide-node/agentide-node ] || quietly "Building what runs on nodes" scripts/build-node.sh
    if ! sinfo --noheader >/dev/null 2>&1; then
      use_own scripts/slurm-test-cluster.sh "Starting a Slurm cluster of two nodes"
      set -a
      # shellcheck disable=SC1091
      . artifacts/slurm/environment
      set +a
    fi
    ;;
esac
./agentide run "${task[@]}" "${nodes[@]}" "${time[@]}" "$@" 8>&- 9>&-
