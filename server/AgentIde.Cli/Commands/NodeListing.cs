using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AgentIde.Cli.Commands;

/// <summary>The nodes of a run, or the runs, that a condition holds for, as a table or as one JSON document.</summary>
/// <param name="where">Null for all of them.</param>
/// <param name="select">What is listed of each; null for what says most of it.</param>
internal sealed class NodeListing(Condition? where, ImmutableArray<Condition>? select)
{
    private const int LongestText = 100;

    private static readonly ImmutableArray<Condition> Fields =
        Condition.ParseList("node, operator, parent, valid, best, score, error, gain, seconds, failure, message, plan, why");

    private static readonly Condition Gain = Fields.First(field => field.Text == "gain");

    private static readonly Condition Seconds = Fields.First(field => field.Text == "seconds");

    /// <summary>Null where neither is asked for.</summary>
    /// <exception cref="CommandException">One of them can't be read.</exception>
    public static NodeListing? Read(string? where, string? select)
    {
        return where is null && select is null ? null : new NodeListing(
            where is null ? null : Read("--where", where, Condition.ParseTruth),
            select is null ? null : Read("--select", select, Condition.ParseList));

        static T Read<T>(string option, string text, Func<string, T> read)
        {
            try
            {
                return read(text);
            }
            catch (ConditionException problem)
            {
                throw new CommandException(ExitCode.BadUsage, $"{option}: {problem.Message}\n'agentide show --names' lists what can be asked for.", problem);
            }
        }
    }

    public string? Where => where?.Text;

    /// <summary>Whether the condition holds for a run as it stands now: asked of the node that is its result, or would be.</summary>
    public bool Holds(Journal journal) => where?.Holds(ScopeOf(journal)) ?? true;

    /// <summary>Lists of each run what was selected; false where nothing was, and the caller says what it says of runs.</summary>
    /// <param name="all">How many there are.</param>
    public bool WriteRuns(IReadOnlyList<Journal> runs, int all, bool json)
    {
        if (select is not { } expressions)
        {
            return false;
        }

        ConditionScope[] found = [.. runs.Select(ScopeOf)];
        if (json)
        {
            WriteDocument(writer => WriteFound(writer, "runs", all, expressions, found));
            return true;
        }

        Show(Selected(expressions), found.Select(scope => Selected(expressions, scope)), found.Length, 0);
        Console.Out.WriteLine($"{Words.Count(found.Length)} of {Words.Count(all, "run")}");
        return true;
    }

    public void Write(Journal journal, bool json)
    {
        ConditionScope[] found = [.. journal.Nodes.Select(node => new ConditionScope(journal, node, null)).Where(scope => where?.Holds(scope) ?? true)];
        if (json)
        {
            WriteJson(journal, found);
            return;
        }

        string run = journal.Settings!.Run.Value;
        if (found.Length == 0)
        {
            Console.Out.WriteLine(journal.Nodes.IsEmpty
                ? $"{run} has no nodes yet."
                : $"No node of {run} is so: {(journal.Nodes.Count == 1 ? "there is 1, and it" : $"there are {Words.Count(journal.Nodes.Count)}, and none of them")} matches {SafeText.OneLine(where!.Text, 200)}");
            return;
        }

        if (select is { } expressions)
        {
            Show(Selected(expressions), found.Select(scope => Selected(expressions, scope)), found.Length, 0);
        }
        else
        {
            string[] headings = ["node", "operator", journal.Task?.Metric.DisplayName is { } metric ? SafeText.OneLine(metric, 20) : "score", "gain", "time", "what"];
            Show(headings, found.Select(scope => Usual(journal, scope)), found.Length, headings.Length - 1);
        }

        Console.Out.WriteLine($"{Words.Count(found.Length)} of {Words.Count(journal.Nodes.Count, "node")}");
    }

    public static void WriteNames(bool json)
    {
        if (json)
        {
            WriteDocument(writer =>
            {
                writer.WriteStartArray("names");
                foreach (ConditionName name in ConditionNames.All)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", name.Name);
                    writer.WriteString("fullName", name.FullName);
                    writer.WriteString("type", name.Type);
                    writer.WriteString("meaning", name.Meaning);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteStartArray("functions");
                foreach (ConditionFunction function in ConditionFunction.All)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", function.Name);
                    writer.WriteString("signature", function.Signature);
                    writer.WriteString("meaning", function.Meaning);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
            return;
        }

        Table names = Headed("name", "in full", "type", "meaning");
        foreach (ConditionName name in ConditionNames.All)
        {
            names.AddRow(new Markup($"[bold]{name.Name}[/]"), new Text(name.FullName == name.Name ? "" : name.FullName), new Text(name.Type), new Text(name.Meaning));
        }

        Table functions = Headed("function", "meaning");
        foreach (ConditionFunction function in ConditionFunction.All)
        {
            functions.AddRow(new Markup($"[bold]{Markup.Escape(function.Signature)}[/]"), new Text(function.Meaning));
        }

        Screen.Console.Write(names);
        Console.Out.WriteLine();
        Screen.Console.Write(functions);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"""
            Before a name of a node: {string.Join(" and ", ConditionNames.Relatives.Select(relative => $"{relative}."))}, as in parent.score and best.parent.score.
            Signs: == != < <= > >= + - * / % ! && || and or not in [..] not in [..] contains matches ( )
            Values: 0.1, 90s, 1.5h, 512MB, $0.50, 50%, "a text", true, false, none, and the words of a name, bare: operator == improve.
            Units: {ConditionUnits.All}.
            """);
    }

    /// <param name="unwrapped">How many columns, from the first on, keep to one line.</param>
    private static void Show(string[] headings, IEnumerable<string[]> rows, int count, int unwrapped)
    {
        if (count > LongTable.FromRows)
        {
            LongTable columns = new(Console.IsOutputRedirected ? int.MaxValue : Screen.Console.Profile.Width, headings);
            foreach (string[] row in rows)
            {
                columns.Add(row);
            }

            columns.Write(Console.Out);
            return;
        }

        Table table = Headed(headings);
        foreach (TableColumn column in table.Columns.Take(unwrapped))
        {
            column.NoWrap();
        }

        foreach (string[] row in rows)
        {
            table.AddRow(row.Select((cell, column) => column == 0 && unwrapped > 0 ? (IRenderable)new Markup($"[bold]{Markup.Escape(cell)}[/]") : new Text(cell)));
        }

        Screen.Console.Write(table);
    }

    private static string[] Usual(Journal journal, ConditionScope scope)
    {
        Node node = scope.Node!;
        string score = node.Standing is { } graded ? Words.Score(graded) : node.IsBuggy ? "failed" : "under way";
        return
        [
            $"{node.Id}",
            Words.Operator(node),
            $"{score}{(journal.Best == node.Id ? " best" : node.Rejected is not null ? " rejected" : "")}",
            Gain.Evaluate(scope).Number is { } better ? $"{(better > 0 ? "+" : "")}{Gain.Render(scope)}" : "",
            Seconds.Evaluate(scope).IsNone ? "" : Seconds.Render(scope),
            SafeText.OneLine(node.Failure?.Message ?? node.Plan ?? node.Why, LongestText),
        ];
    }

    private static string[] Selected(ImmutableArray<Condition> expressions) => [.. expressions.Select(expression => SafeText.OneLine(expression.Text, LongestText))];

    private static string[] Selected(ImmutableArray<Condition> expressions, ConditionScope scope) => [.. expressions.Select(expression => SafeText.OneLine(expression.Render(scope), LongestText))];

    private static Table Headed(params string[] headings)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn($"[grey]{Markup.Escape(heading)}[/]"));
        }

        return table;
    }

    private void WriteJson(Journal journal, ConditionScope[] found) => WriteDocument(writer =>
    {
        writer.WriteString("run", journal.Settings!.Run.Value);
        WriteFound(writer, "nodes", journal.Nodes.Count, select ?? Fields, found);
    });

    private void WriteFound(Utf8JsonWriter writer, string what, int all, ImmutableArray<Condition> expressions, ConditionScope[] found)
    {
        if (where is not null)
        {
            writer.WriteString("where", where.Text);
        }

        writer.WriteNumber("count", found.Length);
        writer.WriteNumber("of", all);
        writer.WriteStartArray(what);
        Condition[] fields = [.. expressions.DistinctBy(expression => expression.Text)];
        foreach (ConditionScope scope in found)
        {
            writer.WriteStartObject();
            foreach (Condition expression in fields)
            {
                writer.WritePropertyName(expression.Text);
                Write(writer, expression.Evaluate(scope));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static ConditionScope ScopeOf(Journal journal) => new(journal, (journal.Choice?.Node ?? journal.Best) is { } node ? journal[node] : null, null);

    private static void Write(Utf8JsonWriter writer, ConditionValue value)
    {
        switch (value)
        {
            case { IsNone: true }:
                writer.WriteNullValue();
                break;
            case { Number: { } number }:
                writer.WriteNumberValue(number);
                break;
            case { Text: { } text }:
                writer.WriteStringValue(text);
                break;
            default:
                writer.WriteBooleanValue(value.IsTrue);
                break;
        }
    }

    private static void WriteDocument(Action<Utf8JsonWriter> write)
    {
        using MemoryStream document = new();
        using (Utf8JsonWriter writer = new(document, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        Console.Out.WriteLine(Encoding.UTF8.GetString(document.ToArray()));
    }
}
