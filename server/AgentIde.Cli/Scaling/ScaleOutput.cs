using System.Collections.Concurrent;
using AgentIde.Cli.Bench;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;

namespace AgentIde.Cli.Scaling;

/// <summary>What a group's runs come to with more nodes, time, spend and paths: its files are written anew whenever one has ended.</summary>
internal sealed class ScaleOutput(string folder, ScaleReader reader) : IGroupOutput, IDisposable
{
    /// <summary>One at a time: grading has files in memory.</summary>
    private readonly SemaphoreSlim _grading = new(1);

    /// <summary>By the names of the runs, as what was wrong with them.</summary>
    private readonly ConcurrentDictionary<RunId, ScaledRun> _runs = new();

    private readonly ConcurrentDictionary<RunId, string> _problems = new();

    public async Task CollectAsync(SlotStatus status, CancellationToken cancellationToken)
    {
        if (status.Run is not { } run)
        {
            return;
        }

        await _grading.WaitAsync(cancellationToken);
        try
        {
            _runs[run] = await reader.ReadAsync(run, cancellationToken);
        }
        catch (ScaleException problem)
        {
            _problems[run] = problem.Message;
        }
        finally
        {
            _grading.Release();
        }
    }

    public void Write(IEnumerable<SlotStatus> all)
    {
        ScaleReport report = Report(all);
        if (report.Results.Length > 0)
        {
            report.WriteInto(folder);
        }
    }

    /// <summary>Of what has ended by now.</summary>
    public ScaleReport Report(IEnumerable<SlotStatus> all)
    {
        List<ScaledRun> runs = [];
        List<string> notes = [];
        foreach (SlotStatus status in all)
        {
            if (status.Run is { } run && _runs.TryGetValue(run, out ScaledRun? scaled))
            {
                runs.Add(scaled);
            }
            else
            {
                string why = (status.Run is { } known ? _problems.GetValueOrDefault(known) : null) ?? status.Slot.Problem ?? "it has not ended";
                notes.Add($"{status.Slot.Competition}, seed {status.Slot.Seed}, is left out: {why}");
            }
        }

        return ScaleReport.Of(runs, reader, notes);
    }

    public void Dispose() => _grading.Dispose();
}
