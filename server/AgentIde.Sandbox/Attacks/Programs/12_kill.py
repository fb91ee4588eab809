# Killing: a process of this machine, the sandbox's own first process, and everything at once.
import signal

must_be_refused("kill the canary process", lambda: os.kill(facts["victim"] if facts["control"] else facts["pid"], 9))
if not facts["control"]:
    name_process(facts["process"])
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL):
        for target in (1, -1):
            try:
                os.kill(target, number)
            except OSError:
                pass
    # Whoever still lives stays until it is ended from outside.
    time.sleep(60)
done()
