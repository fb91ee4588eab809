# What the kernel says of this process: capabilities, no-new-privileges, the filter, and who it is to the outside.
import signal

wanted = dict(CapInh="0" * 16, CapPrm="0" * 16, CapEff="0" * 16, CapBnd="0" * 16, CapAmb="0" * 16, NoNewPrivs="1", Seccomp="2", Groups="")
status = dict(line.split(":", 1) for line in read("/proc/self/status").decode().splitlines())
for name, value in wanted.items():
    tried += 1
    seen = status[name].strip()
    # Groups that the user namespace does not know show as 65534 and give nothing; one's own gives nothing more.
    if seen != value and not (name == "Groups" and set(seen.split()) <= {"65534", "1000", str(os.getgid())}):
        broken(f"{name} is {seen}, not {value}")
must_be_refused("become user 0", lambda: os.setuid(0))
must_be_refused("become group 0", lambda: os.setgid(0))
must_be_refused("set the groups", lambda: os.setgroups([0]))
must_be_refused("raise the limit of open files", lambda: __import__("resource").setrlimit(7, (1 << 20, 1 << 20)))
if not facts["control"]:
    # The outside now looks who this process is to it.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    name_process(facts["process"])
    print("WAITING", flush=True)
    # Whoever may not signal this process lets it wait; whether it was seen, the outside knows.
    signal.sigtimedwait([signal.SIGUSR1], 2)
done()
