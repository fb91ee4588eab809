# New namespaces, in which a process would have every capability and a wide part of the kernel to attack.
kinds = dict(NEWNS=0x00020000, NEWCGROUP=0x02000000, NEWUTS=0x04000000, NEWIPC=0x08000000, NEWUSER=0x10000000, NEWPID=0x20000000, NEWNET=0x40000000)


def in_a_child(action):
    """A success would change this process: let it happen to another."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except OSError as error:
            os._exit(error.errno)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 0:
        raise OSError(code, os.strerror(abs(code)))


def clone(flags):
    child = syscall(call("clone"), ctypes.c_ulong(flags | 17), 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def clone3(flags):
    arguments = ctypes.create_string_buffer(struct.pack("<11Q", flags, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0))
    child = syscall(call("clone3"), arguments, len(arguments.raw) - 1)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


for name, flag in kinds.items():
    must_be_refused(f"unshare {name}", lambda: in_a_child(lambda: syscall(call("unshare"), ctypes.c_ulong(flag))))
    must_be_refused(f"clone {name}", lambda: in_a_child(lambda: clone(flag)))
    must_be_refused(f"clone3 {name}", lambda: in_a_child(lambda: clone3(flag)))
for pid in [name for name in os.listdir("/proc") if name.isdigit()][:8]:
    for kind in ("user", "mnt", "net", "pid"):
        def enter():
            namespace = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
            try:
                in_a_child(lambda: syscall(call("setns"), namespace, 0))
            finally:
                os.close(namespace)
        if not facts["control"]:
            must_be_refused(f"enter the {kind} namespace of {pid}", enter)
done()
