# Families of sockets that no network namespace or only the kernel's luck stands before: netlink, vsock and their kin.
families = dict(INET=2, AX25=3, INET6=10, NETLINK=16, PACKET=17, RDS=21, CAN=29, TIPC=30, BLUETOOTH=31, ALG=38, VSOCK=40, KCM=41, QIPCRTR=42, SMC=43, XDP=44)
for name, number in families.items():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        must_be_refused(f"a socket of family {name}", lambda: socket.socket(number, kind, 0).close())
must_be_refused("a pair of TIPC sockets", lambda: [end.close() for end in socket.socketpair(30, socket.SOCK_STREAM)])
done()
