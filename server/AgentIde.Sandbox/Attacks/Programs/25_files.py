# Files without end that hold nothing, folders in folders, and names that no screen should see as they are.
def put(path):
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


many = 5_000_000 if facts["full"] else facts["memory"] // 256
if facts["control"]:
    for number in range(5_000):
        put(f"file-{number}")
    broken("nobody counts its files")
    for number in range(5_000):
        os.remove(f"file-{number}")
    done()
    sys.exit(0)
try:
    for name in (b"\n" * 200, b"\x1b]0;owned\x07" * 20, b"\xff\xfe" * 100, b"\xe2\x80\xae" * 60, b"$(true)`true`;", b"-rf", b"a" * 255):
        put(name)
    home = os.open(".", os.O_RDONLY)
    for _ in range(1_000):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    os.fchdir(home)
except OSError as error:
    print("deep folders and names:", error.strerror, flush=True)
count = 0
for folder in (".", "/tmp", "/dev/shm"):
    try:
        for number in range(many):
            put(f"{folder}/f{number}")
            count += 1
    except OSError as error:
        tried += 1
        print(folder, count, error.strerror, flush=True)
if count >= many:
    broken(f"{count} files")
done()
