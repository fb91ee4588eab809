# The first process of a candidate's container, and the only one of root: it may change users and kill, nothing else.
# It takes one program on standard input, runs it as the candidate's user, ends it, hands out what it left, and ends.
#
# It is told: the length of a JSON object in four bytes, the object, the code. A byte more, or the end of its input, ends
# the candidate. It says frames, each a letter, the length in four bytes, so many bytes:
#   I  it is there               B  the program has begun      X  it could not, and why
#   O  output                    E  how it ended, as JSON: every process but this one is dead
#   F  a file that was asked for: R and its size in eight bytes, or N none, L link, F no file, S too large, E no way in
#   D  bytes of that file        Z  that is all
# The candidate writes to a pipe of its own that ends here, so that nothing it writes can pass as a frame.
import base64
import ctypes
import json
import os
import resource
import select
import signal
import stat
import struct
import sys
import time

BOX = "/box"
IDLE = 3600  # Seconds without work, after which whoever wanted it has forgotten it.
DEATH = 5  # Seconds that killed processes are given to go.
DEAF = 60  # Seconds without a reader.
PIECE = 1 << 16

libc = ctypes.CDLL(None, use_errno=True)
libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]


class FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def frame(letter, payload=b""):
    return letter + struct.pack(">I", len(payload)) + payload


def write_some(data):
    try:
        return os.write(1, data)
    except BlockingIOError:
        return 0


def send(data):
    """Writes all of it, or ends where nobody reads any more."""
    data = memoryview(data)
    while data:
        if not select.select([], [1], [], DEAF)[1]:
            os._exit(3)
        data = data[write_some(data):]


def receive(count):
    """So many bytes of standard input; who closes it before wants nothing any more."""
    data = bytearray()
    while len(data) < count:
        if not select.select([0], [], [], IDLE)[0]:
            os._exit(0)
        piece = os.read(0, min(count - len(data), 1 << 20))
        if not piece:
            os._exit(0)
        data += piece
    return bytes(data)


def drop(user):
    """Becomes the candidate's user for good, without groups, capabilities or a way back to any."""
    os.setgroups([])
    capability = 0
    while libc.prctl(24, capability, None, 0, 0) == 0:  # PR_CAPBSET_DROP, until there is none of that number.
        capability += 1
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    checked(libc.capset(struct.pack("=Ii", 0x20080522, 0), bytes(24)))
    checked(libc.prctl(38, 1, None, 0, 0))  # PR_SET_NO_NEW_PRIVS


def close_calls(instructions):
    """The filter of the other engine on top of the container's own, whose form can't close calls that are yet to come."""
    if instructions:
        program = FilterProgram(len(instructions) // 8, ctypes.cast(ctypes.c_char_p(instructions), ctypes.c_void_p))
        checked(libc.prctl(22, 2, ctypes.addressof(program), 0, 0))  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def become_candidate(work, code, output, words):
    """Never returns. What stands in its way it says in words; they close by themselves when the program begins."""
    try:
        os.setsid()
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.dup2(words, 3, inheritable=False)
        words = 3
        os.closerange(4, 1024)
        # The kernel counts the processes of this user alone, and no other candidate is this user.
        resource.setrlimit(resource.RLIMIT_NPROC, (work["processes"], work["processes"]))
        drop(work["user"])
        os.umask(0o022)
        os.chdir(BOX)
        os.mkdir("working")
        with open(work["file"], "wb") as file:
            file.write(code)
        for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        close_calls(base64.b64decode(work["filter"]))
        os.execve(work["command"][0], work["command"], work["environment"])
    except BaseException as error:
        os.write(words, str(error).encode())
    os._exit(127)


def counter(name, key=None):
    """A number of this container's control groups, of either version; None where it isn't there."""
    for folder in ("memory/", "cpuacct/", ""):
        try:
            with open(f"/sys/fs/cgroup/{folder}{name}") as file:
                for line in file:
                    *names, value = line.split()
                    if names == ([key] if key else []):
                        return int(value)
        except (OSError, ValueError):
            pass
    return None


def cpu_seconds(work):
    if not work["counted"]:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime
    old, new = counter("cpuacct.usage"), counter("cpu.stat", "usage_usec")
    return old / 1e9 if old is not None else (new or 0) / 1e6


def memory(work):
    """Its peak, and how many the kernel killed for it."""
    if not work["counted"]:
        # The groups that are seen here are the engine's, or all the machine's: of its own only the largest process is known.
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10, 0
    kills, peak = counter("memory.oom_control", "oom_kill"), counter("memory.max_usage_in_bytes")
    return (counter("memory.peak") if peak is None else peak) or 0, (counter("memory.events", "oom_kill") if kills is None else kills) or 0


def reap(candidate):
    """Takes every dead child, orphans too; the candidate's wait status where it is one of them."""
    status = None
    try:
        while True:
            child, ended = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return status
            if child == candidate:
                status = ended
    except ChildProcessError:
        return status


def kill_all():
    """One signal to every process but this one; the kernel lets no fork slip through between. Until there is none."""
    give_up = time.monotonic() + DEATH
    while time.monotonic() < give_up:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            return True
        reap(None)
        time.sleep(0.001)
    return False


def watch(candidate, output, woken, work, start):
    """Hands its output on until it ends or has to be ended. Why, its wait status, and what is still to be sent."""
    total, pending, is_open = 0, memoryview(b""), True
    while True:
        left = work["time"] - (time.monotonic() - start)
        if left <= 0:
            return "time", None, pending
        # No more is taken than the reader takes: the time limit does not wait for him.
        reads = [0, woken] + ([output] if is_open and not pending else [])
        ready, writable, _ = select.select(reads, [1] if pending else [], [], left)
        if woken in ready:
            os.read(woken, PIECE)
            status = reap(candidate)
            if status is not None:
                return "ended", status, pending
        if 0 in ready:
            # The word that it shall end, or nobody there any more.
            os.read(0, 1)
            return "cancelled", None, pending
        if writable:
            pending = pending[write_some(pending):]
        if output in ready:
            piece = os.read(output, PIECE)
            # An output that is closed is no end: that is its right.
            is_open = bool(piece)
            total += len(piece)
            pending = memoryview(frame(b"O", piece) if piece else b"")
            if total > work["output"]:
                return "output", None, pending


def look(folder, part, device):
    found = os.stat(part, dir_fd=folder, follow_symlinks=False)
    return b"L" if stat.S_ISLNK(found.st_mode) or found.st_dev != device else None, found


def hand_out(box, maximum, path):
    """One file of a dead candidate. No link is followed, no other file system entered. A letter where it can't be had."""
    device, folder, (*folders, name) = os.fstat(box).st_dev, box, path.split("/")
    for part in folders:
        refusal, found = look(folder, part, device)
        if refusal or not stat.S_ISDIR(found.st_mode):
            return refusal or b"N"
        folder = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    refusal, found = look(folder, name, device)
    if refusal or not stat.S_ISREG(found.st_mode):
        return refusal or b"F"
    if found.st_size > maximum:
        return b"S"
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    send(frame(b"F", b"R" + struct.pack(">Q", found.st_size)))
    left = found.st_size
    while left:
        piece = os.read(file, min(left, PIECE))
        send(frame(b"D", piece))
        left -= len(piece)
        if not piece:
            raise EOFError("a file of a dead candidate has changed")
    os.close(file)
    return None


def collect(work):
    drop(work["user"])
    box = os.open(BOX, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    for wanted in work["collect"]:
        try:
            letter = hand_out(box, wanted["maximumBytes"], wanted["path"])
        except FileNotFoundError:
            letter = b"N"
        except OSError:
            letter = b"E"
        if letter:
            send(frame(b"F", letter))


def main():
    os.set_blocking(1, False)
    woken, wake = os.pipe()
    for descriptor in (woken, wake):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # Given back at the end: files that fill all the memory must not keep this process from handing them out.
    reserve = b"r" * (4 << 20)
    send(frame(b"I"))

    work = json.loads(receive(struct.unpack(">I", receive(4))[0]))
    code = receive(work["code"])
    output, candidates_output = os.pipe()
    words, candidates_words = os.pipe()
    cpu_before = cpu_seconds(work)
    candidate = os.fork()
    if candidate == 0:
        become_candidate(work, code, candidates_output, candidates_words)
    os.close(candidates_output)
    os.close(candidates_words)
    problem = os.read(words, PIECE)
    if problem:
        send(frame(b"X", problem))
        sys.exit(2)
    start = time.monotonic()
    send(frame(b"B"))

    reason, status, pending = watch(candidate, output, woken, work, start)
    seconds = time.monotonic() - start
    all_dead = kill_all()
    del reserve, code
    send(pending)
    # Every writer is dead: what is in the pipe is all there will be.
    os.set_blocking(output, False)
    try:
        while piece := os.read(output, PIECE):
            send(frame(b"O", piece))
    except BlockingIOError:
        pass
    peak, kills = memory(work)
    end = {
        "reason": reason,
        "status": status,
        "seconds": seconds,
        "cpu": max(0, cpu_seconds(work) - cpu_before),
        "peak": peak,
        "kills": kills,
        "dead": all_dead,
    }
    send(frame(b"E", json.dumps(end).encode()))
    if all_dead:
        collect(work)
    send(frame(b"Z"))


main()
