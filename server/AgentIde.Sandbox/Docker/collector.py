# Hands out files of a dead candidate's folder, from inside its container. Nothing in it is believed: no link is
# followed, no other file system entered. Arguments: the most bytes of a file, its path, and so on.
# For each: one letter, a space, the size, a line's end, and where the letter is R so many bytes.
import os
import stat
import sys

box = os.open("/box", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
device = os.fstat(box).st_dev


def look(folder, part):
    found = os.stat(part, dir_fd=folder, follow_symlinks=False)
    return "L" if stat.S_ISLNK(found.st_mode) or found.st_dev != device else None, found


def answer(maximum, path, out):
    folder, (*folders, name) = box, path.split("/")
    for part in folders:
        refusal, found = look(folder, part)
        if refusal or not stat.S_ISDIR(found.st_mode):
            return refusal or "N"
        folder = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    refusal, found = look(folder, name)
    if refusal or not stat.S_ISREG(found.st_mode):
        return refusal or "F"
    if found.st_size > maximum:
        return "S"
    with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder), "rb") as file:
        out.write(b"R %d\n" % found.st_size)
        left = found.st_size
        while left:
            piece = file.read(min(left, 1 << 20))
            out.write(piece or bytes(left))
            left -= len(piece) or left
    return None


with open(1, "wb") as out:
    for maximum, path in zip(sys.argv[1::2], sys.argv[2::2]):
        try:
            letter = answer(int(maximum), path, out)
        except FileNotFoundError:
            letter = "N"
        except OSError:
            letter = "E"
        if letter:
            out.write(letter.encode() + b" 0\n")
