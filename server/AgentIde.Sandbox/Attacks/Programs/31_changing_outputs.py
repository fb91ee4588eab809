# Outputs that change while they are read: a process that has outlived its program swaps each between file and link.
count = 24
names = [f"submission-{number}.csv" for number in range(count)]
if facts["control"]:
    names = names[:1]


def swap():
    end = time.monotonic() + 30
    turn = 0
    while time.monotonic() < end:
        for name in names:
            if turn % 2:
                os.symlink(facts["files"][0], ".next")
            else:
                with open(".next", "w") as file:
                    file.write("id,y\n")
            os.rename(".next", name)
        turn += 1


for name in names:
    open(name, "w").write("id,y\n")
child = os.fork()
if child == 0:
    name_process(facts["process"])
    if not facts["control"]:
        os.setsid()
    swap()
    os._exit(0)
if facts["control"]:
    # Whoever reads by the name while that goes on.
    for _ in range(100_000):
        if canary.search(read(names[0])):
            broken("by its name a file was read that was never its own")
            break
    os.kill(child, 9)
else:
    time.sleep(0.1)
done()
