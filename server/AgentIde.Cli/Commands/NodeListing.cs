using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using Spectre.Console;

namespace AgentIde.Cli.Commands;

/// <summary>The nodes of a run that a condition holds for, as a table or as one JSON document.</summary>
/// <param name="where">Null for all of them.</param>
/// <param name="select">What is listed of each; null for what says most of a node.</param>
internal sealed class NodeListing(Condition? where, ImmutableArray<Condition>? select)
{
    private const int LongestText = 100;

    private static readonly ImmutableArray<Condition> Fields =
        Condition.ParseList("node, operator, parent, valid, best, score, error, gain, seconds, failure, message, plan, why");

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

        Screen.Console.Write(select is { } expressions ? Selected(expressions, found) : Usual(journal, found));
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

    private static Table Usual(Journal journal, ConditionScope[] found)
    {
        Condition gain = Fields.First(field => field.Text == "gain"), seconds = Fields.First(field => field.Text == "seconds");
        Table table = Headed("node", "operator", journal.Task?.Metric.DisplayName is { } metric ? SafeText.OneLine(metric, 20) : "score", "gain", "time", "what");
        foreach (TableColumn column in table.Columns.SkipLast(1))
        {
            column.NoWrap();
        }

        foreach (ConditionScope scope in found)
        {
            Node node = scope.Node!;
            string score = node.Score is { } graded ? Words.Score(graded) : node.IsBuggy ? "failed" : "under way";
            table.AddRow(
                new Markup($"[bold]{node.Id}[/]"),
                new Text(Words.Operator(node)),
                new Text($"{score}{(journal.Best == node.Id ? " best" : node.Rejected is not null ? " rejected" : "")}"),
                new Text(gain.Evaluate(scope).Number is { } better ? $"{(better > 0 ? "+" : "")}{gain.Render(scope)}" : ""),
                new Text(seconds.Evaluate(scope).IsNone ? "" : seconds.Render(scope)),
                new Text(SafeText.OneLine(node.Failure?.Message ?? node.Plan ?? node.Why, LongestText)));
        }

        return table;
    }

    private static Table Selected(ImmutableArray<Condition> expressions, ConditionScope[] found)
    {
        Table table = Headed([.. expressions.Select(expression => SafeText.OneLine(expression.Text, LongestText))]);
        foreach (ConditionScope scope in found)
        {
            table.AddRow(expressions.Select(expression => new Text(SafeText.OneLine(expression.Render(scope), LongestText))));
        }

        return table;
    }

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
        if (where is not null)
        {
            writer.WriteString("where", where.Text);
        }

        writer.WriteNumber("count", found.Length);
        writer.WriteNumber("of", journal.Nodes.Count);
        writer.WriteStartArray("nodes");
        foreach (ConditionScope scope in found)
        {
            writer.WriteStartObject();
            foreach (Condition expression in (select ?? Fields).DistinctBy(expression => expression.Text))
            {
                writer.WritePropertyName(expression.Text);
                Write(writer, expression.Evaluate(scope));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

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
