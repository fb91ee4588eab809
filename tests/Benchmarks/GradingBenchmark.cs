using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentIde.MleBench;
using AgentIde.MleBench.Registry;
using AgentIde.Testing;

namespace AgentIde.Benchmarks;

/// <summary>
/// A million rows graded as three competitions of MLE-bench grade them, reading included: in this process and by the
/// published command. Medians of three, the files in the system's cache. What they are measured against took MLE-bench's
/// Python on the development machine, with 0.8 to 1.2 s more for its imports where the whole command is meant: the least
/// of it is counted. Then a submission of 100 MB, and the most memory that its command had.
/// </summary>
internal static class GradingBenchmark
{
    private const int Rows = 1_000_000, ManyRows = 6_250_000, Rounds = 3;
    private const double Imports = 0.8;

    public static async Task RunAsync()
    {
        using TemporaryFolder folder = new();
        await MeasureAsync(folder, "tabular-playground-series-may-2022", "id", "target", 0.58, 5, row => $"{row % 3 % 2}", (row, noise) => string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp((row % 3 % 2 * 0.3) + (noise * 0.7), 0, 1):0.000000}"));
        await MeasureAsync(folder, "tabular-playground-series-dec-2021", "Id", "Cover_Type", 0.26, 5, row => $"{(row % 7) + 1}", (row, noise) => $"{(noise < 0.9 ? row % 7 : (int)(noise * 70) % 7) + 1}");
        await MeasureAsync(folder, "new-york-city-taxi-fare-prediction", "key", "fare_amount", 3.9, 20, row => string.Create(CultureInfo.InvariantCulture, $"{2.5 + (row % 400 * 0.1):0.0}"), (row, noise) => string.Create(CultureInfo.InvariantCulture, $"{2.5 + (row % 400 * 0.1) + noise:0.000000}"));
        await MeasureMemoryAsync(folder);
    }

    private static async Task MeasureMemoryAsync(TemporaryFolder folder)
    {
        const string id = "tabular-playground-series-may-2022";
        (string answers, string submission) = Write(folder, id, "id", "target", row => $"{row % 3 % 2}", (row, noise) => string.Create(CultureInfo.InvariantCulture, $"{noise:0.000000}"), ManyRows);
        List<(double Seconds, double Peak)> rounds = [];
        for (int round = 0; round < Rounds; round++)
        {
            rounds.Add(await CommandAsync(id, answers, submission));
        }

        double size = new FileInfo(submission).Length / 1e6;
        Report.Line(string.Create(CultureInfo.InvariantCulture, $"{size:0} MB, the whole command"), Report.Milliseconds(Report.Median(rounds.Select(round => round.Seconds)) * 1_000), $"{ManyRows:N0} rows, and as many answers", "");
        Report.Line("  its memory at most", string.Create(CultureInfo.InvariantCulture, $"{Report.Median(rounds.Select(round => round.Peak)):0} MB"), "values of both files, sorted scores, the runtime", "at most 300 MB");
    }

    private static async Task MeasureAsync(TemporaryFolder folder, string id, string key, string target, double python, int goal, Func<int, string> truth, Func<int, double, string> guess)
    {
        (string answers, string submission) = Write(folder, id, key, target, truth, guess);
        Competition competition = CompetitionRegistry.Find(id)!;
        List<double> inside = [], processor = [], whole = [];
        for (int round = 0; round < Rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            if (!CompetitionGrader.Grade(competition, answers, submission).IsValid)
            {
                throw new InvalidOperationException($"{id} has no score.");
            }

            inside.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
            whole.Add((await CommandAsync(id, answers, submission)).Seconds);
        }

        Line($"a million rows, {competition.Metric}", Report.Median(inside), python, goal);
        Report.Line("  of it on the processor", Report.Milliseconds(Report.Median(processor)), "tells more on a busy machine", "");
        Line($"  the whole command", Report.Median(whole), python + Imports, 8);
    }

    private static void Line(string what, double seconds, double python, int goal) =>
        Report.Line(what, Report.Milliseconds(seconds * 1_000), string.Create(CultureInfo.InvariantCulture, $"MLE-bench {python * 1_000:0} ms, {python / seconds:0.0} times"), $"at least {goal} times as fast");

    /// <summary>The peak is in MB.</summary>
    private static async Task<(double Seconds, double Peak)> CommandAsync(string id, string answers, string submission)
    {
        long began = Stopwatch.GetTimestamp();
        ProcessStartInfo info = new(Repository.PathOf("artifacts", "publish", "agentide", "agentide"), ["grade", id, "--submission", submission, "--answers", answers]) { RedirectStandardOutput = true };
        using Process process = Process.Start(info)!;
        Task read = process.StandardOutput.ReadToEndAsync();
        double peak = 0;
        while (await Task.WhenAny(read, Task.Delay(5)) != read)
        {
            peak = Math.Max(peak, Peak(process.Id));
        }

        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (Stopwatch.GetElapsedTime(began).TotalSeconds, peak) : throw new InvalidOperationException($"agentide grade ended with {process.ExitCode}.");
    }

    /// <summary>The most memory that a process ever had, in MB; 0 once it has ended.</summary>
    private static double Peak(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : int.Parse(line.AsSpan(6, line.Length - 8), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static (string Answers, string Submission) Write(TemporaryFolder folder, string id, string key, string target, Func<int, string> truth, Func<int, double, string> guess, int rows = Rows)
    {
        StringBuilder answers = new($"{key},{target}\n"), submission = new($"{key},{target}\n");
        ulong state = 7;
        for (int row = 0; row < rows; row++)
        {
            state = unchecked((state * 6_364_136_223_846_793_005UL) + 1_442_695_040_888_963_407UL);
            string name = key == "key" ? string.Create(CultureInfo.InvariantCulture, $"{new DateTime(2009, 1, 1).AddSeconds(row * 97):yyyy-MM-dd HH:mm:ss}.{row % 10_000_000:0000000}") : $"{900_000 + row}";
            answers.Append(CultureInfo.InvariantCulture, $"{name},{truth(row)}\n");
            submission.Append(CultureInfo.InvariantCulture, $"{name},{guess(row, (state >> 11) * (1.0 / (1UL << 53)))}\n");
        }

        return (folder.Write($"{id}-answers.csv", answers.ToString()), folder.Write($"{id}-submission.csv", submission.ToString()));
    }
}
