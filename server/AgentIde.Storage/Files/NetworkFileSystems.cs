namespace AgentIde.Storage.Files;

/// <summary>
/// File systems on which SQLite's write-ahead log is not safe, because its shared memory and its locks need all
/// processes on one machine. The numbers are those of statfs(2).
/// </summary>
internal static class NetworkFileSystems
{
    /// <summary>The name of the network file system that a folder lies on; null where it is a local one.</summary>
    public static string? NameOf(string folder) => Libc.FileSystemKind(folder) switch
    {
        0x6969 => "NFS",
        0xFF534D42 or 0xFE534D42 or 0x517B => "SMB",
        0x65735546 => "FUSE",
        0x01021997 => "9P",
        0x0BD00BD0 => "Lustre",
        0x00C36400 => "Ceph",
        0x47504653 => "GPFS",
        0x19830326 => "BeeGFS",
        0x5346414F => "AFS",
        _ => null,
    };
}
