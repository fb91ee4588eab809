#!/usr/bin/env bash
# A Slurm cluster for tests: munge, a controller and nodes on this machine, with ports, sockets and files of its own.
# Usage: slurm-test-cluster.sh start|running|stop
# `start` writes what clients need to artifacts/slurm/environment, and prints it. Nodes n1 and n2 are for ordinary jobs; n2
# does not see the folder `unshared`, as if that lay on another machine's disk. n3 and n4 are for tests that harm nodes.
set -euo pipefail
cd "$(dirname "$0")/.."
artifacts=$PWD/artifacts/slurm
root=()
nodes=(n1 n2 n3 n4)
[ "$(id -u)" = 0 ] || root=(sudo)

alive() { # FILE: the process that wrote it, of this very cluster
  local pid
  pid=$(cat "$home/pids/$1.pid" 2>/dev/null) && "${root[@]}" kill -0 "$pid" 2>/dev/null && grep -qzF "$home" "/proc/$pid/cmdline" 2>/dev/null
}

await() { # SECONDS COMMAND…
  local tries=$(($1 * 20))
  shift
  for _ in $(seq "$tries"); do "$@" >/dev/null 2>&1 && return; sleep 0.05; done
  return 1
}

give_up() { # NAME
  echo "The Slurm cluster for tests did not start ($1):" >&2
  "${root[@]}" tail -n 20 "$home/log/"* >&2
  exit 4
}

stop() {
  [ -f "$artifacts/home" ] || return 0
  home=$(cat "$artifacts/home")
  local running=() tree=() name pid
  if alive controller; then
    local -x SLURM_CONF=$home/slurm.conf
    timeout 5 squeue --noheader --format=%i | "${root[@]}" xargs -r env "SLURM_CONF=$SLURM_CONF" scancel --quiet || true
    await 10 no_jobs || true
  fi
  for name in "${nodes[@]}" controller munge; do
    if alive "$name"; then
      pid=$(cat "$home/pids/$name.pid")
      running+=("$pid")
      "${root[@]}" kill "$pid"
    fi
  done
  for pid in "${running[@]}"; do await 10 ended "$pid" || "${root[@]}" kill -9 "$pid"; done
  # What serves a step whose node was killed is nobody's child.
  mapfile -t tree < <(step_daemons)
  [ ${#tree[@]} = 0 ] || "${root[@]}" kill -9 "${tree[@]}" 2>/dev/null || true
  "${root[@]}" rm -rf "$home"
  rm -rf "$artifacts"
}

no_jobs() { [ -z "$(timeout 5 squeue --noheader --format=%i)" ]; }

ended() { [ ! -d "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"; } # One that nobody has waited for has ended too.

step_daemons() { # slurmstepd whose environment names this cluster
  local folder
  for folder in /proc/[0-9]*; do
    if grep -qz '^slurmstepd' "$folder/cmdline" 2>/dev/null && "${root[@]}" grep -qzF "SLURM_CONF=$home/" "$folder/environ" 2>/dev/null; then basename "$folder"; fi
  done
}

daemon() { # NAME PROGRAM…: started with a user of its own making known to it, and for n2 with something else over `unshared`
  local name=$1 mounts="mount --bind '$home/passwd' /etc/passwd"
  shift
  [ "$name" = n2 ] && mounts="$mounts && mount -t tmpfs -o size=64k none '$home/unshared'"
  "${root[@]}" env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin "SLURM_CONF=$home/slurm.conf" setsid \
    unshare --mount --propagation slave sh -c "$mounts && exec \"\$@\"" sh "$@" -f "$home/slurm.conf" </dev/null >>"$home/log/$name.out" 2>&1 || give_up "$name"
  await 10 alive "$name" || give_up "$name"
}

running() {
  [ -f "$artifacts/environment" ] || return 1
  home=$(cat "$artifacts/home")
  local name
  for name in munge controller "${nodes[@]}"; do alive "$name" || return 1; done
}

start() {
  rm -f "$artifacts/of-make-run" # Whoever starts it here stops it.
  if running; then cat "$artifacts/environment"; return; fi
  stop
  # A socket's path is short; a clone's may be long. Ordinary users must be able to walk to it.
  home=$(mktemp -d /tmp/agentide-slurm-XXXXXX)
  mkdir -p "$artifacts"
  echo "$home" >"$artifacts/home"
  chmod 755 "$home"
  mkdir "$home"/{pids,log,state,spool,munge,key,unshared,shared}
  chmod 1777 "$home/unshared" "$home/shared"
  chmod 755 "$home/munge"
  configure
  # Tests run once more as a user that this machine does not know, which Slurm's daemons can't bear.
  { cat /etc/passwd; echo "agentide-test:x:61150:61150::/nonexistent:/bin/false"; } >"$home/passwd"
  chmod 644 "$home/passwd"
  dd if=/dev/urandom of="$home/key/munge.key" bs=256 count=1 status=none
  chmod 700 "$home/key"
  chmod 600 "$home/key/munge.key"
  [ "$(id -u)" = 0 ] || "${root[@]}" chown -R root:root "$home"/{munge,key,pids,log,state,spool}
  # As root it warns that its paths are not those of the package; that is the intent.
  "${root[@]}" setsid munged --force --key-file="$home/key/munge.key" --socket="$home/munge/socket" --pid-file="$home/pids/munge.pid" \
    --log-file="$home/log/munge" --seed-file="$home/key/seed" </dev/null >>"$home/log/munge.out" 2>&1 || give_up munge
  await 10 alive munge || give_up munge
  daemon controller slurmctld -c
  for name in "${nodes[@]}"; do daemon "$name" slurmd -N "$name"; done
  echo "SLURM_CONF=$home/slurm.conf" >"$artifacts/environment"
  await 30 all_idle || give_up nodes
  cat "$artifacts/environment"
}

all_idle() { [ "$(SLURM_CONF=$home/slurm.conf timeout 5 sinfo -h -N -p all,frail -t idle -o %N | wc -l)" = ${#nodes[@]} ]; }

free_port() { # FROM
  local port
  for port in $(seq "$1" "$(($1 + 400))"); do
    if ! grep -qi ":$(printf %04X "$port") " /proc/net/tcp /proc/net/tcp6 2>/dev/null; then echo "$port"; return; fi
  done
  echo "There is no free port above $1." >&2
  exit 4
}

configure() {
  local controller port name
  controller=$(free_port 17100) port=$controller
  cat >"$home/slurm.conf" <<EOF
ClusterName=agentide-test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket=$home/munge/socket
SlurmctldPort=$controller
SlurmctldPidFile=$home/pids/controller.pid
SlurmctldLogFile=$home/log/controller
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool/%n
SlurmdPidFile=$home/pids/%n.pid
SlurmdLogFile=$home/log/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
SlurmctldParameters=idle_on_node_suspend
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=20
KillWait=3
MinJobAge=600
InactiveLimit=0
MessageTimeout=10
GresTypes=gpu
SchedulerParameters=sched_min_interval=1000,batch_sched_delay=0
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
PartitionName=short Nodes=n1,n2 MaxTime=1 State=UP
PartitionName=frail Nodes=n3,n4 MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=n3,n4 MaxTime=INFINITE State=UP PriorityTier=10
EOF
  for name in "${nodes[@]}"; do
    port=$(free_port "$((port + 1))")
    echo "NodeName=$name NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$port CPUs=8 RealMemory=16000 $([ "$name" = n2 ] && echo Gres=gpu:1) State=UNKNOWN"
  done >>"$home/slurm.conf"
  echo "NodeName=n2 Name=gpu File=/dev/null" >"$home/gres.conf"
}

case ${1:-} in
  start) start ;;
  running) running ;;
  stop) stop ;;
  *) echo "Usage: slurm-test-cluster.sh start|running|stop" >&2; exit 2 ;;
esac
