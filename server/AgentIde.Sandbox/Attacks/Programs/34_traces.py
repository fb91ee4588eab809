# What one candidate leaves for the next: first it is laid everywhere, then somebody else looks.
MARK = "agentide-trace"
HOME = os.environ.get("HOME", ".")
PLACES = [
    f"/tmp/{MARK}", f"/dev/shm/{MARK}", f"/var/tmp/{MARK}", f"./{MARK}.py", "./sitecustomize.py", "./usercustomize.py", "./numpy.py", f"working/{MARK}",
    f"{HOME}/.cache/{MARK}", f"{HOME}/.config/{MARK}", f"{HOME}/.local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/{MARK}.pth",
    f"{HOME}/.pythonrc.py", f"{os.path.dirname(os.__file__)}/{MARK}.pth", f"input/{MARK}",
]


def leave():
    global tried, listener
    for path in PLACES if not facts["control"] else [f"./{MARK}"]:
        tried += 1
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(f"# {MARK}\n")
        except OSError:
            pass
    os.environ["PYTHONSTARTUP"] = MARK
    sys.path.append(MARK)
    libc.shmget(facts["shared_key"], 64, 0o1666)
    libc.msgget(facts["shared_key"], 0o1666)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"\0{MARK}-{facts['process']}")
    listener.listen()
    if not facts["control"] and os.fork() == 0:
        # And somebody who would tell.
        os.setsid()
        time.sleep(60)
        os._exit(0)


def look():
    global tried
    for root in ["."] if facts["control"] else {"/", HOME, os.getcwd()}:
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/sys", "/usr")]
            for name in folders + files:
                tried += 1
                path = os.path.join(folder, name)
                if name == "solution.py" or path.endswith("input/facts.json"):
                    continue
                if MARK in name or (os.path.isfile(path) and not path.startswith("/usr/") and MARK.encode() in read(path)):
                    broken(f"{path} is still there")
    for name in ("sitecustomize", "usercustomize"):
        if MARK in str(getattr(sys.modules.get(name), "__file__", "")):
            broken(f"{name} was loaded")
    if MARK in sys.path or MARK in os.environ.values():
        broken("its paths or variables hold a trace")
    if libc.shmget(facts["shared_key"], 0, 0) >= 0 or libc.msgget(facts["shared_key"], 0) >= 0:
        broken("shared memory or a queue is still there")
        if facts["control"]:
            libc.shmctl(libc.shmget(facts["shared_key"], 0, 0), 0, None)
            libc.msgctl(libc.msgget(facts["shared_key"], 0), 0, None)

    def connect():
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"\0{MARK}-{facts['process']}")
    must_be_refused("its socket", connect)


if facts["control"]:
    leave()
    look()
elif facts["round"] == 0:
    leave()
else:
    look()
done()
