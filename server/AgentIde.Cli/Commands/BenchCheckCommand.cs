using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.Bench.Prepared;
using AgentIde.MleBench.Registry;
using Spectre.Console;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide bench check</c>: what is there of MLE-bench's data, what is missing and how to get it, and what a group of runs would take.</summary>
internal static class BenchCheckCommand
{
    private const double Gigabyte = 1e9;

    private static readonly Option<string?> Data = new("--data") { Description = "MLE-bench's data folder; without it, where 'mlebench prepare' puts it." };
    private static readonly BenchSelection Selection = new();
    private static readonly Option<bool> Quick = new("--quick") { Description = "Look which files are there, and read none of them for its checksum." };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "Of the group that is estimated: runs of each competition.", DefaultValueFactory = _ => 3 };
    private static readonly Option<string> Time = new("--time") { Description = "Of the group that is estimated: time of a run.", DefaultValueFactory = _ => "24h" };
    private static readonly Option<decimal> Cost = new("--cost") { Description = "Of the group that is estimated: US dollars that a run may spend on models." };
    private static readonly Option<int> Parallel = new("--parallel") { Description = "Of the group that is estimated: runs at once.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("check", "What is there of MLE-bench's data, what is missing and how to get it, and what a group of runs would take.\n\nExample: agentide bench check --data ~/.cache/mle-bench/data --split low --seeds 3 --time 1h")
        {
            Data, Quick, Seeds, Time, Cost, Parallel, Json,
        };
        Selection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        DataFolder data = new(parsed.GetValue(Data) ?? UsualFolder());
        if (parsed.GetValue(Seeds) < 1 || parsed.GetValue(Parallel) < 1 || parsed.GetValue(Cost) < 0)
        {
            throw new CommandException(ExitCode.BadUsage, "--seeds and --parallel must be at least 1, and --cost at least 0.");
        }

        ImmutableArray<string> ids = Selection.Read(parsed, data, CompetitionSplit.Low);
        ImmutableArray<FolderCheck>.Builder checks = ImmutableArray.CreateBuilder<FolderCheck>(ids.Length);
        foreach (string id in ids)
        {
            checks.Add(await FolderCheck.OfAsync(data, id, !parsed.GetValue(Quick), cancellationToken));
        }

        BenchEstimate estimate = Estimate(checks.ToImmutable(), data, SearchFlags.Duration(parsed.GetValue(Time)!), parsed.GetValue(Seeds), parsed.GetValue(Parallel), parsed.GetValue(Cost));
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new BenchCheckDocument(data.Path, checks.ToImmutable(), estimate), BenchCheckJson.Default.BenchCheckDocument));
        }
        else
        {
            Write(checks.ToImmutable(), estimate, data);
        }

        return checks.All(check => IsSound(check)) ? ExitCode.Done : ExitCode.Missing;
    }

    private static bool IsSound(FolderCheck check) => check.State is FolderState.Complete or FolderState.Verified or FolderState.Own;

    /// <summary>MLE-bench's own default.</summary>
    private static string UsualFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "mle-bench", "data");

    private static BenchEstimate Estimate(ImmutableArray<FolderCheck> checks, DataFolder data, TimeSpan time, int seeds, int parallel, decimal cost)
    {
        int runs = checks.Count(check => IsSound(check) && check.Obstacle is null) * seeds;
        FolderCheck[] lacking = [.. checks.Where(check => !IsSound(check))];
        string? root = Existing(data.Path);
        return new BenchEstimate(
            runs, Math.Ceiling(runs / (double)parallel) * time.TotalSeconds, runs * cost, lacking.Sum(check => check.SizeGb ?? 0), lacking.Count(check => check.SizeGb is null),
            root is null ? null : Math.Round(new DriveInfo(root).AvailableFreeSpace / Gigabyte, 1));
    }

    private static string? Existing(string path) => path.Length == 0 || Directory.Exists(path) ? path : Existing(Path.GetDirectoryName(path) ?? "/");

    private static void Write(ImmutableArray<FolderCheck> checks, BenchEstimate estimate, DataFolder data)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("competition", "data", "size", "known to be wrong");
        foreach (FolderCheck check in checks)
        {
            table.AddRow(Markup.Escape(check.Id), Markup.Escape(State(check)), Size(check), Markup.Escape(string.Join("; ", new[] { check.Leaks is null ? null : $"leak: {check.Leaks}", check.Faults }.OfType<string>())));
        }

        Screen.Console.Write(table);
        string[] lacking = [.. checks.Where(check => !IsSound(check)).Select(check => check.Id)];
        if (lacking.Length > 0)
        {
            Console.Out.WriteLine($"{lacking.Length} of {checks.Length} are not as MLE-bench prepares them. To get them, with a Kaggle key in ~/.kaggle/kaggle.json:");
            foreach (string id in lacking)
            {
                Console.Out.WriteLine($"  mlebench prepare -c {id} --data-dir {data.Path}    (accept the rules first: https://www.kaggle.com/c/{id}/rules)");
            }

            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"They take {estimate.MissingGb:0.###} GB{(estimate.UnknownSizes > 0 ? $", and more for {estimate.UnknownSizes} whose size is not known here (all 75 take 3,300 GB)" : "")}; while they are prepared, up to twice as much. {(estimate.FreeGb is { } free ? $"{free:0.#} GB are free" : "Free space is not known")}."));
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A group of {estimate.Runs} runs takes {TimeSpan.FromSeconds(estimate.Seconds).TotalHours:0.#} h at most, and ${estimate.Dollars:0.00} on models at most."));
    }

    private static string State(FolderCheck check)
    {
        string state = check.State switch
        {
            FolderState.Absent => "not there",
            FolderState.Incomplete => $"lacks {string.Join(", ", check.Missing)}",
            FolderState.Changed => $"not as MLE-bench makes it: {string.Join(", ", check.Changed)}",
            FolderState.Complete => "there",
            FolderState.Verified => "there, checksums right",
            _ => "a task of your own",
        };
        return check.Obstacle is { } obstacle ? $"{state}; graded only: {obstacle}" : state;
    }

    private static string Size(FolderCheck check) =>
        check.Bytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{check.Bytes / Gigabyte:0.###} GB")
        : check.SizeGb is { } known ? string.Create(CultureInfo.InvariantCulture, $"({known:0.###} GB)")
        : "";
}

/// <param name="Runs">Of the competitions that are there and can be run.</param>
/// <param name="Seconds">Of the whole group, at most.</param>
/// <param name="Dollars">On models, at most.</param>
/// <param name="MissingGb">Of the data that are missing, as far as sizes are known; of <paramref name="UnknownSizes"/> competitions they are not.</param>
/// <param name="FreeGb">Where the data folder is; null where that can't be told.</param>
internal sealed record BenchEstimate(int Runs, double Seconds, decimal Dollars, double MissingGb, int UnknownSizes, double? FreeGb);

internal sealed record BenchCheckDocument(string Data, ImmutableArray<FolderCheck> Competitions, BenchEstimate Estimate);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BenchCheckDocument))]
internal sealed partial class BenchCheckJson : JsonSerializerContext;
