namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>A value as a debugger shows it: a line of text, perhaps with parts, perhaps with a document that holds all of it.</summary>
/// <param name="Text">One line, made visible.</param>
internal sealed record Value(string Text, string? Type = null)
{
    /// <summary>Null where it has none.</summary>
    public Parts? Parts { get; init; }

    /// <summary>Null where the text is all.</summary>
    public Document? Document { get; init; }
}

/// <summary>What a value, a scope or a long text consists of; made when it is asked for.</summary>
/// <param name="Count">How many there are; null where nobody knows before they are read.</param>
/// <param name="IsIndexed">Whether they are numbered: a client may then ask for some of them.</param>
/// <param name="ReadAsync">From a first one on, so many.</param>
internal sealed record Parts(int? Count, bool IsIndexed, Func<int, int, CancellationToken, ValueTask<IReadOnlyList<Entry>>> ReadAsync)
{
    public static Parts Named(params Entry?[] entries)
    {
        Entry[] there = [.. entries.OfType<Entry>()];
        return new Parts(there.Length, false, (start, count, _) => ValueTask.FromResult<IReadOnlyList<Entry>>([.. there.Skip(start).Take(count)]));
    }

    /// <param name="change">What is changed by giving an item, counted from 1, another value; null where none can be changed.</param>
    public static Parts Indexed<T>(IReadOnlyList<T> items, Func<T, Value> show, Func<int, Change>? change = null) => new(
        items.Count, true, (start, count, _) => ValueTask.FromResult<IReadOnlyList<Entry>>([.. Enumerable.Range(start, Math.Clamp(items.Count - start, 0, count)).Select(index => new Entry($"{index + 1}", show(items[index]), change?.Invoke(index + 1)))]));
}

/// <param name="Change">What a person changes by giving it another value; null where it can't be changed.</param>
internal sealed record Entry(string Name, Value Value, Change? Change = null);

/// <summary>What can be told to a run by changing a value.</summary>
internal abstract record Change;

/// <summary>The engineer is told.</summary>
internal sealed record HintChange : Change;

/// <summary>A branch of the node with something of the person's own.</summary>
internal sealed record BranchChange(int Node, BranchPart Part) : Change
{
    /// <summary>The one line of the code that is meant, 1-based; null where all of it is.</summary>
    public int? Line { get; init; }
}

internal enum BranchPart
{
    Hint,
    Plan,
    Code,
}

/// <summary>Another limit of the whole run.</summary>
/// <param name="OfNodes">Whether it is that of nodes; else that of seconds.</param>
internal sealed record LimitChange(bool OfNodes) : Change
{
    /// <summary>What the limits are called, in conditions, watches and changes alike.</summary>
    public const string Nodes = "limits.nodes", Seconds = "limits.seconds";
}

/// <param name="Node">Under whose view it lies; 0 for a file of the person's.</param>
/// <param name="WriteAsync">Writes it and returns its absolute path.</param>
internal sealed record Document(int Node, string Name, Func<CancellationToken, ValueTask<string>> WriteAsync);
