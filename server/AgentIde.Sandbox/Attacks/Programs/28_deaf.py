# Deaf to every signal that can be ignored, and stopped: only a kill ends it.
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
name_process(facts["process"])
print("BROKEN: it ignores what can be ignored", flush=True) if facts["control"] else print("deaf", flush=True)
if facts["control"]:
    os.kill(os.getpid(), signal.SIGTERM)
    print("BROKEN: it lives on after a request to end", flush=True)
    sys.exit(0)
os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(60)
