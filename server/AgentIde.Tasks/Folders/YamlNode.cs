using System.Collections.Immutable;

namespace AgentIde.Tasks.Folders;

/// <summary>A piece of task.yaml with its line, for messages.</summary>
internal abstract record YamlNode(int Line)
{
    /// <summary>What it is, for people.</summary>
    public abstract string Kind { get; }
}

/// <param name="IsNull">An unquoted nothing, <c>~</c> or <c>null</c>.</param>
internal sealed record YamlText(int Line, string Value, bool IsNull) : YamlNode(Line)
{
    public override string Kind => IsNull ? "empty" : "text";
}

internal sealed record YamlList(int Line, ImmutableArray<YamlNode> Items) : YamlNode(Line)
{
    public override string Kind => "a list";
}

internal sealed record YamlEntry(int Line, string Key, YamlNode Value);

internal sealed record YamlMapping(int Line, ImmutableArray<YamlEntry> Entries) : YamlNode(Line)
{
    public override string Kind => "a mapping";
}
