# A Python that many candidates share: one changes it, its parents' memory and its libraries, and the next one counts.
import builtins
import json
import random
import signal
import threading

try:
    import numpy
except ImportError:
    numpy = None



def tamper():
    global tried
    builtins.len = lambda thing: 42
    builtins.open = None
    json.loads = lambda text: {"owned": True}
    random.Random.random = lambda self: 0.5
    os.environ["AGENTIDE_LEFT"] = "behind"
    sys.path.insert(0, "/tmp")
    if numpy is not None:
        numpy.mean = lambda values: 42.0
        numpy.pi = 3
        numpy.random.seed(1)
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def attack_parents():
    """Those that may be the one that is copied, or stand before it: their memory lies where this one's does."""
    text = os.__doc__.encode()
    place = id(os.__doc__) + os.__doc__.__sizeof__() - len(text) - 1
    parents = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    for pid in parents:
        def write():
            with open_before(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
                memory.seek(place)
                memory.write(b"X" * 8)
        must_be_refused(f"write the memory of process {pid}", write)
        for number in (signal.SIGSTOP, signal.SIGCONT):
            try:
                os.kill(pid, number)
            except OSError:
                pass
    for descriptor in range(3, 1024):
        # A control channel would be one of these.
        must_be_refused(f"write to descriptor {descriptor}", lambda: os.write(descriptor, b'{"ended": 1, "status": 0, "seconds": 0, "peak": 0}'))


def check():
    global tried
    words = [number for number in (1, 2, 3)]
    for what, right in (
        ("len", lambda: len(words) == 3),
        ("open", lambda: builtins.open is not None),
        ("json", lambda: json.loads("[1]") == [1]),
        ("random", lambda: len({random.random() for _ in range(4)}) > 1),
        ("the environment", lambda: "AGENTIDE_LEFT" not in os.environ),
        ("the path", lambda: "/tmp" not in sys.path),
        ("numpy", lambda: numpy is None or (numpy.mean([1, 2, 3]) == 2.0 and numpy.pi > 3.1)),
        ("the memory", lambda: os.__doc__.startswith("OS routines")),
        ("the threads", lambda: threading.active_count() == 1),
        ("a signal", lambda: signal.getsignal(signal.SIGTERM) == signal.SIG_DFL),
    ):
        tried += 1
        try:
            right_now = right()
        except Exception as error:
            right_now = error
        if right_now is not True:
            broken(f"{what} is what the one before made of it: {right_now}")


open_before = open
if facts["control"]:
    tamper()
    check()
elif facts["round"] == 0:
    tamper()
    attack_parents()
else:
    check()
done()
