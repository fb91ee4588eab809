using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Runner;

/// <summary>
/// Why the process of a run gave up, for whoever looks at the run later: a file in its folder, which goes when the next
/// process takes the run up.
/// </summary>
/// <param name="ExitCode">What <c>agentide run</c> ends with.</param>
/// <param name="Message">One line with the way out; of a bug, the whole of it.</param>
internal sealed record RunnerFailure(int ExitCode, string Message)
{
    private const string Name = "failure.json";

    /// <summary>Null where the run has none.</summary>
    public static RunnerFailure? Of(SqliteRunStore store, RunId run)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(store.FolderOf(run), Name)), RunnerFailureJson.Default.RunnerFailure);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // There is none, or a death cut it off.
            return null;
        }
    }

    /// <param name="folder">Of the run.</param>
    public Task WriteAsync(string folder) => File.WriteAllBytesAsync(Path.Combine(folder, Name), JsonSerializer.SerializeToUtf8Bytes(this, RunnerFailureJson.Default.RunnerFailure));

    /// <param name="folder">Of a run that this process owns.</param>
    public static void Forget(string folder) => File.Delete(Path.Combine(folder, Name));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RunnerFailure))]
internal sealed partial class RunnerFailureJson : JsonSerializerContext;
