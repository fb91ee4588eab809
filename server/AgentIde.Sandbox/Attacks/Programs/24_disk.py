# Files without end: in each place that can be written, and one that is large only by its name.
block = b"x" * (1 << 20)
for folder in ["."] if facts["control"] else [".", "/tmp", "/dev/shm"]:
    path = os.path.join(folder, "fill")
    written = 0
    try:
        with open(path, "wb", buffering=0) as file:
            while written <= facts["disk"]:
                written += file.write(block)
    except OSError:
        tried += 1
    if written > facts["disk"]:
        broken(f"{written >> 20} MiB in {folder}, where {facts['disk'] >> 20} are allowed")
    os.remove(path)
if not facts["control"]:
    with open("sparse", "wb") as file:
        must_be_refused("a file of 1 TiB", lambda: file.truncate(1 << 40))
    # Allowed to be, and too large to be taken: no block of it is in use.
    with open("submission.csv", "wb") as file:
        file.truncate(facts["disk"] - 1)
done()
