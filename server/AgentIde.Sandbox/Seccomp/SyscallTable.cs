using System.Runtime.InteropServices;

namespace AgentIde.Sandbox.Seccomp;

/// <summary>
/// The numbers of the system calls that candidates may not make, for one architecture. A call that an architecture
/// lacks is left out of its table. Sources: the kernel's <c>unistd_64.h</c> (x86_64) and <c>asm-generic/unistd.h</c>
/// (aarch64).
/// </summary>
/// <param name="Architecture">The kernel's AUDIT_ARCH value.</param>
/// <param name="Name">What libseccomp and Docker call the architecture.</param>
/// <param name="HasSecondAbi">x86_64 also answers to x32 numbers, which have bit 30 set.</param>
internal sealed record SyscallTable(
    uint Architecture, string Name, bool HasSecondAbi, uint CloneProcess, uint Socket, uint SocketPair, uint Ioctl, uint Personality, (uint Number, string Name)[] DeviceNodes, (uint Number, string Name)[] Denied)
{
    /// <summary>Calls younger than 5.0 have the same number everywhere.</summary>
    internal static readonly (uint Number, string Name)[] AnsweredAsMissing = [(425, "io_uring_setup"), (426, "io_uring_enter"), (427, "io_uring_register"), (435, "clone3")];

    /// <summary>Whatever the kernel gains after this is closed until someone has looked at it.</summary>
    internal const uint Highest = 470;

    private static readonly (uint Number, string Name)[] DeniedEverywhere =
    [
        (428, "open_tree"), (429, "move_mount"), (430, "fsopen"), (431, "fsconfig"), (432, "fsmount"), (433, "fspick"),
        (438, "pidfd_getfd"), (442, "mount_setattr"), (443, "quotactl_fd"), (447, "memfd_secret"),
        (450, "set_mempolicy_home_node"), (467, "open_tree_attr"),
    ];

    internal static readonly SyscallTable X64 = new(
        Architecture: 0xC000003E, Name: "SCMP_ARCH_X86_64", HasSecondAbi: true, CloneProcess: 56, Socket: 41, SocketPair: 53, Ioctl: 16, Personality: 135,
        DeviceNodes: [(133, "mknod"), (259, "mknodat")],
        Denied:
        [
            .. DeniedEverywhere,
            (101, "ptrace"), (310, "process_vm_readv"), (311, "process_vm_writev"), (312, "kcmp"),
            (321, "bpf"), (298, "perf_event_open"), (323, "userfaultfd"), (212, "lookup_dcookie"),
            (248, "add_key"), (249, "request_key"), (250, "keyctl"),
            (165, "mount"), (166, "umount2"), (155, "pivot_root"), (161, "chroot"), (308, "setns"), (272, "unshare"),
            (303, "name_to_handle_at"), (304, "open_by_handle_at"), (300, "fanotify_init"),
            (175, "init_module"), (313, "finit_module"), (176, "delete_module"), (246, "kexec_load"), (320, "kexec_file_load"),
            (169, "reboot"), (167, "swapon"), (168, "swapoff"), (163, "acct"), (179, "quotactl"),
            (164, "settimeofday"), (227, "clock_settime"), (305, "clock_adjtime"), (159, "adjtimex"), (103, "syslog"),
            (172, "iopl"), (173, "ioperm"), (154, "modify_ldt"), (180, "nfsservctl"), (134, "uselib"), (153, "vhangup"),
            (237, "mbind"), (238, "set_mempolicy"), (279, "move_pages"), (256, "migrate_pages"),
        ]);

    internal static readonly SyscallTable Arm64 = new(
        Architecture: 0xC00000B7, Name: "SCMP_ARCH_AARCH64", HasSecondAbi: false, CloneProcess: 220, Socket: 198, SocketPair: 199, Ioctl: 29, Personality: 92,
        DeviceNodes: [(33, "mknodat")],
        Denied:
        [
            .. DeniedEverywhere,
            (117, "ptrace"), (270, "process_vm_readv"), (271, "process_vm_writev"), (272, "kcmp"),
            (280, "bpf"), (241, "perf_event_open"), (282, "userfaultfd"), (18, "lookup_dcookie"),
            (217, "add_key"), (218, "request_key"), (219, "keyctl"),
            (40, "mount"), (39, "umount2"), (41, "pivot_root"), (51, "chroot"), (268, "setns"), (97, "unshare"),
            (264, "name_to_handle_at"), (265, "open_by_handle_at"), (262, "fanotify_init"),
            (105, "init_module"), (273, "finit_module"), (106, "delete_module"), (104, "kexec_load"), (294, "kexec_file_load"),
            (142, "reboot"), (224, "swapon"), (225, "swapoff"), (89, "acct"), (60, "quotactl"),
            (170, "settimeofday"), (112, "clock_settime"), (266, "clock_adjtime"), (171, "adjtimex"), (116, "syslog"),
            (42, "nfsservctl"), (58, "vhangup"),
            (235, "mbind"), (237, "set_mempolicy"), (239, "move_pages"), (238, "migrate_pages"),
        ]);

    /// <summary>Null on an architecture whose numbers nobody has checked: there is no filter then, and the report says so.</summary>
    internal static SyscallTable? OfThisMachine => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => X64,
        System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
        _ => null,
    };
}
