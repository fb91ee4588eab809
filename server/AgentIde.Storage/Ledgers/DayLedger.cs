using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Ledgers;

/// <summary>
/// What the runs of a workspace spend on models on a day: one file a day, one line a call, of which the last counts.
/// Processes take turns by the kernel's lock of the file, so that two runs can't spend the same money. A line is on the
/// disk before its call is sent; where a death comes between, the most that was asked for stands until the run goes on.
/// </summary>
internal sealed class DayLedger(string folder, TimeProvider time) : IDisposable
{
    /// <summary>Ends a line, so that one torn by a death is not taken for a smaller amount.</summary>
    private const string End = ";";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<(string Run, int Call), decimal> _entries = [];
    private DateOnly _day;
    private long _read;
    private decimal _sum;

    /// <returns>Null where it fits, else what the day's calls cost so far.</returns>
    public Task<decimal?> TryReserveAsync(DateOnly day, RunId run, DayEntry entry, decimal? cap, CancellationToken cancellationToken) => LockedAsync<decimal?>(
        day,
        (file, torn) =>
        {
            decimal others = _sum - _entries.GetValueOrDefault((run.Value, entry.Call));
            if (others + entry.Dollars > cap)
            {
                return others;
            }

            Append(file, torn, run, [entry]);
            return null;
        },
        cancellationToken);

    public Task SettleAsync(DateOnly day, RunId run, ImmutableArray<DayEntry> entries, CancellationToken cancellationToken) => LockedAsync(
        day,
        (file, torn) =>
        {
            ImmutableArray<DayEntry> changed = [.. entries.Where(entry => !_entries.TryGetValue((run.Value, entry.Call), out decimal dollars) || dollars != entry.Dollars)];
            Append(file, torn, run, changed);
            return changed.Length;
        },
        cancellationToken);

    public void Dispose() => _gate.Dispose();

    private async Task<T> LockedAsync<T>(DateOnly day, Func<SafeFileHandle, bool, T> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            string path = Path.Combine(folder, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            using SafeFileHandle file = StoreErrors.Translate(folder, () => Open(path));
            await LockAsync(file, path, cancellationToken);
            try
            {
                return StoreErrors.Translate(folder, () => work(file, ReadNew(file, day)));
            }
            finally
            {
                Libc.Unlock(file, path);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private SafeFileHandle Open(string path)
    {
        PrivateFiles.MakeFolder(folder);
        return Libc.OpenOrMake(path);
    }

    private async Task LockAsync(SafeFileHandle file, string path, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (!StoreErrors.Translate(folder, () => Libc.TryLock(file, path)))
        {
            if (time.GetElapsedTime(start) > Patience)
            {
                throw new RunStoreException($"{path} is held by another process for more than {Patience.TotalSeconds:0} s: nothing more is spent until it lets go. Look for a run that hangs with 'agentide runs'.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Takes in what was written since the last look.</summary>
    /// <returns>Whether the file ends in a line that a death cut.</returns>
    private bool ReadNew(SafeFileHandle file, DateOnly day)
    {
        long length = RandomAccess.GetLength(file);
        if (day != _day || length < _read)
        {
            _entries.Clear();
            (_day, _read, _sum) = (day, 0, 0);
        }

        byte[] bytes = new byte[length - _read];
        int filled = 0;
        for (int read; filled < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(filled), _read + filled)) > 0;)
        {
            filled += read;
        }

        int whole = bytes.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
        foreach (string line in Encoding.ASCII.GetString(bytes, 0, whole).Split('\n'))
        {
            Take(line);
        }

        _read += whole;
        return whole < filled;
    }

    private void Take(string line)
    {
        // The folder may have come with a repository: nothing that is written there gives money back.
        if (line.Split(' ') is [var run, var number, var amount, End]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int call)
            && decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal dollars)
            && dollars <= 1_000_000_000)
        {
            _sum += dollars - _entries.GetValueOrDefault((run, call));
            _entries[(run, call)] = dollars;
        }
    }

    private void Append(SafeFileHandle file, bool torn, RunId run, ImmutableArray<DayEntry> entries)
    {
        if (entries.IsEmpty)
        {
            return;
        }

        StringBuilder text = new(torn ? "\n" : "");
        foreach (DayEntry entry in entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{run.Value} {entry.Call} {entry.Dollars} {End}\n");
        }

        RandomAccess.Write(file, Encoding.ASCII.GetBytes(text.ToString()), RandomAccess.GetLength(file));
        RandomAccess.FlushToDisk(file);
        ReadNew(file, _day);
    }
}
