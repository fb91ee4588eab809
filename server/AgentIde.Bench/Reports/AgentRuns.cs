using System.Collections.Immutable;
using System.Text.Json;

namespace AgentIde.Bench.Reports;

/// <summary>The runs of one agent, read from MLE-bench's report files.</summary>
/// <param name="Runs">Of each competition in the order of its seeds.</param>
public sealed record AgentRuns(string Agent, ImmutableArray<BenchRun> Runs)
{
    private const string ReportFiles = "*grading_report*.json";

    /// <summary>
    /// Reads run groups. A folder with reports is one, several of them are seeds of one agent; a folder whose subfolders
    /// have reports is a group of several agents, as <c>bench run</c> makes.
    /// </summary>
    /// <param name="paths">Folders, and report files.</param>
    /// <param name="named">What to call the agent of folders that don't say; null calls it after the first of them.</param>
    /// <exception cref="BenchException">There is no report in one of them, or one is broken.</exception>
    public static ImmutableArray<AgentRuns> Read(IReadOnlyList<string> paths, string? named)
    {
        List<(string Agent, string File)> files = [];
        List<GroupDetails> details = [];
        string plain = named ?? Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(paths[0]));
        foreach (string path in paths)
        {
            files.AddRange(File.Exists(path) ? [(plain, path)] : Files(path, plain, details));
        }

        ILookup<string, RunDetails> byPath = details.SelectMany(group => group.Runs).ToLookup(run => run.SubmissionPath);
        return
        [
            .. files.GroupBy(file => file.Agent).Select(group => new AgentRuns(group.Key, Seeds(group.Select(file => file.File), byPath))),
        ];
    }

    private static IEnumerable<(string Agent, string File)> Files(string folder, string plain, List<GroupDetails> details)
    {
        if (!Directory.Exists(folder))
        {
            throw new BenchException($"There is no {folder}: name a run group's folder, or a report file of MLE-bench.", isMissing: true);
        }

        (string Folder, string[] Files)[] found = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Prepend(folder).Select(path => (path, Directory.GetFiles(path, ReportFiles))).Where(place => place.Item2.Length > 0)];
        if (found.Length == 0)
        {
            throw new BenchException($"{folder} has no report ({ReportFiles}): make one with 'agentide bench grade', or finish the group with 'agentide bench run'.", isMissing: true);
        }

        foreach ((string place, string[] files) in found)
        {
            GroupDetails? known = GroupDetails.Read(place);
            details.AddRange(known is null ? [] : [known]);
            foreach (string file in files)
            {
                yield return (known?.Agent ?? plain, file);
            }
        }
    }

    /// <summary>As MLE-bench counts them: reports in the order of their paths, and within one in that of their competitions.</summary>
    private static ImmutableArray<BenchRun> Seeds(IEnumerable<string> files, ILookup<string, RunDetails> details)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        ImmutableArray<BenchRun>.Builder runs = ImmutableArray.CreateBuilder<BenchRun>();
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            foreach (CompetitionReport report in ReadFile(file).CompetitionReports.OrderBy(report => report.CompetitionId, StringComparer.Ordinal))
            {
                int seed = seen[report.CompetitionId] = seen.GetValueOrDefault(report.CompetitionId) + 1;
                runs.Add(new BenchRun(seed, report, details[report.SubmissionPath].FirstOrDefault(run => run.Competition == report.CompetitionId)));
            }
        }

        return runs.ToImmutable();
    }

    private static GradingReport ReadFile(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        try
        {
            return PythonJson.Read(bytes);
        }
        catch (JsonException problem)
        {
            bool isPointer = bytes.AsSpan().StartsWith("version https://git-lfs"u8);
            throw new BenchException(isPointer
                ? $"{file} is a pointer of Git LFS, not the report: run 'git lfs pull' in that repository."
                : $"{file} is no report of MLE-bench: {problem.Message}", isMissing: isPointer, inner: problem);
        }
    }
}

/// <param name="Seed">Its place among the runs of its competition, from 1.</param>
/// <param name="Details">Null where only MLE-bench's report is known.</param>
public sealed record BenchRun(int Seed, CompetitionReport Report, RunDetails? Details);
