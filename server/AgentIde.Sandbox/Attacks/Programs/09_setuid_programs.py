# Programs that run as their owner, or with capabilities of their own. A dynamic loader shows its auxiliary vector on
# request, but never in a process that has gained something by its start: a program that stays silent has gained.
import stat
import subprocess

probes = []
for folder in ("/usr/bin", "/usr/sbin", "/usr/libexec", "/usr/lib/openssh", "/usr/lib/dbus-1.0"):
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        try:
            mode = os.stat(path)
            special = mode.st_mode & (stat.S_ISUID | stat.S_ISGID) and mode.st_uid + mode.st_gid != os.getuid() + os.getgid()
            if stat.S_ISREG(mode.st_mode) and (special or "security.capability" in os.listxattr(path)):
                probes.append(path)
        except OSError:
            pass
for path in probes:
    tried += 1
    # A program that only root's group may start is no way up.
    if not os.access(path, os.X_OK):
        continue
    # Asked to list its libraries, the program itself does not run; one that has gained hears neither wish.
    wishes = {"LD_SHOW_AUXV": "1", "LD_TRACE_LOADED_OBJECTS": "1"}
    try:
        shown = subprocess.run([path, "--version"], env=wishes, stdin=subprocess.DEVNULL, capture_output=True, timeout=1).stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        shown = ""
    vector = dict(line.split(":", 1) for line in shown.splitlines() if line.startswith("AT_") and ":" in line)
    if vector.get("AT_SECURE", "").strip() != "0" or vector.get("AT_EUID", "").strip() != str(os.getuid()):
        broken(f"{path} runs with more than it was started with")
if tried == 0:
    print("there is no such program here", flush=True)
done()
