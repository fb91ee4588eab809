using System.Collections.Immutable;
using System.Diagnostics;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>Whether the grader takes the sound submission, and says soon and in little memory what is wrong with the others.</summary>
internal static class HostileSubmissions
{
    private const string Valid = "valid.csv";
    private const long MostGrown = 256L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal static ImmutableArray<string> Names { get; } =
    [
        Valid, "row.csv", "rows.csv", "columns.csv", "cut.csv", "nul.csv", "quote.csv", "wide.csv", "utf16.csv", "binary.csv", "nan.csv", "infinite.csv",
        "twice.csv", "fewer.csv", "more.csv", "other.csv", "empty.csv",
    ];

    internal static async Task<string?> AreRefusedAsync(Observation seen, CancellationToken cancellationToken)
    {
        foreach (CollectedFile file in seen.Result.Files)
        {
            if (file.Bytes is not { } submission)
            {
                return $"{file.Name} was to be graded and did not come out: {file.Problem ?? "it is not there"}";
            }

            long size = Environment.WorkingSet, start = Stopwatch.GetTimestamp();
            string? problem = await seen.Ground.Options.Targets.GradeAsync!(submission, cancellationToken);
            if (problem is null != (file.Name == Valid))
            {
                return file.Name == Valid ? $"a sound submission was refused: {problem}" : $"{file.Name} counts as a submission";
            }

            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                return $"{file.Name} was refused after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s";
            }

            if (Environment.WorkingSet - size > MostGrown)
            {
                return $"to refuse {file.Name}, this process has grown by {(Environment.WorkingSet - size) >> 20} MiB";
            }
        }

        return null;
    }
}
