# Writing where it may only read: into the input, the system's programs, the root, and every other folder there is.
# Its own, or of a namespace of its own.
writable = ("/box", "/tmp", "/dev/shm", "/dev/mqueue", "/proc", "/dev/pts")


def overwrite(path):
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        if path.startswith("input/"):
            os.write(file, b" ")
    finally:
        os.close(file)


def same_times(path):
    status = os.stat(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def put(folder):
    path = os.path.join(folder, "agentide-attack")
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    os.remove(path)


# What is somebody's in earnest is only opened, or given what it has already: where that goes, the rest would go too.
for path in ["input/facts.json"] if facts["control"] else ["input/facts.json", "/usr/bin/env", "/etc/passwd", "/usr/lib/os-release", os.__file__]:
    must_be_refused(f"set the rights of {path}", lambda: os.chmod(path, os.stat(path).st_mode & 0o7777))
    must_be_refused(f"write {path}", lambda: overwrite(path))
    must_be_refused(f"set the times of {path}", lambda: same_times(path))
    must_be_refused(f"rename {path}", lambda: os.rename(path, path))
must_be_refused("put a file into the input", lambda: put("input"))
if not facts["control"]:
    must_be_refused("put a folder in the place of the input", lambda: os.rename("input", "input.old"))
    must_be_refused("put a link in the place of the input", lambda: (os.rmdir("input"), os.symlink("/tmp", "input")))
    folders = ["/proc", "/proc/self", "/proc/sys"]
    for folder, inner, _ in os.walk("/"):
        inner[:] = [name for name in inner if not os.path.join(folder, name).startswith(writable)]
        # The system's programs lie on one file system: its upper folders tell for the rest.
        if folder.count("/") >= 4 and not facts["full"]:
            inner.clear()
        folders.append(folder)
    for folder in folders:
        must_be_refused(f"put a file into {folder}", lambda: put(folder))
done()
