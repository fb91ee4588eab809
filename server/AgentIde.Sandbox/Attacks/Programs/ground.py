"""Plants what lives in the kernel and has no file, keeps it until its input ends, and removes it. Arguments: canary, tag."""
import ctypes
import json
import os
import platform
import sys

canary, tag = sys.argv[1].encode() + b"\n", sys.argv[2]
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
ADD_KEY, KEYCTL = {"x86_64": (248, 250), "aarch64": (217, 219)}[platform.machine()]
USER_KEYRING, SET_PERMISSIONS, UNLINK = ctypes.c_int(-4), 5, 9
IPC_REMOVE, IPC_CREATE = 0, 0o1000

name = f"agentide-attack-{tag}".encode()
planted = {"name": name.decode()}
key = libc.syscall(ctypes.c_long(ADD_KEY), b"user", name, canary, ctypes.c_size_t(len(canary)), USER_KEYRING)
if key > 0:
    libc.syscall(ctypes.c_long(KEYCTL), SET_PERMISSIONS, key, 0x3F3F0000)
    planted["key"] = key
memory = libc.shmget(0, 4096, IPC_CREATE | 0o666)
if memory >= 0:
    place = libc.shmat(memory, None, 0)
    ctypes.memmove(place, canary, len(canary))
    planted["memory"] = memory
semaphore = libc.semget(0, 1, IPC_CREATE | 0o666)
if semaphore >= 0:
    planted["semaphore"] = semaphore
queue = libc.msgget(0, IPC_CREATE | 0o666)
if queue >= 0:
    libc.msgsnd(queue, (1).to_bytes(8, "little") + canary, ctypes.c_size_t(len(canary)), 0o4000)
    planted["queue"] = queue
path = f"/dev/shm/agentide-attack-{tag}"
try:
    with open(path, "wb") as file:
        file.write(canary)
    planted["file"] = path
except OSError:
    pass

try:
    print(json.dumps(planted), flush=True)
    sys.stdin.read()
finally:
    if key > 0:
        libc.syscall(ctypes.c_long(KEYCTL), UNLINK, key, USER_KEYRING)
    if memory >= 0:
        libc.shmctl(memory, IPC_REMOVE, None)
    if semaphore >= 0:
        libc.semctl(semaphore, 0, IPC_REMOVE)
    if queue >= 0:
        libc.msgctl(queue, IPC_REMOVE, None)
    if "file" in planted:
        os.remove(path)
