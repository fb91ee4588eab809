"""Keeps Python with its libraries loaded, and forks a sealed copy of itself for each execution.

It runs inside a sandbox of its own and never runs a candidate's code: every copy goes into new namespaces, with
memory file systems, limits and a system call filter of its own, before the first line of the candidate's. Control is a
socket on descriptor 3, one JSON message a packet, with the descriptors of an execution beside it. Arguments: the
libraries to load.

A fork copies the tables of all the memory that the libraries fill, and an end takes them apart: milliseconds each. So
the nursery, forked off before anything is loaded, makes the small process 1 of each execution with its namespaces and
mounts; the zygote then forks the candidate, the one big copy, into them.
"""

import ctypes
import gc
import importlib
import io
import json
import os
import resource
import select
import signal
import socket
import sys

CONTROL = 3
BOX = "/box"
MOST_DESCRIPTORS = 8

# From the kernel's headers. The user namespace comes first: it gives the right to enter the others.
NEW_PROCESSES = 0x20000000
NAMESPACES = {"user": 0x10000000, "mnt": 0x00020000, "ipc": 0x08000000, "uts": 0x04000000, "net": 0x40000000, "cgroup": 0x02000000}
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 0x1000, 0x4000, 0x40000
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 4, 22, 24, 38, 47
CAPABILITY_VERSION, LAST_CAPABILITY = 0x20080522, 63

CLONE = {"x86_64": 56, "aarch64": 220}

libc = ctypes.CDLL(None, use_errno=True)
libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def check(result, what):
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def fork_into_new_namespaces():
    """os.fork whose copy is process 1 of new namespaces."""
    flags = sum(NAMESPACES.values(), NEW_PROCESSES | signal.SIGCHLD)
    # One that keeps the interpreter's lock, as the interpreter's own fork does.
    interpreter = ctypes.PyDLL(None, use_errno=True)
    interpreter.PyOS_BeforeFork()
    process = interpreter.syscall(*map(ctypes.c_long, (CLONE[os.uname().machine], flags, 0, 0, 0, 0)))
    error = ctypes.get_errno()
    if process == 0:
        interpreter.PyOS_AfterFork_Child()
    else:
        interpreter.PyOS_AfterFork_Parent()
    if process < 0:
        raise OSError(error, f"clone: {os.strerror(error)}")
    return process


def mount(source, target, kind, flags, options=""):
    check(libc.mount(source.encode(), target.encode(), kind.encode(), flags, options.encode()), f"mount {target}")


def memory_file_system(target, size, files, mode):
    mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, f"size={size},nr_inodes={files},mode={mode}")


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def enter_groups(files):
    # By its own hand: whoever moves another process waits for a lock of the kernel's over all of them.
    for file in files:
        os.write(file, b"0")


def read_whole(descriptor):
    with open(descriptor, "rb", closefd=False) as file:
        return file.read()


class Keeper:
    """Process 1 of an execution: its death is the death of all. It keeps the namespaces and takes the ends of orphans."""

    def __init__(self, request, descriptors):
        self.request = request
        self.answer, self.code, self.output, *self.groups = descriptors

    def live(self, user, group):
        try:
            libc.prctl(PR_SET_DUMPABLE, 1, None, 0, 0)
            write("/proc/self/setgroups", "deny")
            write("/proc/self/uid_map", f"{user} {user} 1")
            write("/proc/self/gid_map", f"{group} {group} 1")
            number = os.readlink("/proc/self")
            namespaces = [os.open(f"/proc/self/ns/{name}", os.O_RDONLY) for name in (*NAMESPACES, "pid")]
            libc.prctl(PR_SET_DUMPABLE, 0, None, 0, 0)
            os.setsid()
            enter_groups(self.groups)
            self.make_root()
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
            with socket.socket(fileno=self.answer) as answer:
                socket.send_fds(answer, [number.encode()], namespaces)
        except BaseException as error:
            os.write(self.output, f"{type(error).__name__}: {error}\n".encode())
            os._exit(125)
        os.closerange(0, os.sysconf("SC_OPEN_MAX"))
        while True:
            signal.sigwait([signal.SIGCHLD])
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                pass  # None is left.

    def make_root(self):
        disk, files = self.request["disk"], self.request["files"]
        mount("none", "/", "", MS_REC | MS_PRIVATE)
        memory_file_system("/dev/shm", disk // 4, files, "1777")
        memory_file_system("/tmp", disk // 4, files, "1777")
        memory_file_system(BOX, disk, files, "0700")
        os.mkdir(f"{BOX}/working", 0o755)
        os.mkdir(f"{BOX}/input", 0o755)
        mount("/input", f"{BOX}/input", "", MS_BIND)
        with open(f"{BOX}/solution.py", "wb") as file:
            file.write(read_whole(self.code))
        mount("proc", "/proc", "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
        for path in ("/proc/keys", "/proc/key-users"):
            # No namespace holds the kernel's keys apart: their names are hidden at least.
            if os.path.exists(path):
                mount("/dev/null", path, "", MS_BIND)


class Execution:
    """One execution, in the copy that is forked for it."""

    def __init__(self, request, descriptors):
        self.request = request
        self.code, self.output, self.ready, self.go, self.filter, *self.groups = descriptors

    def enter(self, namespaces):
        """Goes where its keeper is; in the keeper's process namespace it has begun."""
        for namespace, flag in zip(namespaces, NAMESPACES.values()):
            check(libc.setns(namespace, flag), "setns")
        libc.prctl(PR_SET_DUMPABLE, 0, None, 0, 0)
        # A signal to its own group would reach the zygote.
        os.setsid()
        enter_groups(self.groups)
        return self

    def seal(self):
        """Takes away what the candidate may not have; after it nothing of the zygote's can be reached."""
        os.write(self.ready, b"r")
        if os.read(self.go, 1) != b"g":
            os._exit(125)
        program = read_whole(self.filter)
        nothing = os.open("/dev/null", os.O_RDONLY)
        for target, source in enumerate((nothing, self.output, self.output)):
            os.dup2(source, target)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        for name, value in self.request["rlimits"].items():
            kind = getattr(resource, name)
            if kind == resource.RLIMIT_DATA:
                # What the libraries have reserved counts towards it and is not the candidate's.
                value += reserved()
            hard = resource.getrlimit(kind)[1]
            limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (limit, limit))
        os.environ.clear()
        os.environ.update(self.request["environment"])
        os.chdir(BOX)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        for capability in range(LAST_CAPABILITY + 1):
            libc.prctl(PR_CAPBSET_DROP, capability, None, 0, 0)
        libc.prctl(PR_CAP_AMBIENT, 4, None, 0, 0)
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
        check(libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
        check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, None, 0, 0), "no_new_privs")
        libc.prctl(PR_SET_DUMPABLE, 1, None, 0, 0)
        if program:
            instructions = ctypes.create_string_buffer(program, len(program))
            seccomp = Program(len(program) // 8, ctypes.cast(instructions, ctypes.c_void_p))
            check(libc.prctl(PR_SET_SECCOMP, 2, ctypes.addressof(seccomp), 0, 0), "seccomp")

    def run(self, libraries):
        """As `python3 -s solution.py` would, in this process."""
        import random

        libraries.set_free()
        random.seed()
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()
        sys.argv[:] = ["solution.py"]
        sys.path[0] = BOX
        path = f"{BOX}/solution.py"
        known = set(sys.modules)
        main = type(sys)("__main__")
        main.__dict__.update(__file__=path, __builtins__=__builtins__, __spec__=None, __cached__=None, __annotations__={})
        sys.modules["__main__"] = main
        try:
            with open(path, "rb") as file:
                code = compile(file.read(), path, "exec")
        except BaseException as error:
            sys.excepthook(type(error), error.with_traceback(None), None)
            finish(1, [])
        try:
            exec(code, main.__dict__)
            status = 0
        except SystemExit as end:
            status = exit_status(end.code)
        except BaseException as error:
            # As if nobody had called it: the first frame is the solution's own.
            traceback = error.__traceback__.tb_next
            sys.excepthook(type(error), error.with_traceback(traceback), traceback)
            status = 1
        finish(status, [main, *(sys.modules[name] for name in set(sys.modules) - known)])


def exit_status(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def finish(status, modules):
    """As the interpreter ends, but without taking apart the libraries: threads, exit handlers, then what the candidate made."""
    import atexit
    import threading

    threading._shutdown()
    atexit._run_exitfuncs()
    flush_files()
    for module in modules:
        if module is not None:
            vars(module).clear()
    gc.collect()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # The candidate closed it, or put something else in its place.
    os._exit(status)


def reserved():
    """Bytes that count towards RLIMIT_DATA already."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))


def flush_files():
    """A collection takes files in circles apart in any order; what was written to them must not be lost by that."""
    for thing in gc.get_objects():
        if isinstance(thing, (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)):
            try:
                thing.flush()
            except (OSError, ValueError):
                pass  # Closed already.


class Libraries:
    """What is loaded before any execution. No thread may be there when it is copied, and OpenBLAS starts its threads as it is loaded: it has one here, and as many as the environment says in a copy."""

    def __init__(self, names):
        self.loaded = []
        self.blas = None
        try:
            from threadpoolctl import ThreadpoolController

            os.environ["OPENBLAS_NUM_THREADS"] = "1"
        except ImportError:
            ThreadpoolController = None
        for name in names:
            try:
                importlib.import_module(name)
                self.loaded.append(name)
            except ImportError:
                pass
        if ThreadpoolController:
            self.blas = ThreadpoolController().select(internal_api="openblas")

    def set_free(self):
        number = os.environ.get("OPENBLAS_NUM_THREADS", "")
        if self.blas and number.isdecimal() and number != "1":
            self.blas.limit(limits=int(number))


def tend(requests):
    """The nursery: makes keepers until the zygote is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    user, group = os.getuid(), os.getgid()
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 1 << 16, MOST_DESCRIPTORS)
        if not message:
            os._exit(0)
        try:
            process = fork_into_new_namespaces()
        except OSError as error:
            os.write(descriptors[2], f"{error}\n".encode())
            process = None
        if process == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            requests.close()
            Keeper(json.loads(message), descriptors).live(user, group)
        for descriptor in descriptors:
            os.close(descriptor)


class Zygote:
    def __init__(self, control, nursery):
        self.control = control
        self.nursery = nursery
        self.running = {}

    def serve(self):
        """Returns in the copies alone, with the execution that each is for."""
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor != self.control.fileno():
                    poll.unregister(descriptor)
                    os.close(descriptor)
                    self.reap(*self.running.pop(descriptor))
                    continue
                message, descriptors, _, _ = socket.recv_fds(self.control, 1 << 16, MOST_DESCRIPTORS)
                if not message:
                    os._exit(0)
                execution = self.begin(message, descriptors, poll)
                if execution:
                    return execution

    def begin(self, message, descriptors, poll):
        request = json.loads(message)
        code, output, _, _, _, *groups = descriptors
        answer, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with answer:
            with theirs:
                socket.send_fds(self.nursery, [message], [theirs.fileno(), code, output, *groups])
            keeper, namespaces, _, _ = socket.recv_fds(answer, 64, len(NAMESPACES) + 1)
        try:
            process = self.fork_beside(namespaces[-1]) if keeper else None
        except OSError as error:
            os.write(output, f"{error}\n".encode())
            process = None
        if process == 0:
            self.control.close()
            self.nursery.close()
            try:
                return Execution(request, descriptors).enter(namespaces)
            except BaseException as error:
                os.write(output, f"{type(error).__name__}: {error}\n".encode())
                os._exit(125)
        for descriptor in (*descriptors, *namespaces):
            os.close(descriptor)
        if process is None:
            self.tell(ended=request["number"], status=125 << 8)
            return None
        end = os.pidfd_open(process)
        self.running[end] = (process, request["number"])
        poll.register(end, select.POLLIN)
        self.tell(started=request["number"], process=process, keeper=int(keeper))
        return None

    def fork_beside(self, processes):
        """A copy in a keeper's process namespace, where later copies go too until another is named."""
        check(libc.setns(processes, NEW_PROCESSES), "setns")
        return os.fork()

    def reap(self, process, number):
        _, status, usage = os.wait4(process, 0)
        self.tell(ended=number, status=status, seconds=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss << 10)

    def tell(self, **report):
        self.control.send(json.dumps(report).encode())


def main():
    control = socket.socket(fileno=CONTROL)
    nursery, requests = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    libc.prctl(PR_SET_DUMPABLE, 0, None, 0, 0)
    if os.fork() == 0:
        control.close()
        nursery.close()
        tend(requests)
    requests.close()
    zygote = Zygote(control, nursery)
    libraries = Libraries(sys.argv[1:])
    threads = len(os.listdir("/proc/self/task"))
    gc.collect()
    gc.freeze()
    zygote.tell(ready=threads == 1 and os.uname().machine in CLONE, threads=threads, loaded=libraries.loaded)
    return zygote.serve(), libraries


execution, libraries = main()
execution.seal()
execution.run(libraries)
