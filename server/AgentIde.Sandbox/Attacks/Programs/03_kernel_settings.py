# The kernel's settings. Whoever is root to the kernel may write them, whatever its user namespace says; one of them
# names a program that the kernel starts as root outside. What is written is the value that stands there.
settings = [
    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname", "/proc/sys/vm/swappiness",
    "/proc/sys/vm/drop_caches", "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/panic", "/proc/sysrq-trigger",
]
for path in settings:
    def rewrite():
        file = os.open(path, os.O_WRONLY)
        try:
            if path.endswith(("core_pattern", "swappiness")):
                os.write(file, read(path))
        finally:
            os.close(file)
    must_be_refused(f"write {path}", rewrite)
if not facts["control"]:
    for folder, folders, files in os.walk("/sys"):
        for name in files:
            must_be_refused(f"write {folder}/{name}", lambda: os.close(os.open(os.path.join(folder, name), os.O_WRONLY)))
done()
