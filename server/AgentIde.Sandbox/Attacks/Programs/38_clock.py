# The clock, by which a limit of time could be told: set, stepped or slowed, and then as long as it likes.
def own_time(name, *arguments):
    must_be_closed(name, lambda: syscall(call(name), *arguments) and None)


# What it sets outside is the status that stands there: who may do that may do the rest.
state = ctypes.create_string_buffer(512)
if facts["control"]:
    syscall(call("adjtimex"), state)
status = struct.unpack_from("<i", state.raw, 40)[0] & ~0xFF00
own_time("adjtimex", ctypes.create_string_buffer(struct.pack("<I36xi", 0x10, status), 512))
if not facts["control"]:
    # Times that are none: where the call is open the kernel says so, and nothing has moved.
    nonsense = struct.pack("<qq", int(time.time()) - 3600, 2_000_000_000)
    own_time("clock_settime", 0, nonsense)
    own_time("settimeofday", nonsense, None)
    own_time("clock_adjtime", 0, ctypes.create_string_buffer(struct.pack("<I", 0x10), 512))
    print("it stays", flush=True)
    name_process(facts["process"])
    time.sleep(60)
done()
