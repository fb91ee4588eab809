# Stands before every attack. An attack says BROKEN for each thing that it managed, and DONE when it has tried all.
# Outside the sandbox, as a control, the same program must manage something: else it proves nothing inside.
import ctypes
import errno
import json
import os
import platform
import re
import socket
import struct
import sys
import time

facts = json.load(open("input/facts.json"))
canary = re.compile(rb"agentide-canary-[0-9a-f]{32}")
libc = ctypes.CDLL(None, use_errno=True)
tried = 0


def broken(what):
    print("BROKEN:", what, flush=True)


def must_be_refused(what, action):
    """Tries it; that it isn't refused is a break."""
    global tried
    tried += 1
    try:
        result = action()
    except (OSError, ValueError):
        return
    broken(what if result is None else f"{what}: {result!r}")


def must_be_closed(what, action):
    """Tries it; only a refusal counts: any other error means that the kernel has looked at what was asked."""
    global tried
    tried += 1
    try:
        action()
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            return
        broken(f"{what}: the kernel only says {error.strerror}")
    else:
        broken(what)


def syscall(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def call(name):
    """The number of a system call on this machine."""
    return {
        "x86_64": dict(
            ptrace=101, process_vm_writev=311, pidfd_getfd=438, mount=165, umount2=166, pivot_root=155, chroot=161,
            open_tree=428, fsopen=430, move_mount=429, mount_setattr=442, setns=308, unshare=272, clone=56, clone3=435,
            bpf=321, perf_event_open=298, userfaultfd=323, io_uring_setup=425, kexec_load=246, init_module=175, delete_module=176,
            add_key=248, request_key=249, keyctl=250, settimeofday=164, clock_settime=227, clock_adjtime=305, adjtimex=159,
            sched_setattr=314, ioprio_set=251,
        ),
        "aarch64": dict(
            ptrace=117, process_vm_writev=271, pidfd_getfd=438, mount=40, umount2=39, pivot_root=41, chroot=51,
            open_tree=428, fsopen=430, move_mount=429, mount_setattr=442, setns=268, unshare=97, clone=220, clone3=435,
            bpf=280, perf_event_open=241, userfaultfd=282, io_uring_setup=425, kexec_load=104, init_module=105, delete_module=106,
            add_key=217, request_key=218, keyctl=219, settimeofday=170, clock_settime=112, clock_adjtime=266, adjtimex=171,
            sched_setattr=274, ioprio_set=30,
        ),
    }[platform.machine()][name]


def read(path, limit=1 << 20):
    """What is in it; nothing where it can't be read."""
    try:
        with open(path, "rb") as file:
            return file.read(limit)
    except (OSError, ValueError):
        return b""


def name_process(name):
    """Gives this process a name by which the outside finds it."""
    libc.prctl(15, name.encode(), 0, 0, 0)


def done():
    print("DONE", tried, flush=True)


