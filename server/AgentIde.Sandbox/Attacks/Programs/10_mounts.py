# The file systems' layout: mounting, making writable again, moving the root.
def libc_call(name, *arguments):
    return syscall(call(name), *arguments)


must_be_refused("mount a tmpfs", lambda: libc_call("mount", b"none", b"/tmp", b"tmpfs", 0, None))
must_be_refused("make /usr writable", lambda: libc_call("mount", b"none", b"/usr", None, 0x20 | 0x1000, None))
must_be_refused("make / writable", lambda: libc_call("mount", b"none", b"/", None, 0x20 | 0x1000, None))
must_be_refused("bind /usr", lambda: libc_call("mount", b"/usr", b"/tmp", None, 0x1000, None))
must_be_refused("unmount /proc", lambda: libc_call("umount2", b"/proc", 2))
must_be_refused("unmount the input", lambda: libc_call("umount2", b"/box/input", 2))
must_be_refused("pivot_root", lambda: libc_call("pivot_root", b"/tmp", b"/tmp"))
must_be_refused("open_tree", lambda: libc_call("open_tree", -100, b"/usr", 1))
must_be_refused("fsopen", lambda: libc_call("fsopen", b"tmpfs", 0))
must_be_refused("mount_setattr", lambda: libc_call("mount_setattr", -100, b"/usr", 0, ctypes.create_string_buffer(32), 32))
must_be_refused("chroot", lambda: libc_call("chroot", b"/tmp"))
done()
