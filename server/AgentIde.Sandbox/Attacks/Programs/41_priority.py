# More than its share: never chosen when memory ends, always first to run, memory that stays, limits raised.
import resource


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def attributes(policy, nice, priority):
    return ctypes.create_string_buffer(struct.pack("<IIQiIQQQ", 48, policy, 0, nice, priority, 0, 0, 0))


def raised(kind):
    soft, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY:
        raise OSError(errno.EPERM, "there is no limit to raise")
    resource.setrlimit(kind, (hard + 1, hard + 1))
    resource.setrlimit(kind, (soft, hard))


score = int(read("/proc/self/oom_score_adj") or b"0")
nice = os.getpriority(os.PRIO_PROCESS, 0)
for lower in (score - 1, -1000):
    must_be_refused(f"an oom_score_adj of {lower}", lambda: write("/proc/self/oom_score_adj", str(lower)))
for lower in (nice - 1, -20):
    must_be_refused(f"a nice value of {lower}", lambda: os.setpriority(os.PRIO_PROCESS, 0, lower))
for policy, name in ((1, "FIFO"), (2, "RR")):
    must_be_refused(f"the policy {name}", lambda: os.sched_setscheduler(0, policy, os.sched_param(50)))
    must_be_refused(f"the policy {name} as an attribute", lambda: syscall(call("sched_setattr"), 0, attributes(policy, 0, 50), 0) and None)
must_be_refused("input and output before all others", lambda: syscall(call("ioprio_set"), 1, 0, (1 << 13) | 0) and None)
for name in ("NOFILE", "CORE", "FSIZE", "MEMLOCK", "RTPRIO", "NICE", "NPROC"):
    must_be_refused(f"a higher limit {name}", lambda: raised(getattr(resource, f"RLIMIT_{name}")))


def lock_memory():
    buffer = ctypes.create_string_buffer(64 << 20)
    if libc.mlock(buffer, ctypes.c_size_t(64 << 20)) != 0:
        raise OSError(ctypes.get_errno(), "")
    libc.munlock(buffer, ctypes.c_size_t(64 << 20))


must_be_refused("64 MiB of memory that can't be moved out", lock_memory)
done()
