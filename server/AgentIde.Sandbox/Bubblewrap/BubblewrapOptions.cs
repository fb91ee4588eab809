using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox;

/// <param name="Bubblewrap">Absolute path of the program; null takes the system's.</param>
/// <param name="Python">Absolute path of the interpreter of candidates. What it needs outside /usr is shown to them read-only.</param>
/// <param name="StateFolder">
/// Where running executions are noted, so that what a dead process left can be found. Owned by this user, on this machine.
/// </param>
/// <param name="Start">How Python candidates are started.</param>
public sealed record BubblewrapOptions(string? Bubblewrap, string Python, string StateFolder, PythonStart Start = PythonStart.Cold)
{
    /// <summary>Absolute paths of folders with model weights.</summary>
    public System.Collections.Immutable.ImmutableArray<string> Models { get; init; } = [];

    public static BubblewrapOptions Default { get; } = new(null, "/usr/bin/python3", DefaultStateFolder());

    private static string DefaultStateFolder()
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return Libc.EffectiveUser() == 0 && Directory.Exists("/run") ? "/run/agentide"
            : runtime is not null && Directory.Exists(runtime) ? Path.Combine(runtime, "agentide")
            : Path.Combine(Path.GetTempPath(), $"agentide-{Libc.EffectiveUser()}");
    }
}
