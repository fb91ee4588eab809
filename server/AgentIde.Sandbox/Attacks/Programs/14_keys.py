# The kernel's keyrings, which no namespace holds apart: a key of somebody else's, by number and by name, and own ones.
SESSION, USER, USER_SESSION = -3, -4, -5
planted = facts["kernel_objects"]


def key_control(operation, *arguments):
    return syscall(call("keyctl"), operation, *arguments)


def take(key):
    buffer = ctypes.create_string_buffer(256)
    return buffer.raw[:key_control(11, ctypes.c_int(key), buffer, ctypes.c_size_t(256))]


def search(keyring):
    return take(key_control(10, ctypes.c_int(keyring), b"user", planted["name"].encode(), 0))


if "key" in planted:
    must_be_refused("read a key by its number", lambda: take(planted["key"]))
    for keyring in (SESSION, USER, USER_SESSION):
        must_be_refused(f"find a key in keyring {keyring}", lambda: search(keyring))
    must_be_refused("ask for a key", lambda: take(syscall(call("request_key"), b"user", planted["name"].encode(), None, 0)))
if not facts["control"]:
    for number in range(10_000 if facts["full"] else 500):
        must_be_refused("add a key", lambda: syscall(call("add_key"), b"user", f"filler-{number}".encode(), b"x", ctypes.c_size_t(1), ctypes.c_int(USER)) and None)
    must_be_refused("a session keyring of its own", lambda: key_control(1, None) and None)
    for line in read("/proc/keys").decode(errors="replace").splitlines():
        if planted.get("name", "agentide-attack") in line:
            broken(f"the list of keys shows {line}")
done()
