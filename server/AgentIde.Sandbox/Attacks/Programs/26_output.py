# Output without end: one line that never ends on standard output, or very many short ones on standard error.
block = b"x" * (64 << 10) if facts["round"] == 0 else b"y\n" * (32 << 10)
target, written = 1 + facts["round"], 0
if facts["control"]:
    # Into a pipe that somebody reads without counting.
    source, target = os.pipe()
    if os.fork() == 0:
        os.close(target)
        while os.read(source, 1 << 20):
            pass
        os._exit(0)
    os.close(source)
while written < (64 << 20 if facts["control"] else 10 << 30 if facts["full"] else 16 * facts["output"]):
    written += os.write(target, block)
if facts["control"]:
    broken(f"{written >> 20} MiB were taken")
else:
    os.write(1, f"\nBROKEN: {written >> 20} MiB were taken\n".encode())
