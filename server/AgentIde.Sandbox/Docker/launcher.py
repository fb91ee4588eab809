# Starts a candidate inside its container, and tells afterwards how it ended: on standard error, which is ours alone.
# Arguments: bytes of code on standard input, the file's name, the limit of processes, the command.
import ctypes
import os
import resource
import sys

left, name, processes, command = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:]
os.umask(0o022)
os.mkdir("working")
with open(name, "wb") as file:
    while left:
        piece = os.read(0, min(left, 1 << 16))
        if not piece:
            os._exit(125)
        file.write(piece)
        left -= len(piece)
# The kernel counts the processes of this user alone, and no other candidate is this user.
resource.setrlimit(resource.RLIMIT_NPROC, (processes + 1, processes + 1))
# Not dumpable: the candidate, who is the same user, can neither read nor write this process. Its own start undoes that for it.
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
os.write(2, b"ready\n")
candidate = os.fork()
if candidate == 0:
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.dup2(1, 2)
    os.closerange(3, 1024)
    os.execv(command[0], command)
os.write(2, b"ended %d\n" % os.waitpid(candidate, 0)[1])
