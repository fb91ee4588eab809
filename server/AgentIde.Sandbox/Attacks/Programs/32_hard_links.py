# A second name for a file that it may not take away: of the input, of a descriptor, of the system.
def link_descriptor(path, flags, source):
    file = os.open(source, os.O_RDONLY)
    try:
        name = b"" if flags == 0x1000 else f"/proc/self/fd/{file}".encode()
        if libc.linkat(file if flags == 0x1000 else -100, name, -100, path.encode(), flags) != 0:
            raise OSError(ctypes.get_errno(), "")
    finally:
        os.close(file)


must_be_refused("link the input", lambda: os.link("input/facts.json", "submission.csv"))
must_be_refused("link the input through a link", lambda: os.link("./input/../input/facts.json", "working/submission.csv" if os.path.isdir("working") else "second.csv"))
must_be_refused("link an open file", lambda: link_descriptor("third.csv", 0x1000, "input/facts.json"))
must_be_refused("link an open file by /proc", lambda: link_descriptor("fourth.csv", 0x400, "input/facts.json"))
if not facts["control"]:
    for path in ("/etc/passwd", "/usr/bin/env", "/proc/self/status"):
        must_be_refused(f"link {path}", lambda: os.link(path, "fifth.csv"))
done()
