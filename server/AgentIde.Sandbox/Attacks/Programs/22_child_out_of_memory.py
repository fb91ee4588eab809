# A child takes more memory than there is and is killed; the parent goes on as if nothing had been.
import mmap
import signal

child = os.fork()
if child == 0:
    if facts["control"]:
        os.kill(os.getpid(), signal.SIGKILL)
    # It is the one that the kernel shall choose.
    try:
        open("/proc/self/oom_score_adj", "w").write("1000")
    except OSError:
        pass
    held = []
    while len(held) * (4 << 20) < 2 * facts["memory"]:
        block = mmap.mmap(-1, 4 << 20)
        for offset in range(0, 4 << 20, 4096):
            block[offset] = 1
        held.append(block)
        if len(held) * (4 << 20) > facts["memory"]:
            # Beyond what is allowed: whoever only looks now and then shall have the time to.
            time.sleep(0.01)
    broken(f"{len(held) * 4} MiB are in use")
    os._exit(0)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
if facts["control"] and status == -signal.SIGKILL:
    broken("it ends well although a child of it was killed")
done()
