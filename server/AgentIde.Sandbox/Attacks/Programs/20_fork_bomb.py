# As many processes and threads as it can get: one after the other, and all at once.
import threading

limit = facts["processes"]
children = []
try:
    for _ in range(2 * limit):
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        children.append(child)
except OSError:
    tried += 1
if len(children) > limit:
    broken(f"{len(children)} processes, where {limit} are allowed")
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)

stop = threading.Event()
threads = []
try:
    for _ in range(2 * limit):
        thread = threading.Thread(target=stop.wait, daemon=True)
        thread.start()
        threads.append(thread)
except RuntimeError:
    tried += 1
if len(threads) > limit:
    broken(f"{len(threads)} threads, where {limit} processes are allowed")
stop.set()
for thread in threads:
    thread.join()

if not facts["control"]:
    me = os.getpid()
    name_process(facts["process"])
    end = time.monotonic() + (0.05 if facts["quick"] else 0.3)
    while time.monotonic() < end:
        try:
            os.fork()
        except OSError:
            tried += 1
    if os.getpid() != me:
        os._exit(0)
done()
