# Secrets in environments: its own, that of process 1, that of every process that can be seen.
pids = [name for name in os.listdir("/proc") if name.isdigit()]
for path in ["/proc/self/environ", *(f"/proc/{pid}/environ" for pid in pids), *(f"/proc/{pid}/cmdline" for pid in pids)]:
    tried += 1
    for found in canary.findall(read(path)):
        broken(f"{path} shows {found.decode()}")
for name, value in os.environ.items():
    tried += 1
    if canary.search(value.encode()):
        broken(f"the variable {name} holds {value}")
done()
