# Other processes' memory and descriptors: those of the sandbox itself, and one of its own under a debugger's hand.
def attach(pid):
    syscall(call("ptrace"), ctypes.c_long(16), ctypes.c_long(pid), 0, 0)
    os.waitpid(pid, 0)


def write_memory(pid):
    buffer = ctypes.create_string_buffer(b"x")
    vector = struct.pack("<QQ", ctypes.addressof(buffer), 1)
    syscall(call("process_vm_writev"), ctypes.c_long(pid), vector, 1, vector, 1, 0)


def take_descriptor(pid):
    process = os.pidfd_open(pid)
    try:
        os.close(syscall(call("pidfd_getfd"), process, 0, 0))
    finally:
        os.close(process)


def open_memory(pid):
    os.close(os.open(f"/proc/{pid}/mem", os.O_RDWR))


me = os.getpid()
child = os.fork()
if child == 0:
    time.sleep(60)
    os._exit(0)
must_be_refused("write a child's memory", lambda: write_memory(child))
must_be_refused("take a child's descriptor", lambda: take_descriptor(child))
must_be_refused("trace a child", lambda: attach(child))
if facts["control"]:
    must_be_refused("open the canary process's memory", lambda: open_memory(facts["pid"]))
else:
    others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in (me, child)]
    for pid in others:
        must_be_refused(f"open the memory of process {pid}", lambda: open_memory(pid))
        must_be_refused(f"write the memory of process {pid}", lambda: write_memory(pid))
        must_be_refused(f"take a descriptor of process {pid}", lambda: take_descriptor(pid))
        must_be_refused(f"trace process {pid}", lambda: attach(pid))
        must_be_refused(f"list the descriptors of process {pid}", lambda: os.listdir(f"/proc/{pid}/fd"))
    if len(others) > 4:
        broken(f"{len(others)} processes can be seen that are not its own")
os.kill(child, 9)
done()
