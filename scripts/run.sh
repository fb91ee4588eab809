#!/usr/bin/env bash
# make run: the main job on a real task. Arguments are those of `agentide run`; what isn't named is tasks/diamonds, ten
# nodes and four minutes. With --sandbox docker or slurm it uses this machine's, and starts one of its own where there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
engine=bubblewrap task=(tasks/diamonds) nodes=(--nodes 10) time=(--time 4m)
given=("$@")
for ((i = 0; i < $#; i++)); do
  case ${given[i]} in
    --sandbox) engine=${given[i + 1]:-} ;;
    --sandbox=*) engine=${given[i]#*=} ;;
    --nodes | --nodes=*) nodes=() ;;
    --time | --time=*) time=() ;;
    --resume | --resume=*) task=() nodes=() time=() ;;
  esac
done
case ${1:---} in -*) ;; *) task=() ;; esac
scripts/setup.sh run "$engine"

quietly() { # WHAT COMMAND…: hundreds of lines are read by nobody, unless it fails
  local what=$1
  shift
  echo "$what …"
  mkdir -p artifacts
  "$@" >artifacts/engine.log 2>&1 || { tail -n 20 artifacts/engine.log >&2; echo "That failed: the whole of it is in artifacts/engine.log." >&2; exit 4; }
}

case $engine in
  docker)
    image=python-ml
    case " $* " in *" --language csharp "* | *" --language=csharp "*) image=dotnet-ml ;; esac
    if ! docker info >/dev/null 2>&1; then
      trap 'scripts/docker-test-engine.sh stop' EXIT
      quietly "Starting a Docker engine" scripts/docker-test-engine.sh start "$image"
      DOCKER_HOST=$(cat artifacts/docker/host)
      export DOCKER_HOST
    fi
    [ -n "$(docker images -q "agentide/$image")" ] || quietly "Making the image agentide/$image" ./agentide sandbox build "$image"
    ;;
  slurm)
    [ -x artifacts/publish/agentide-node/agentide-node ] || quietly "Building what runs on nodes" scripts/build-node.sh
    if ! sinfo --noheader >/dev/null 2>&1; then
      trap 'scripts/slurm-test-cluster.sh stop' EXIT
      quietly "Starting a Slurm cluster of two nodes" scripts/slurm-test-cluster.sh start
      set -a
      # shellcheck disable=SC1091
      . artifacts/slurm/environment
      set +a
    fi
    ;;
esac
./agentide run "${task[@]}" "${nodes[@]}" "${time[@]}" "$@"
