# Sockets of this machine's services: by name, and in the abstract space that has no files.
def connect(address):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(0.5)
        connection.connect(address)


must_be_refused("the abstract canary socket", lambda: connect("\0" + facts["abstract"]))
must_be_refused("the canary socket by its path", lambda: connect(facts["socket"]))
if not facts["control"]:
    for path in [
        "/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock",
        "/run/dbus/system_bus_socket", "/run/munge/munge.socket.2", "/tmp/.X11-unix/X0", "/run/systemd/private", "/run/udev/control",
    ]:
        must_be_refused(path, lambda: connect(path))
    must_be_refused("the abstract X11 socket", lambda: connect("\0/tmp/.X11-unix/X0"))
    for line in read("/proc/net/unix").decode(errors="replace").splitlines()[1:]:
        if canary.search(line.encode()):
            broken(f"the list of sockets shows {line}")
done()
