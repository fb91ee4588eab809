# Memory, semaphores and queues that are shared by number: those of this machine, and one that is left behind.
planted = facts["kernel_objects"]
libc.shmat.restype = ctypes.c_void_p


def checked(result):
    if result in (None, -1, ctypes.c_size_t(-1).value):
        raise OSError(ctypes.get_errno(), "")
    return result


def look(memory):
    place = checked(libc.shmat(memory, None, 0o10000))
    text = ctypes.string_at(place, 64)
    libc.shmdt(ctypes.c_void_p(place))
    return canary.findall(text)


def take_message(queue):
    buffer = ctypes.create_string_buffer(256)
    checked(libc.msgrcv(queue, buffer, ctypes.c_size_t(200), 0, 0o4000))
    return canary.findall(buffer.raw)


if "memory" in planted:
    must_be_refused("a segment of shared memory", lambda: look(planted["memory"]))
if "semaphore" in planted:
    must_be_refused("a semaphore", lambda: checked(libc.semctl(planted["semaphore"], 0, 12)))
if "queue" in planted and not facts["control"]:
    must_be_refused("a queue of messages", lambda: take_message(planted["queue"]))
if "file" in planted:
    must_be_refused("a shared file", lambda: canary.findall(open(planted["file"], "rb").read()))
if not facts["control"]:
    for kind in ("shm", "sem", "msg"):
        lines = read(f"/proc/sysvipc/{kind}").decode().splitlines()[1:]
        if lines:
            broken(f"the list of {kind} shows {lines[0]}")
    must_be_refused("a list of what is shared", lambda: [name for name in os.listdir("/dev/shm") if "agentide" in name][0] and None) if os.listdir("/dev/shm") else None
    # Its own it may have; the outside looks whether it has made it there, and whether it stays.
    own = libc.shmget(facts["shared_key"], 4096, 0o1666)
    if own >= 0:
        ctypes.memset(checked(libc.shmat(own, None, 0)), 1, 4096)
done()
