# Devices: nodes made anew, and those of this machine's memory, disks and drivers.
import stat

for folder in ["."] if facts["control"] else [".", "/tmp", "/dev/shm", "/dev", "/box/working"]:
    for name, kind, numbers in (("memory", stat.S_IFCHR, (1, 1)), ("null", stat.S_IFCHR, (1, 3)), ("disk", stat.S_IFBLK, (8, 0)), ("tty", stat.S_IFCHR, (5, 0))):
        path = os.path.join(folder, f"node-{name}")

        def make():
            os.mknod(path, kind | 0o600, os.makedev(*numbers))
            os.remove(path)
        must_be_refused(f"make the device {name} in {folder}", make)
if not facts["control"]:
    for name in ("mem", "kmem", "port", "kmsg", "vda", "sda", "nvme0n1", "fuse", "kvm", "net/tun", "loop-control", "loop0", "uinput", "mapper/control", "vsock", "vhost-vsock", "userfaultfd"):
        must_be_refused(f"open /dev/{name}", lambda: os.close(os.open(f"/dev/{name}", os.O_RDONLY)))
    harmless = {"null", "zero", "full", "random", "urandom", "tty", "console", "ptmx"}
    for folder, folders, files in os.walk("/dev"):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/dev/pts", "/dev/shm")]
        for name in files:
            tried += 1
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if (stat.S_ISCHR(mode) or stat.S_ISBLK(mode)) and name not in harmless:
                broken(f"{path} is there")
    for name in ("zero", "null", "random"):
        # Device nodes that are shown must be those that they are called.
        tried += 1
        numbers = {"zero": (1, 5), "null": (1, 3), "random": (1, 8)}[name]
        device = os.stat(f"/dev/{name}").st_rdev
        if (os.major(device), os.minor(device)) != numbers:
            broken(f"/dev/{name} is another device")
done()
