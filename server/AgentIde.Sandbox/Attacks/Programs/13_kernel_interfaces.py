# Wide doors into the kernel: programs for it, its counters, page faults and rings, its modules, another kernel. Where
# a door opens, what is asked for is small, or made so that the kernel must refuse it as nonsense.
def opens(name, *arguments):
    def attempt():
        result = syscall(call(name), *arguments)
        if result > 2:
            os.close(result)
    must_be_closed(name, attempt)


opens("bpf", 0, struct.pack("<IIII", 1, 4, 4, 1) + bytes(112), 128)
opens("perf_event_open", struct.pack("<IIQ", 1, 112, 0) + bytes(96), 0, -1, -1, 0)
opens("userfaultfd", 1)
opens("io_uring_setup", 1, ctypes.create_string_buffer(120))
if not facts["control"]:
    opens("kexec_load", 0, 17, None, 0)
    opens("init_module", b"nonsense", 8, b"")
    opens("delete_module", b"agentide_no_such_module", 0x800)
done()
