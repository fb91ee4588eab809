# Submissions that are no files: whoever opens them waits for ever, or reads something else.
os.mkfifo("fifo.csv")
os.mkdir("directory.csv")
listener = socket.socket(socket.AF_UNIX)
listener.bind("socket.csv")
os.symlink("/dev/zero", "device.csv")
os.symlink("/proc/self/mem", "memory.csv")
os.symlink(os.path.dirname(facts["files"][0]), "submission")
try:
    os.mknod("node.csv", 0o020666, os.makedev(1, 5))
    broken("a device node can be made")
except OSError:
    pass
done()
