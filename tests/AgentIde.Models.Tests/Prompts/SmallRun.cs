using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Tests.Prompts;

/// <summary>Folds a run of a small task event by event, one second apart, and keeps the texts that its events name.</summary>
internal sealed class SmallRun
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<Digest, string> _texts = [];

    public SmallRun(TaskFacts? task = null, DataProfile? profile = null, ProgramLanguage language = ProgramLanguage.Python, int nodes = 20, params string[] observations)
    {
        RunSettings settings = new(RunId.Parse("sample-1"), "sample", language.FileName(), "model/1", "aide", language, 1, 1, new Budget(nodes, 1_800));
        Add(new RunStarted(settings, task ?? Task, new SandboxReport("none", "1", Interpreter, [])));
        Add(new DataProfiled(profile ?? Profile, [.. observations]));
    }

    public const string Interpreter = "Python 3.11.2 (numpy 1.24.2, pandas 1.5.3, scikit-learn 1.2.1, xgboost 1.7.4)";

    public static TaskFacts Task { get; } = new(
        "gems", "Prices of gems", "Predict the `price` of each gem from its weight and cut.\n\nPrices are in dollars.\n",
        new MetricFacts("rmsle", "RMSLE", MetricDirection.LowerIsBetter, PredictionKind.Values), "price", "id", ["price"], Digest.Of("gems"));

    public static DataProfile Profile { get; } = new(
        30_000,
        20_000,
        [
            new ColumnProfile("id", ColumnKind.Number, 0, 30_000, new NumberSummary(0, 7_500, 15_000, 22_500, 29_999, 15_000, 8_660, 0, 1, 0, true), [], 5, true, 1, null),
            new ColumnProfile("carat", ColumnKind.Number, 12, 270, new NumberSummary(0.2, 0.4, 0.7, 1.04, 5.01, 0.798, 0.474, 1.1, 0, 0, false), [], 4, true, 0, 0.963),
            new ColumnProfile("cut", ColumnKind.Category, 0, 3, null, [new("Ideal", 15_000), new("Good", 12_000), new("Fair", 3_000)], 4, true, 0.002, null),
            new ColumnProfile("price", ColumnKind.Number, 0, 10_000, new NumberSummary(326, 950, 2_400, 5_300, 18_823, 3_932, 3_989, 1.6, 0, 0, true), [], 4, false, 0, null),
        ],
        []);

    public static PromptOptions Options { get; } = new(EnvironmentFacts.Of(Interpreter), 30_000, 8_000);

    public Journal Journal { get; private set; } = Journal.Empty;

    public SmallRun Add(RunEvent @event)
    {
        Journal = Journal.Apply(new RecordedEvent(Journal.Seq + 1, Start.AddSeconds(Journal.Seq), 1, @event));
        return this;
    }

    /// <summary>A node that was proposed and executed; it ends with a score, or fails where there is none.</summary>
    public SmallRun Node(Operator @operator, int? parent, string plan, string code, string output, Score? score, Failure? failure = null, string? notes = null)
    {
        int node = Journal.Nodes.Count + 1;
        Add(new NodeStarted(node, @operator, parent is { } one ? [one] : [], "chosen", []));
        Add(new NodeProposed(node, plan, Keep(code), [], notes, null));
        Add(new ExecutionStarted(node, 1, ExecutionPurpose.Search));
        Add(new ExecutionEnded(node, 1, ExecutionPurpose.Search, new ExecutionRecord(Ending.Exited, score is null ? 1 : 0, null, false, 12.3, 20, 1 << 20, Keep(output), null, null, score?.Claim)));
        return score is not null ? Add(new NodeScored(node, score)) : Add(new NodeFailed(node, failure!));
    }

    /// <summary>What an engineer is asked for as the next node.</summary>
    public Assignment Assignment(Operator @operator, params int[] parents) => new(
        Journal, Journal.Nodes.Count + 1, @operator, [.. parents], new Draws(1, Journal.Nodes.Count + 1, "engineer"), (digest, _) => System.Threading.Tasks.Task.FromResult(_texts[digest]), ExecutionLimits.Default);

    public Task<Prompt> WriteAsync(Operator @operator, int? parent = null, PromptOptions? options = null, int? node = null) =>
        PromptWriter.WriteAsync(Assignment(@operator, parent is { } one ? [one] : []) is var assignment && node is { } begun ? assignment with { Node = begun } : assignment, options ?? Options, CancellationToken.None);

    public Task<Prompt> MergeAsync(int better, int other, PromptOptions? options = null) => PromptWriter.WriteAsync(Assignment(Operator.Merge, better, other), options ?? Options, CancellationToken.None);

    private Digest Keep(string text)
    {
        Digest digest = Digest.Of(text);
        _texts[digest] = text;
        return digest;
    }
}
