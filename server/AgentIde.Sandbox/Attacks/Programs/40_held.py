# Stays, with children, while whoever started it is killed.
import ctypes
import os
import time

libc = ctypes.CDLL(None)
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        break
libc.prctl(15, NAME.encode(), 0, 0, 0)
print("WAITING", flush=True)
time.sleep(60)
