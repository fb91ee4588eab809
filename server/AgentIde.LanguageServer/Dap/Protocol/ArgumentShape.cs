using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap.Protocol;

/// <summary>
/// Whether arguments have the types that they must have, found before they are read: a client's author is told which one does not,
/// what it is and what is wanted.
/// </summary>
internal static class ArgumentShape
{
    private const int LongestValue = 60;

    /// <exception cref="RequestFailedException">One of them is of another type, or missing.</exception>
    public static T Read<T>(JsonElement json, JsonTypeInfo<T> type) =>
        Problem("", json, type) is { } problem ? throw new RequestFailedException(problem)
        : json.Deserialize(type) ?? throw new RequestFailedException("The arguments are null: an object is wanted.");

    /// <summary>The first thing that does not fit, in one sentence; null where all does.</summary>
    /// <param name="path">What it is called, such as <c>breakpoints[1]</c>; empty for the arguments as a whole.</param>
    public static string? Problem(string path, JsonElement json, JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => json.ValueKind == JsonValueKind.Object ? OfObject(path, json, type) : Unfit(path, json, "an object"),
        JsonTypeInfoKind.Enumerable => json.ValueKind == JsonValueKind.Array ? OfList(path, json, type.Options.GetTypeInfo(type.ElementType!)) : Unfit(path, json, "a list"),
        _ => OfValue(path, json, type.Type),
    };

    private static string? OfObject(string path, JsonElement json, JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties)
        {
            string name = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (property.AssociatedParameter is not { } parameter)
            {
                continue;
            }

            JsonTypeInfo its = type.Options.GetTypeInfo(property.PropertyType);
            bool isThere = json.TryGetProperty(property.Name, out JsonElement value);
            string? problem = !isThere ? parameter.HasDefaultValue ? null : $"The argument {name} is missing: {Wanted(its)} is wanted."
                : value.ValueKind == JsonValueKind.Null ? parameter.IsNullable ? null : Unfit(name, value, Wanted(its))
                : property.CustomConverter is TextOrNumberConverter ? IsTextOrNumber(value) ? null : Unfit(name, value, "a word or a whole number")
                : Problem(name, value, its);
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? OfList(string path, JsonElement json, JsonTypeInfo element)
    {
        int index = 0;
        foreach (JsonElement item in json.EnumerateArray())
        {
            if (Problem(string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), item, element) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? OfValue(string path, JsonElement json, Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        bool fits = plain == typeof(JsonElement)
            || (plain == typeof(string) ? json.ValueKind == JsonValueKind.String
            : plain == typeof(bool) ? json.ValueKind is JsonValueKind.True or JsonValueKind.False
            : json.ValueKind == JsonValueKind.Number
                && (plain == typeof(int) ? json.TryGetInt32(out _)
                : plain == typeof(long) ? json.TryGetInt64(out _)
                : plain == typeof(decimal) ? json.TryGetDecimal(out _)
                : json.TryGetDouble(out double number) && double.IsFinite(number)));
        return fits ? null : Unfit(path, json, Wanted(plain));
    }

    private static bool IsTextOrNumber(JsonElement json) => json.ValueKind == JsonValueKind.String || (json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out _));

    private static string Unfit(string path, JsonElement json, string wanted)
    {
        string value = PlainText.Visible(json.GetRawText(), LongestValue);
        return path.Length == 0 ? $"The arguments are {value}: {wanted} is wanted." : $"The argument {path} is {value}: {wanted} is wanted.";
    }

    private static string Wanted(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => "an object",
        JsonTypeInfoKind.Enumerable => "a list",
        _ => Wanted(Nullable.GetUnderlyingType(type.Type) ?? type.Type),
    };

    private static string Wanted(Type type) =>
        type == typeof(string) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : "a number";
}
