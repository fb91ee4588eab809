using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AgentIde.Import.Aide;

/// <summary>One node of a journal as JSON. What is missing or null is null; what is of another kind than it must be is an <see cref="ImportException"/>.</summary>
internal sealed class Fields
{
    private readonly string _file;
    private readonly int _index;
    private readonly JsonElement _node;

    public Fields(string file, int index, JsonElement node)
    {
        _file = file;
        _index = index;
        _node = node.ValueKind == JsonValueKind.Object ? node : throw Wrong("is no object");
        Id = Get("id") is { } id
            ? id.ValueKind is JsonValueKind.String ? id.GetString()! : id.ValueKind is JsonValueKind.Number ? id.GetRawText() : throw Wrong("has an \"id\" that is no text")
            : throw Wrong("has no \"id\"");
    }

    public string Id { get; }

    /// <summary>The parent, where the node itself names it: by its id, or as a node that stands in it.</summary>
    public string? ParentId => (Get("parent") ?? Get("parent_id")) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } id => id.GetString(),
        { ValueKind: JsonValueKind.Object } inner when inner.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String => id.GetString(),
        _ => throw Wrong("has a \"parent\" that is no id"),
    };

    public JsonElement? Get(string name) => _node.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name)
    {
        string? text = Get(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } value => value.GetString(),
            _ => throw Wrong($"has a \"{name}\" that is no text"),
        };
        return text is null || text.Length <= AideFile.MaximumText ? text : throw Wrong($"has a \"{name}\" of {text.Length:N0} characters, and at most {AideFile.MaximumText:N0} are read");
    }

    public bool? Flag(string name) => Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong($"has an \"{name}\" that is neither true nor false"),
    };

    public double? Number(string name) => Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;

    /// <summary>Seconds since 1970.</summary>
    public DateTimeOffset? Time(string name) =>
        Number(name) is > 0 and < 253_402_300_799 and { } seconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;

    /// <summary>A text, or the texts of a list one after the other; a text that is what Python prints of such a list counts as the list.</summary>
    public string? Joined(string name) => Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => string.Concat(list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : throw Wrong($"has a \"{name}\" with something that is no text"))),
        { ValueKind: JsonValueKind.String } text => PythonLiteral.Read(text.GetString()!) is { Items: { } items } && items.All(item => item.Text is not null)
            ? string.Concat(items.Select(item => item.Text))
            : text.GetString(),
        _ => throw Wrong($"has a \"{name}\" that is neither a text nor a list of them"),
    };

    /// <summary>What the exception was made with, as texts; empty where that is not told.</summary>
    public ImmutableArray<string> Arguments()
    {
        PythonValue? info = Get("exc_info") switch
        {
            { ValueKind: JsonValueKind.Object } value => Value(value),
            { ValueKind: JsonValueKind.String } text => PythonLiteral.Read(text.GetString()!),
            _ => null,
        };
        return info?["args"]?.Items is { } items ? [.. items.Select(item => item.Text).OfType<string>()] : [];
    }

    /// <summary>Frames of file, line, function and text; empty where there is none or it can't be read.</summary>
    public ImmutableArray<AideFrame> Stack()
    {
        PythonValue? stack = Get("exc_stack") switch
        {
            { ValueKind: JsonValueKind.Array } value => Value(value),
            { ValueKind: JsonValueKind.String } text => PythonLiteral.Read(text.GetString()!),
            _ => null,
        };
        return [.. (stack?.Items ?? []).Select(Frame).OfType<AideFrame>()];
    }

    private static AideFrame? Frame(PythonValue frame) =>
        frame.Items is [{ Text: { } file }, { Number: { } line }, { Text: { } function }, ..] items && line is > 0 and < 1e7
            ? new AideFrame(file, (int)line, function, items.Length > 3 ? items[3].Text : null)
            : null;

    private static PythonValue Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => new PythonValue(Items: [.. element.EnumerateArray().Select(Value)]),
        JsonValueKind.Object => new PythonValue(Fields: element.EnumerateObject().Aggregate(ImmutableDictionary<string, PythonValue>.Empty, (fields, field) => fields.SetItem(field.Name, Value(field.Value)))),
        JsonValueKind.String => new PythonValue(Text: element.GetString()),
        JsonValueKind.Number => new PythonValue(Number: element.TryGetDouble(out double number) ? number : double.NaN),
        JsonValueKind.True or JsonValueKind.False => new PythonValue(Flag: element.GetBoolean()),
        _ => PythonValue.None,
    };

    private ImportException Wrong(string what) => AideFile.Wrong(_file, string.Create(CultureInfo.InvariantCulture, $"node {_index + 1} {what}"));
}
