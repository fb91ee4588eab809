# The user's files: by their absolute paths, and by walking everything that there is.
for path in [*facts["files"], "/etc/shadow"]:
    tried += 1
    text = read(path)
    if text:
        broken(f"{path} can be read: {canary.findall(text)}")
if not facts["control"]:
    for name in ["/root", "/home", "/var", "/run", "/sys", "/work", "/mnt", "/opt", "/srv", "/boot"]:
        tried += 1
        if not os.path.isdir(name):
            continue
        if not os.path.exists("/.dockerenv"):
            broken(f"{name} is there: {os.listdir(name)[:5]}")
        elif name not in ("/var", "/run", "/sys") and os.access(name, os.R_OK) and os.listdir(name):
            # An image has such folders of its own, empty or closed; the walk below looks into the others.
            broken(f"{name} is not empty: {os.listdir(name)[:5]}")
    skipped = {"/proc", "/dev/pts"} | ({"/usr"} if facts["quick"] else set())
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in skipped]
        for name in files + folders:
            tried += 1
            path = os.path.join(folder, name)
            if canary.search(os.fsencode(path)):
                broken(f"{path} is there")
            # Programs of the system are many and no secret.
            if not path.startswith("/usr/") and os.path.isfile(path) and canary.search(read(path)):
                broken(f"{path} holds a canary")
done()
