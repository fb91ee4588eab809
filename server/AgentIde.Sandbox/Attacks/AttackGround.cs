using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Attacks;

/// <summary>
/// What there is to find, reach and harm outside the sandbox while attacks run: each thing bears a canary that is
/// drawn anew. Disposing removes all of it.
/// </summary>
internal sealed class AttackGround : IDisposable
{
    private static readonly string[] WatchedSettings = ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/swappiness"];

    private readonly DirectoryInfo _folder;
    private readonly string _homeFile;
    private readonly List<(string Name, Socket Socket)> _listeners = [];
    private readonly List<object[]> _tcp = [];
    private readonly List<object[]> _udp = [];
    private readonly string[] _settings = [.. WatchedSettings.Select(File.ReadAllText)];
    private readonly List<(ChildProcess Process, SafeFileHandle Input)> _processes = [];
    private readonly string _abstractName;

    internal AttackGround(AttackOptions options)
    {
        Canary = $"agentide-canary-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        string tag = RandomNumberGenerator.GetHexString(12, lowercase: true);
        _abstractName = $"agentide-attack-{tag}";
        ProcessName = $"at{tag}";
        _folder = Directory.CreateTempSubdirectory("agentide-attack-");
        _homeFile = Path.Combine(options.HomeFolder, $".agentide-attack-{tag}");
        Files =
        [
            Plant("task/private/answers.csv"), Plant("task/.agentide/runs/1/run.db"), Plant("nodes/other/solution.py"), PlantAt(_homeFile),
        ];
        Environment.SetEnvironmentVariable("AGENTIDE_CANARY", Canary);
        StartProcess();
        StartProcess();
        Listen();
    }

    internal string Canary { get; }

    /// <summary>By which an attack's processes are found from outside: at most 15 bytes.</summary>
    internal string ProcessName { get; }

    internal ImmutableArray<string> Files { get; }

    internal string Folder => _folder.FullName;

    /// <summary>The user as whom the kernel saw an attack's process; null where it was not found.</summary>
    internal uint? SeenUser { get; private set; }

    internal bool SettingsAreUnchanged => WatchedSettings.Select(File.ReadAllText).SequenceEqual(_settings);

    internal bool CanaryProcessLives => !ChildProcess.HasEnded(_processes[0].Process.Descriptor, TimeSpan.Zero);

    /// <summary>Makes the input folder of one attack.</summary>
    internal string Prepare(Attack attack, string program, bool isControl, bool quick)
    {
        string folder = Path.Combine(Folder, $"{(isControl ? "control" : "attack")}-{program}", "input");
        Directory.CreateDirectory(folder);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("control", isControl);
            json.WriteBoolean("quick", quick);
            WriteArray(json, "files", Files);
            WriteEndpoints(json, "tcp", _tcp);
            WriteEndpoints(json, "udp", _udp);
            json.WriteString("abstract", _abstractName);
            json.WriteString("socket", Path.Combine(Folder, "s"));
            json.WriteNumber("pid", _processes[0].Process.Id);
            json.WriteNumber("victim", _processes[1].Process.Id);
            json.WriteString("process", ProcessName);
            json.WriteNumber("processes", attack.Limits.Processes);
            json.WriteNumber("memory", attack.Limits.MemoryBytes);
            json.WriteNumber("disk", attack.Limits.DiskBytes);
            json.WriteEndObject();
        }

        File.WriteAllBytes(Path.Combine(folder, "facts.json"), stream.ToArray());
        return folder;
    }

    /// <summary>Looks who waits to be seen, and lets it go on.</summary>
    internal void LookAtWaiting()
    {
        const int userSignal = 10;
        foreach (ProcessEntry process in ProcessEntry.All().Where(process => process.Name == ProcessName))
        {
            string? line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal));
            SeenUser = line is null ? null : uint.Parse(line.Split('\t')[2], System.Globalization.CultureInfo.InvariantCulture);
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
    internal IReadOnlyList<string> TakeCalls()
    {
        List<string> calls = [];
        byte[] buffer = new byte[64];
        foreach ((string name, Socket socket) in _listeners)
        {
            while (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                calls.Add(name);
                if (socket.SocketType == SocketType.Stream)
                {
                    socket.Accept().Dispose();
                }
                else
                {
                    socket.Receive(buffer);
                }
            }
        }

        return calls;
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("AGENTIDE_CANARY", null);
        foreach ((ChildProcess process, SafeFileHandle input) in _processes)
        {
            process.Dispose();
            input.Dispose();
        }

        _listeners.ForEach(listener => listener.Socket.Dispose());
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
    private void StartProcess()
    {
        (SafeFileHandle read, SafeFileHandle write) = Descriptors.Pipe();
        using (read)
        using (SafeFileHandle nothing = Descriptors.Open("/dev/null", 2))
        {
            _processes.Add((ChildProcess.Start(["/bin/cat"], [$"AGENTIDE_CANARY={Canary}"], [read, nothing, nothing]), write));
        }
    }

    private void Listen()
    {
        IEnumerable<IPAddress> own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses.Select(address => address.Address))
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork)
            .Take(2);
        IEnumerable<IPAddress> addresses = [IPAddress.Loopback, .. Socket.OSSupportsIPv6 ? [IPAddress.IPv6Loopback] : Array.Empty<IPAddress>(), .. own];
        foreach (IPAddress address in addresses)
        {
            Bind(new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp), new IPEndPoint(address, 0), $"TCP {address}", _tcp);
            Bind(new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp), new IPEndPoint(address, 0), $"UDP {address}", _udp);
        }

        Bind(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint("\0" + _abstractName), "the abstract socket", null);
        Bind(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(Path.Combine(Folder, "s")), "the socket", null);
    }

    private void Bind(Socket socket, EndPoint address, string name, List<object[]>? addresses)
    {
        try
        {
            socket.Bind(address);
        }
        catch (SocketException) when (address is IPEndPoint { Address.AddressFamily: AddressFamily.InterNetworkV6 })
        {
            // IPv6 is compiled in and switched off: there is nothing to reach.
            socket.Dispose();
            return;
        }

        if (socket.SocketType == SocketType.Stream)
        {
            socket.Listen();
        }

        _listeners.Add((name, socket));
        if (socket.LocalEndPoint is IPEndPoint bound)
        {
            addresses?.Add([bound.Address.ToString(), bound.Port]);
        }
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteEndpoints(Utf8JsonWriter json, string name, IEnumerable<object[]> endpoints)
    {
        json.WriteStartArray(name);
        foreach (object[] endpoint in endpoints)
        {
            json.WriteStartArray();
            json.WriteStringValue((string)endpoint[0]);
            json.WriteNumberValue((int)endpoint[1]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
