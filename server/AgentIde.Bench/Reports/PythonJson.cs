using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.Bench.Reports;

/// <summary>Reports as MLE-bench's Python writes and reads them: numbers that JSON does not have stand in them bare.</summary>
internal static class PythonJson
{
    private static readonly byte[][] Bare = ["-Infinity"u8.ToArray(), "Infinity"u8.ToArray(), "NaN"u8.ToArray()];

    private static readonly PythonJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new PythonNumber() },
    });

    public static byte[] Write(GradingReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Context.GradingReport);

    /// <exception cref="JsonException">It is no report.</exception>
    public static GradingReport Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(Quoted(json), Context.GradingReport) ?? throw new JsonException("null");

    /// <summary>Puts quotes round numbers that JSON does not have.</summary>
    private static ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> json)
    {
        List<byte> quoted = new(json.Length + 64);
        bool inText = false;
        for (int at = 0; at < json.Length; at++)
        {
            byte[]? bare = inText ? null : First(json[at..]);
            if (bare is not null)
            {
                quoted.Add((byte)'"');
                quoted.AddRange(bare);
                quoted.Add((byte)'"');
                at += bare.Length - 1;
                continue;
            }

            quoted.Add(json[at]);
            if (inText && json[at] == '\\' && at + 1 < json.Length)
            {
                quoted.Add(json[++at]);
            }
            else if (json[at] == '"')
            {
                inText = !inText;
            }
        }

        return quoted.ToArray();
    }

    private static byte[]? First(ReadOnlySpan<byte> rest)
    {
        foreach (byte[] word in Bare)
        {
            if (rest.StartsWith(word))
            {
                return word;
            }
        }

        return null;
    }
}

[JsonSerializable(typeof(GradingReport))]
internal sealed partial class PythonJsonContext : JsonSerializerContext;
