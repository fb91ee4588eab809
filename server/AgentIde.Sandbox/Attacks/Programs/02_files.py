# The user's files: by their absolute paths, and by walking everything that there is.
for path in [*facts["files"], "/etc/shadow"]:
    tried += 1
    text = read(path)
    if text:
        broken(f"{path} can be read: {canary.findall(text)}")
# The interpreter may lie in a home folder, as pyenv and conda have it: its own folder is shown, and nothing beside it.
interpreters = {sys.prefix, sys.base_prefix, *(os.path.dirname(os.path.dirname(path)) for path in (sys.executable, os.path.realpath(sys.executable)))}


def stranger(folder):
    """What in it neither is an interpreter's folder nor leads to one."""
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if path in interpreters:
            continue
        if not any(interpreter.startswith(path + "/") for interpreter in interpreters):
            return path
        if found := stranger(path):
            return found
    return None


if not facts["control"]:
    for name in ["/root", "/home", "/var", "/run", "/sys", "/work", "/mnt", "/opt", "/srv", "/boot"]:
        tried += 1
        if not os.path.isdir(name) or name in interpreters:
            continue
        if not os.path.exists("/.dockerenv"):
            leads = any(interpreter.startswith(name + "/") for interpreter in interpreters)
            if not leads or stranger(name):
                broken(f"{stranger(name) or name} is there")
        elif name not in ("/var", "/run", "/sys") and os.access(name, os.R_OK) and os.listdir(name):
            # An image has such folders of its own, empty or closed; the walk below looks into the others.
            broken(f"{name} is not empty: {os.listdir(name)[:5]}")
    system = tuple(f"{folder}/" for folder in interpreters | {"/usr"})
    skipped = {"/proc", "/dev/pts"} | ({"/usr", *interpreters} if facts["quick"] else set())
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in skipped]
        for name in files + folders:
            tried += 1
            path = os.path.join(folder, name)
            if canary.search(os.fsencode(path)):
                broken(f"{path} is there")
            # Programs of the system are many and no secret.
            if not path.startswith(system) and os.path.isfile(path) and canary.search(read(path)):
                broken(f"{path} holds a canary")
done()
