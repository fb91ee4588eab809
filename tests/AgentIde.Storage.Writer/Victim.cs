using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using AgentIde.Core.Runs;
using AgentIde.Storage.Ownership;
using AgentIde.Testing;

namespace AgentIde.Storage.Writer;

/// <summary>Owns a run and appends its sample events in order; can stop itself at a point of a commit, to be killed there.</summary>
internal sealed partial class Victim
{
    private const int StopSignal = 19;
    private const int FileSizeSignal = 25;
    private const int FileSizeLimit = 1;

    private readonly SqliteRunStore _store;
    private readonly OwnedRun _run;
    private readonly bool _lies;
    private long _next;

    private Victim(SqliteRunStore store, OwnedRun run, long head, bool lies)
    {
        _store = store;
        _run = run;
        _lies = lies;
        _next = head + 1;
    }

    public static async Task<Victim> StartAsync(string[] args)
    {
        // A write over the limit is to fail with an error instead of ending the process; held for the process's life.
        GC.KeepAlive(PosixSignalRegistration.Create((PosixSignal)FileSizeSignal, context => context.Cancel = true));
        int stop = Array.IndexOf(args, "--stop-at");
        Action<WritePoint> reached = stop < 0 ? static _ => { } : StopAt(args[stop + 1]);
        SqliteRunStore store = new(args[0], TimeProvider.System, static _ => null, args[0], reached);
        OwnedRun run = args[1] == "new"
            ? await store.CreateAsync("sample", CancellationToken.None)
            : await store.TakeAsync(RunId.Parse(args[1]), CancellationToken.None);
        long head = (await store.ReadAsync(run.Run, 0, 0, CancellationToken.None)).Head;
        Say($"RUN {run.Run} {run.Epoch} {head}");
        return new Victim(store, run, head, args.Contains("--lie"));
    }

    /// <summary>Appends the next events as one append; says ACK when they are durable, or, if it lies, before.</summary>
    public async Task AppendAsync(int count)
    {
        long first = _next;
        _next += count;
        string acknowledgement = $"ACK {first} {first + count - 1}";
        if (_lies)
        {
            Say(acknowledgement);
        }

        try
        {
            ImmutableArray<RecordedEvent> recorded = await _run.AppendAsync(SampleRun.Events(first, count), SampleRun.BlobsOf(first, count), CancellationToken.None);
            if (!_lies)
            {
                Say($"ACK {recorded[0].Seq} {recorded[^1].Seq}");
            }
        }
        catch (RunStoreException error)
        {
            _next = first;
            Say($"FAIL {error.Message}");
        }
    }

    /// <summary>Runs the run to its end, four nodes at once; says SENT with what a call is billed before it goes on, and SPENT at the end.</summary>
    public async Task SpendAsync(long seed, long tokens)
    {
        SpendingEngineer engineer = new(seed, billed => Say($"SENT {billed}"));
        Journal journal = await new ScriptedLoop(_store, engineer, TimeProvider.System).RunAsync(_run, new Budget(12, 1e6, Tokens: tokens), workers: 4);
        Say($"SPENT {journal.Spending.Total.Tokens}");
    }

    public async Task EndAsync()
    {
        await _run.DisposeAsync();
        Say("END");
    }

    /// <summary>Limits the size of any file this process writes, as a full disk would; null for no limit.</summary>
    public static void LimitFiles(ulong? bytes)
    {
        Limit limit = new() { Now = bytes ?? ulong.MaxValue, AtMost = ulong.MaxValue };
        Say(SetLimit(FileSizeLimit, ref limit) == 0 ? "LIMITED" : "FAIL no limit could be set");
    }

    public static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    private static Action<WritePoint> StopAt(string where)
    {
        string[] parts = where.Split(':');
        WritePoint point = Enum.Parse<WritePoint>(parts[0]);
        int left = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return reached =>
        {
            if (reached == point && --left == 0)
            {
                Say($"AT {point}");
                _ = SendSignal(Environment.ProcessId, StopSignal);

                // The signal may reach another thread first: this one is not to go a step further.
                Thread.CurrentThread.Join();
            }
        };
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ref Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Now;
        public ulong AtMost;
    }
}
