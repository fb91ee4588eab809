# Ends itself by the signal by which the kernel ends who takes too much memory, just before it would.
import mmap
import signal

held = mmap.mmap(-1, facts["memory"] // 2)
for offset in range(0, len(held), 4096):
    held[offset] = 1
if facts["control"]:
    child = os.fork()
    if child != 0:
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL:
            broken("its end is that of a program which ran out of memory")
        done()
        sys.exit(0)
print("it kills itself", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
time.sleep(60)
