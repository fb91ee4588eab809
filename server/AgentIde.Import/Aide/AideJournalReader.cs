using System.Collections.Immutable;
using System.Text.Json;

namespace AgentIde.Import.Aide;

/// <summary>
/// AIDE's journal: its nodes with plan, code, output, exception and metric, and who comes from whom, which is a map beside
/// them or stands in each node. Lists may be lists or what Python prints of them: both are about.
/// </summary>
internal static class AideJournalReader
{
    public static AideRun Read(string file, ReadOnlyMemory<byte> bytes, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("nodes", out JsonElement nodes) || nodes.ValueKind != JsonValueKind.Array)
        {
            throw AideFile.Wrong(file, "it has no list \"nodes\", so it is no journal of AIDE's");
        }

        int count = nodes.GetArrayLength();
        if (count is 0 or > AideFile.MaximumNodes)
        {
            throw AideFile.Wrong(file, count == 0 ? "its list \"nodes\" is empty: there is nothing to show" : $"it has {count} nodes, and at most {AideFile.MaximumNodes} are read");
        }

        Dictionary<string, int> indexes = Indexes(file, nodes);
        Dictionary<string, string> parents = Parents(file, root);
        Fields[] fields = [.. nodes.EnumerateArray().Select((node, index) => new Fields(file, index, node))];
        AideNode[] read = [.. fields.Select((node, index) => Node(node, Parent(file, node, index, indexes, parents)))];
        (bool? maximize, ImmutableArray<string> notes) = MetricDirections.Of(read);
        if (read.Length > 1 && !root.TryGetProperty("node2parent", out _) && read.All(node => node.Parent is null))
        {
            notes = notes.Add("which node came from which: it names no parents, so that each stands as a draft");
        }

        return new AideRun(file, bytes, null, maximize, [.. read], notes);
    }

    private static AideNode Node(Fields fields, int? parent)
    {
        AideExecution? execution = Execution(fields);
        (double? claim, bool? maximize, string? odd) = Metric(fields);
        bool? isBuggy = fields.Flag("is_buggy") ?? (execution?.ExceptionType is not null ? true : null);
        string? analysis = fields.Text("analysis");
        return new AideNode(
            fields.Id,
            parent,
            fields.Text("code"),
            fields.Text("plan") ?? "",
            fields.Time("ctime"),
            execution,
            isBuggy,
            claim,
            maximize,
            analysis,
            odd is not null ? $"its metric is {odd}, which is no number to compare" : claim is null ? "AIDE found no metric in its output" : null,
            [])
        {
            IsUnreadable = odd is not null,
        };
    }

    private static AideExecution? Execution(Fields fields)
    {
        string? output = fields.Joined("_term_out") ?? fields.Joined("term_out");
        string? type = fields.Text("exc_type");
        double? seconds = fields.Number("exec_time") is >= 0 and <= ExecutionTimes.Longest and { } told ? told : null;
        return output is null && type is null && seconds is null ? null
            : new AideExecution(output ?? "", seconds, type, fields.Arguments(), fields.Stack());
    }

    /// <summary>A number, or an object with <c>value</c> and <c>maximize</c>; what AIDE calls the worst has no value.</summary>
    private static (double? Value, bool? Maximize, string? Odd) Metric(Fields fields)
    {
        if (fields.Get("metric") is not { } metric)
        {
            return (null, null, null);
        }

        bool isObject = metric.ValueKind == JsonValueKind.Object;
        bool? maximize = isObject && metric.TryGetProperty("maximize", out JsonElement direction) && direction.ValueKind is JsonValueKind.True or JsonValueKind.False ? metric.GetProperty("maximize").GetBoolean() : null;
        JsonElement value = isObject && metric.TryGetProperty("value", out JsonElement inner) ? inner : metric;
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out double number) && double.IsFinite(number) => (number, maximize, null),
            JsonValueKind.Null => (null, maximize, null),
            JsonValueKind.Object when isObject && !metric.TryGetProperty("value", out _) => (null, maximize, null),
            JsonValueKind.String => (null, maximize, $"'{Shown.Line(value.GetString()!, 40)}'"),
            _ => (null, maximize, $"a JSON {value.ValueKind.ToString().ToLowerInvariant()}"),
        };
    }

    private static Dictionary<string, int> Indexes(string file, JsonElement nodes)
    {
        Dictionary<string, int> indexes = new(StringComparer.Ordinal);
        foreach ((JsonElement node, int index) in nodes.EnumerateArray().Select((node, index) => (node, index)))
        {
            string id = new Fields(file, index, node).Id;
            if (!indexes.TryAdd(id, index))
            {
                throw AideFile.Wrong(file, $"nodes {indexes[id] + 1} and {index + 1} have the same id '{Shown.Line(id, 60)}'");
            }
        }

        return indexes;
    }

    private static Dictionary<string, string> Parents(string file, JsonElement root)
    {
        Dictionary<string, string> parents = new(StringComparer.Ordinal);
        if (!root.TryGetProperty("node2parent", out JsonElement map) || map.ValueKind == JsonValueKind.Null)
        {
            return parents;
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            throw AideFile.Wrong(file, "its \"node2parent\" is no map from nodes to their parents");
        }

        foreach (JsonProperty pair in map.EnumerateObject())
        {
            if (pair.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            string parent = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : throw AideFile.Wrong(file, $"in \"node2parent\" the parent of '{Shown.Line(pair.Name, 60)}' is no id");
            if (!parents.TryAdd(pair.Name, parent))
            {
                throw AideFile.Wrong(file, $"\"node2parent\" names '{Shown.Line(pair.Name, 60)}' twice");
            }
        }

        return parents;
    }

    /// <summary>A parent must stand before its children: it was made before them. So no node comes from itself, by no way round.</summary>
    private static int? Parent(string file, Fields node, int index, Dictionary<string, int> indexes, Dictionary<string, string> parents)
    {
        if ((parents.GetValueOrDefault(node.Id) ?? node.ParentId) is not { } parent)
        {
            return null;
        }

        string name = $"node {index + 1} ('{Shown.Line(node.Id, 60)}')";
        if (!indexes.TryGetValue(parent, out int found))
        {
            throw AideFile.Wrong(file, $"{name} comes from '{Shown.Line(parent, 60)}', which is not among its nodes");
        }

        return found < index ? found : throw AideFile.Wrong(file, $"{name} comes from node {found + 1}, which does not stand before it: nodes must stand in the order in which they were made, and none may come from itself by any way round");
    }
}
