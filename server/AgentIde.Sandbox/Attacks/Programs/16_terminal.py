# Typing into a terminal: that of whoever started this, which executes what is typed when this has ended.
import fcntl
import pty

TYPE, CONSOLE = 0x5412, 0x541C


def type_into(terminal):
    for character in b"true\n":
        fcntl.ioctl(terminal, TYPE, bytes([character]))


def attempts():
    for descriptor in (0, 1, 2):
        must_be_refused(f"type into descriptor {descriptor}", lambda: type_into(descriptor))
        must_be_refused(f"select text of the console on descriptor {descriptor}", lambda: fcntl.ioctl(descriptor, CONSOLE, b"\x02" + bytes(16)))
    for path in ("/dev/tty", "/dev/console", "/dev/tty0", "/dev/tty1"):
        must_be_refused(f"open {path}", lambda: os.close(os.open(path, os.O_RDWR | os.O_NOCTTY)))
        if not facts["control"]:
            must_be_refused(f"type into {path}", lambda: type_into(os.open(path, os.O_RDWR | os.O_NOCTTY)))


if facts["control"]:
    # With a terminal of its own in the place of a person's.
    child, terminal = pty.fork()
    if child == 0:
        attempts()
        os._exit(0)
    said = b""
    try:
        while piece := os.read(terminal, 4096):
            said += piece
    except OSError:
        pass
    os.waitpid(child, 0)
    print(said.decode(errors="replace").replace("\r", ""), flush=True)
else:
    attempts()
    try:
        # One of its own is a right; that it can't type into even that shows that the call itself is closed.
        own, other = pty.openpty()
    except OSError:
        pass
    else:
        child = os.fork()
        if child == 0:
            os.setsid()
            fcntl.ioctl(other, 0x540E, 0)
            must_be_closed("type into a terminal of its own", lambda: type_into(other))
            os._exit(0)
        os.waitpid(child, 0)
done()
