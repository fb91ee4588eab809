using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Attacks;

/// <summary>
/// What there is to find, reach and harm outside the sandbox while attacks run: each thing bears a canary that is
/// drawn anew. One attack at a time stands on it. Disposing removes all of it.
/// </summary>
internal sealed class AttackGround : IDisposable
{
    private const string FactsFile = "facts.json";

    private static readonly string[] WatchedSettings = ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/swappiness"];

    private readonly DirectoryInfo _folder;
    private readonly string _homeFile;
    private readonly string[] _settings = [.. WatchedSettings.Select(File.ReadAllText)];
    private readonly List<(ChildProcess Process, SafeFileHandle Input)> _processes = [];
    private readonly string _abstractName;
    private readonly AttackListeners _listeners;
    private readonly SafeFileHandle _open;
    private byte[] _facts = [];

    /// <param name="canary">The one of all grounds of a suite.</param>
    /// <param name="withKernelObjects">Also plants a key, shared memory, a semaphore and a queue.</param>
    internal AttackGround(AttackOptions options, string canary, bool withKernelObjects)
    {
        Canary = canary;
        Options = options;
        string tag = RandomNumberGenerator.GetHexString(12, lowercase: true);
        _abstractName = $"agentide-attack-{tag}";
        ProcessName = $"at{tag}";
        // What is made in a kernel's name space must not meet anything of somebody else's.
        SharedKey = RandomNumberGenerator.GetInt32(1 << 20, int.MaxValue);
        _folder = Directory.CreateTempSubdirectory("agentide-attack-");
        _homeFile = Path.Combine(options.HomeFolder, $".agentide-attack-{tag}");
        Files =
        [
            Plant("task/private/answers.csv"), Plant("task/.agentide/runs/1/run.db"), Plant("nodes/other/solution.py"), PlantAt(_homeFile),
        ];
        StartProcess(["/bin/cat"]);
        StartProcess(["/bin/cat"]);
        Directory.CreateDirectory(Input);
        KernelObjects = withKernelObjects ? PlantKernelObjects(tag) : "{}";
        _listeners = new AttackListeners(Path.Combine(Folder, "s"), _abstractName);
        // On purpose not closed on exec: whoever starts programs must close what is not theirs.
        _open = new SafeFileHandle(Descriptors.Check(Libc.Open(Path.GetDirectoryName(Files[0])!, Libc.OpenDirectory, 0), "open"), ownsHandle: true);
    }

    internal AttackOptions Options { get; }

    internal string Canary { get; }

    /// <summary>By which an attack's processes are found from outside: at most 15 bytes.</summary>
    internal string ProcessName { get; }

    internal ImmutableArray<string> Files { get; }

    internal string Folder => _folder.FullName;

    /// <summary>What attacks see as <c>./input</c>. One folder for all of them: an engine may keep something ready for it.</summary>
    internal string Input => Path.Combine(Folder, "attack", "input");

    /// <summary>Names the shared memory that an attack makes, and nothing else on this machine.</summary>
    internal int SharedKey { get; }

    /// <summary>What <see cref="AttackTargets.CutAsync"/> told last.</summary>
    internal ImmutableDictionary<string, bool> IsHoldout { get; set; } = ImmutableDictionary<string, bool>.Empty;

    /// <summary>The user as whom the kernel saw an attack's process; null where it was not found.</summary>
    internal uint? SeenUser { get; private set; }

    internal bool SettingsAreUnchanged => WatchedSettings.Select(File.ReadAllText).SequenceEqual(_settings);

    internal bool InputIsUnchanged =>
        Directory.GetFileSystemEntries(Input) is [string only] && Path.GetFileName(only) == FactsFile && File.ReadAllBytes(only).AsSpan().SequenceEqual(_facts);

    internal bool CanaryProcessLives => !ChildProcess.HasEnded(_processes[0].Process.Descriptor, TimeSpan.Zero);

    private string KernelObjects { get; }

    /// <summary>Writes what one program of an attack is told; returns its input folder.</summary>
    internal string Prepare(Attack attack, ExecutionLimits limits, int round, bool isControl, bool quick)
    {
        string folder = isControl ? Path.Combine(Folder, $"control-{attack.Id}", "input") : Input;
        Directory.CreateDirectory(folder);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("control", isControl);
            json.WriteBoolean("quick", quick);
            json.WriteBoolean("full", Options.IsFull);
            json.WriteNumber("round", round);
            WriteArray(json, "files", Files, json.WriteStringValue);
            WriteArray(json, "tcp", _listeners.Tcp, endpoint => WriteEndpoint(json, endpoint));
            WriteArray(json, "udp", _listeners.Udp, endpoint => WriteEndpoint(json, endpoint));
            json.WriteString("abstract", _abstractName);
            json.WriteString("socket", Path.Combine(Folder, "s"));
            json.WriteNumber("pid", _processes[0].Process.Id);
            json.WriteNumber("victim", _processes[1].Process.Id);
            json.WriteString("process", ProcessName);
            json.WriteNumber("processes", limits.Processes);
            json.WriteNumber("memory", limits.MemoryBytes);
            json.WriteNumber("disk", limits.DiskBytes);
            json.WriteNumber("output", limits.OutputBytes);
            json.WriteNumber("shared_key", SharedKey);
            json.WritePropertyName("kernel_objects");
            json.WriteRawValue(KernelObjects);
            json.WriteEndObject();
        }

        byte[] facts = stream.ToArray();
        if (!isControl)
        {
            _facts = facts;
        }

        File.WriteAllBytes(Path.Combine(folder, FactsFile), facts);
        return folder;
    }

    /// <summary>Removes what was laid beside the facts.</summary>
    internal void ClearInput()
    {
        foreach (DirectoryInfo laid in new DirectoryInfo(Input).EnumerateDirectories())
        {
            laid.Delete(recursive: true);
        }
    }

    /// <summary>Looks who waits to be seen, and lets it go on.</summary>
    internal void LookAtWaiting()
    {
        const int userSignal = 10;
        foreach (ProcessEntry process in ProcessEntry.All().Where(process => process.Name == ProcessName))
        {
            string? line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal));
            SeenUser = line is null ? null : uint.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture);
            Libc.Kill(process.Id, userSignal);
        }
    }

    /// <summary>Processes of an attack that are still there.</summary>
    internal IReadOnlyList<int> Survivors() =>
        [.. ProcessEntry.All().Where(process => process.Name == ProcessName && process.State != 'Z').Select(process => process.Id)];

    internal void KillSurvivors()
    {
        foreach (int process in Survivors())
        {
            Libc.Kill(process, Libc.SignalKill);
        }
    }

    internal static bool CanStartProcesses() => ShortCommand.Run(["/bin/sh", "-c", "exit 0"], [], TimeSpan.FromSeconds(5)).Status == 0;

    /// <summary>Which listeners were reached since the last question.</summary>
    internal IReadOnlyList<string> TakeCalls() => _listeners.TakeCalls();

    /// <summary>Whether a segment of shared memory by <see cref="SharedKey"/> is there on this machine.</summary>
    internal bool SharedMemoryIsThere() =>
        File.Exists("/proc/sysvipc/shm") && File.ReadLines("/proc/sysvipc/shm").Any(line => line.TrimStart().StartsWith($"{SharedKey} ", StringComparison.Ordinal));

    public void Dispose()
    {
        foreach ((ChildProcess process, SafeFileHandle input) in _processes)
        {
            // At the end of its input it ends by itself, and removes what it has planted.
            input.Dispose();
            ChildProcess.HasEnded(process.Descriptor, TimeSpan.FromSeconds(2));
            process.Dispose();
        }

        _open.Dispose();
        _listeners.Dispose();
        File.Delete(_homeFile);
        _folder.Delete(recursive: true);
    }

    private string Plant(string path) => PlantAt(Path.Combine(Folder, path));

    private string PlantAt(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Canary + "\n");
        return path;
    }

    /// <summary>Ends by itself when this process does: it reads from us.</summary>
    /// <param name="output">Null for nowhere.</param>
    private void StartProcess(IReadOnlyList<string> command, SafeFileHandle? output = null)
    {
        (SafeFileHandle read, SafeFileHandle write) = Descriptors.Pipe();
        using (read)
        using (SafeFileHandle nothing = Descriptors.Open("/dev/null", 2))
        {
            _processes.Add((ChildProcess.Start(command, [$"{AttackSuite.CanaryVariable}={Canary}"], [read, output ?? nothing, nothing]), write));
        }
    }

    /// <summary>By a process that keeps them and removes them at its end. Where this kernel has none of them there is nothing to find.</summary>
    private string PlantKernelObjects(string tag)
    {
        (SafeFileHandle read, SafeFileHandle write) = Descriptors.Pipe();
        using (read)
        {
            using (write)
            {
                StartProcess([Options.Python, "-B", "-c", Resource.Text("ground.py"), Canary, tag], write);
            }

            byte[] said = new byte[4096];
            int count = Descriptors.Wait(TimeSpan.FromSeconds(10), read)[0] ? Descriptors.Read(read, said) : 0;
            return count > 0 ? Encoding.UTF8.GetString(said, 0, count) : "{}";
        }
    }

    private static void WriteEndpoint(Utf8JsonWriter json, (string Address, int Port) endpoint)
    {
        json.WriteStartArray();
        json.WriteStringValue(endpoint.Address);
        json.WriteNumberValue(endpoint.Port);
        json.WriteEndArray();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> values, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T value in values)
        {
            write(value);
        }

        json.WriteEndArray();
    }
}
