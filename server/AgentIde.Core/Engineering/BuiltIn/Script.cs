using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// A program while it is written, block by block. It knows which columns the table has by now, so that each component
/// sees what the ones before it made. Every line but the blank ones belongs to a reason.
/// </summary>
internal sealed class Script(Problem problem, Recipe recipe)
{
    private const int CommentWidth = 118;
    private const int CSharpCommentWidth = 150;

    private readonly SortedSet<string> _modules = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);
    private readonly List<(Block Block, string Reason, ImmutableArray<string> Lines)> _segments = [];
    private readonly List<(Block Block, string Reason, ImmutableArray<string> Lines)> _types = [];

    public Problem Problem { get; } = problem;

    private bool IsCSharp => Problem.Language == ProgramLanguage.CSharp;

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

    /// <summary>True for the first that asks to define <paramref name="name"/>.</summary>
    public bool Defines(string name) => _defined.Add(name);

    public bool HasGaps => Numbers.Any(Gaps.Contains);

    public bool LogTarget => Recipe.Has(Components.LogTarget.Key);

    /// <summary>From the scale the models work on to that of the target.</summary>
    public string Back(string expression) => LogTarget ? $"np.expm1({expression})" : expression;

    /// <summary>The same in C#, of rows of predictions.</summary>
    public string BackCSharp(string rows) => LogTarget ? $"[.. {rows}.Select(row => new[] {{ Math.Exp(row[0]) - 1 }})]" : rows;

    public string Id => PythonText.Quote(Problem.Task.IdColumn);

    public string Label => PythonText.Quote(Problem.Task.Label);

    /// <summary>A module of Python, or a namespace of C#.</summary>
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

    public void Segment(Block block, string why, string code) => _segments.Add(Commented(block, why, code));

    /// <summary>A type of C#: it stands below all statements.</summary>
    public void Type(string why, string code) => _types.Add(Commented(Block.Write, why, code));

    public (string Code, ImmutableArray<Reason> Reasons) Finish(string summary)
    {
        List<(Block Block, string Reason, ImmutableArray<string> Lines)> all =
        [
            (Block.Load, "Says what the program does.", [IsCSharp ? $"// {PythonText.Plain(summary, 100)}" : PythonText.Documentation(summary, 100)]),
            (Block.Load, "The libraries that the blocks below need, one thread for each of the folds that run side by side, and one seed for all chance.", IsCSharp ? CSharpHead() : Head()),
            .. _segments,
            .. _types,
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

    private (Block, string, ImmutableArray<string>) Commented(Block block, string why, string code) =>
        (block, why, [.. Comment($"{block.ToString().ToLowerInvariant()}: {why}"), .. code.Trim('\n').Split('\n').Select(line => line.TrimEnd())]);

    private ImmutableArray<string> CSharpHead() =>
    [
        .. _modules.OrderBy(module => !module.StartsWith("System", StringComparison.Ordinal)).ThenBy(module => module, StringComparer.Ordinal).Select(module => $"using {module};"),
        "",
        "const int Seed = 1;",
        .. Recipe.IsConstant ? Array.Empty<string>() : ["int cores = int.TryParse(Environment.GetEnvironmentVariable(\"AGENTIDE_CORES\"), out int given) ? given : Environment.ProcessorCount;"],
        "CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;",
    ];

    private ImmutableArray<string> Head() =>
    [
        "import os",
        "",
        "import numpy as np",
        "import pandas as pd",
        .. _modules,
        .. _names.Select(entry => $"from {entry.Key} import {string.Join(", ", entry.Value)}"),
        "",
        "SEED = 1",
        "CORES = int(os.environ.get(\"AGENTIDE_CORES\") or os.cpu_count() or 1)",
    ];

    /// <summary>Two around a definition, one between blocks; within a block the comments part the ideas well enough.</summary>
    private int Gap(int at, (Block Block, string Reason, ImmutableArray<string> Lines) before, (Block Block, string Reason, ImmutableArray<string> Lines) after) =>
        at <= 2 ? 1
        : !IsCSharp && (Defines(before.Lines) || Defines(after.Lines)) ? 2
        : before.Block == after.Block ? 0 : 1;

    private static bool Defines(ImmutableArray<string> lines) =>
        lines.Any(line => line.StartsWith("def ", StringComparison.Ordinal) || line.StartsWith("class ", StringComparison.Ordinal));

    private IEnumerable<string> Comment(string text)
    {
        string mark = IsCSharp ? "//" : "#";
        StringBuilder line = new(mark);
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > mark.Length && line.Length + 1 + word.Length > (IsCSharp ? CSharpCommentWidth : CommentWidth))
            {
                yield return line.ToString();
                line.Clear().Append(mark);
            }

            line.Append(' ').Append(word);
        }

        yield return line.ToString();
    }
}
