# Twice the memory that is allowed, each page of it touched.
import mmap

held = []
while len(held) * (4 << 20) < 2 * facts["memory"]:
    block = mmap.mmap(-1, 4 << 20)
    for offset in range(0, 4 << 20, 4096):
        block[offset] = 1
    held.append(block)
    if len(held) * (4 << 20) > facts["memory"]:
        # Beyond what is allowed: whoever only looks now and then shall have the time to.
        time.sleep(0.01)
broken(f"{len(held) * 4} MiB are in use")
done()
