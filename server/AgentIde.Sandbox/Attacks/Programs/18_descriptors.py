# Descriptors that it was started with: files, folders and sockets of whoever started it.
if facts["control"]:
    # As a program has them whose parent has not closed its own.
    os.dup2(os.open(os.path.dirname(facts["files"][0]), os.O_RDONLY), 10)
listing = os.listdir("/proc/self/fd")
for number in sorted(int(name) for name in listing):
    tried += 1
    try:
        target = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue  # The listing's own.
    if number > 2:
        broken(f"descriptor {number} is open: {target}")
    elif not target.startswith(("pipe:", "/dev/null", "socket:")):
        if not facts["control"]:
            broken(f"descriptor {number} is {target}")
for number in range(0, 1024):
    def climb():
        os.fchdir(number)
        return os.listdir("..")
    must_be_refused(f"climb from descriptor {number}", climb)
    for name in ("answers.csv", "../private/answers.csv"):
        must_be_refused(f"open beside descriptor {number}", lambda: os.close(os.open(name, os.O_RDONLY, dir_fd=number)))
done()
