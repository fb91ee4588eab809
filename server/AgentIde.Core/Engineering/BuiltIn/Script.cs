using System.Collections.Immutable;
using System.Text;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// A program while it is written, block by block. It knows which columns the table has by now, so that each component
/// sees what the ones before it made. Every line but the blank ones belongs to a reason.
/// </summary>
internal sealed class Script(Problem problem, Recipe recipe)
{
    private const int CommentWidth = 118;

    private readonly SortedSet<string> _modules = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _names = new(StringComparer.Ordinal);
    private readonly List<(Block Block, string Reason, ImmutableArray<string> Lines)> _segments = [];

    public Problem Problem { get; } = problem;

    public Recipe Recipe { get; } = recipe;

    public List<string> Numbers { get; } = Names(recipe, problem.Numbers);

    public List<string> Categories { get; } = Names(recipe, problem.Categories);

    public List<string> Texts { get; } = Names(recipe, problem.Texts);

    public List<string> Dates { get; } = Names(recipe, problem.Dates);

    /// <summary>Categories of so many values that they are given to a model as target means alone.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>Columns whose values may be missing once the table is made.</summary>
    public HashSet<string> Gaps { get; } = [.. problem.Inputs.Where(column => column.Missing + column.Unreadable > 0).Select(column => column.Name)];

    /// <summary>The models written so far, by the names of their variables.</summary>
    public List<string> Models { get; } = [];

    public bool HasGaps => Numbers.Any(Gaps.Contains);

    public bool LogTarget => Recipe.Has(Components.LogTarget.Key);

    /// <summary>From the scale the models work on to that of the target.</summary>
    public string Back(string expression) => LogTarget ? $"np.expm1({expression})" : expression;

    public string Id => PythonText.Quote(Problem.Task.IdColumn);

    public string Label => PythonText.Quote(Problem.Task.Label);

    /// <summary>Takes <c>import x</c>, <c>import x as y</c>.</summary>
    public void Import(string module) => _modules.Add(module);

    public void From(string module, params ReadOnlySpan<string> names)
    {
        if (!_names.TryGetValue(module, out SortedSet<string>? known))
        {
            _names[module] = known = new SortedSet<string>(StringComparer.Ordinal);
        }

        foreach (string name in names)
        {
            known.Add(name);
        }
    }

    /// <summary>Columns that leave the table, whatever they were.</summary>
    public void Forget(IEnumerable<string> columns)
    {
        foreach (string column in columns.ToArray())
        {
            Numbers.Remove(column);
            Categories.Remove(column);
            Texts.Remove(column);
            Dates.Remove(column);
        }
    }

    public void Segment(Block block, string why, string code)
    {
        string name = block.ToString().ToLowerInvariant();
        ImmutableArray<string> lines = [.. Comment($"{name}: {why}"), .. code.Trim('\n').Split('\n').Select(line => line.TrimEnd())];
        _segments.Add((block, why, lines));
    }

    public (string Code, ImmutableArray<Reason> Reasons) Finish(string summary)
    {
        List<(Block Block, string Reason, ImmutableArray<string> Lines)> all =
        [
            (Block.Load, "Says what the program does.", [$"\"\"\"{PythonText.Plain(summary, 100)}\"\"\""]),
            (Block.Load, "The libraries that the blocks below need, one thread for each of the folds that run side by side, and one seed for all chance.", Head()),
            .. _segments,
        ];
        StringBuilder code = new();
        List<Reason> reasons = [];
        int line = 1;
        for (int i = 0; i < all.Count; i++)
        {
            int gap = i == 0 ? 0 : Gap(i, all[i - 1], all[i]);
            code.Append('\n', gap);
            line += gap;
            code.AppendJoin('\n', all[i].Lines).Append('\n');
            reasons.Add(new Reason(line, line + all[i].Lines.Length - 1, all[i].Block.ToString().ToLowerInvariant(), all[i].Reason));
            line += all[i].Lines.Length;
        }

        return (code.ToString(), [.. reasons]);
    }

    private static List<string> Names(Recipe recipe, IEnumerable<ColumnProfile> columns) =>
        recipe.IsConstant ? [] : [.. columns.Select(column => column.Name)];

    private ImmutableArray<string> Head() =>
    [
        "import os",
        "",
        "os.environ.update(OMP_NUM_THREADS=\"1\", OPENBLAS_NUM_THREADS=\"1\")  # folds run side by side, each on one core",
        "import numpy as np",
        "import pandas as pd",
        .. _modules,
        .. _names.Select(entry => $"from {entry.Key} import {string.Join(", ", entry.Value)}"),
        "",
        "SEED = 1",
        "CORES = int(os.environ.get(\"AGENTIDE_CORES\") or os.cpu_count() or 1)",
    ];

    /// <summary>Two around a definition, one between blocks; within a block the comments part the ideas well enough.</summary>
    private static int Gap(int at, (Block Block, string Reason, ImmutableArray<string> Lines) before, (Block Block, string Reason, ImmutableArray<string> Lines) after) =>
        at <= 2 ? 1
        : Defines(before.Lines) || Defines(after.Lines) ? 2
        : before.Block == after.Block ? 0 : 1;

    private static bool Defines(ImmutableArray<string> lines) =>
        lines.Any(line => line.StartsWith("def ", StringComparison.Ordinal) || line.StartsWith("class ", StringComparison.Ordinal));

    private static IEnumerable<string> Comment(string text)
    {
        StringBuilder line = new("#");
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 1 && line.Length + 1 + word.Length > CommentWidth)
            {
                yield return line.ToString();
                line.Clear().Append('#');
            }

            line.Append(' ').Append(word);
        }

        yield return line.ToString();
    }
}
