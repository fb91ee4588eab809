# Reaching anything over the internet protocols: this machine's own listeners, a cloud's metadata, a name server.
def tcp(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(0.5)
        connection.connect((address, port))
        connection.sendall(b"attack")


def udp(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"attack", (address, port))


for address, port in facts["tcp"]:
    must_be_refused(f"TCP to {address} port {port}", lambda: tcp(address, port))
for address, port in facts["udp"]:
    must_be_refused(f"UDP to {address} port {port}", lambda: udp(address, port))
if not facts["control"]:
    # Nothing outside this machine is tried but from within the sandbox.
    must_be_refused("TCP to the metadata service", lambda: tcp("169.254.169.254", 80))
    must_be_refused("UDP to a name server", lambda: udp("192.0.2.53", 53))
    must_be_refused("name lookup", lambda: socket.getaddrinfo("example.org", 80))
    for line in read("/proc/net/dev").decode().splitlines()[2:]:
        tried += 1
        if line.split(":")[0].strip() not in ("lo", "tunl0", "sit0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "ip6gre0", "teql0"):
            broken(f"there is an interface: {line.split(':')[0].strip()}")
done()
