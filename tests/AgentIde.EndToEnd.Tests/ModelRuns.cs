using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>The key of runs that ask models, and what is read of such runs afterwards.</summary>
internal static class ModelRuns
{
    public const string Key = "sk-canary-0123456789abcdefghijklmnop";

    public static ImmutableDictionary<string, string> Keys { get; } = ImmutableDictionary<string, string>.Empty.Add("AGENTIDE_API_KEY", Key);

    /// <summary>Plans, code and scores: what a model said and what came of it.</summary>
    public static string Told(JsonDocument journal)
    {
        StringBuilder told = new();
        foreach (JsonElement node in journal.RootElement.GetProperty("nodes").EnumerateArray())
        {
            told.AppendLine($"{node.GetProperty("operator")} {Of("plan")} {Of("code")} {(node.TryGetProperty("score", out JsonElement score) ? score.GetProperty("value") : "failed")}");

            string Of(string name) => node.TryGetProperty(name, out JsonElement value) ? value.ToString() : "none";
        }

        return told.ToString();
    }

    public static async Task<JsonDocument> JournalAsync(TemporaryFolder folder, string run) =>
        JsonDocument.Parse((await Product.RunAsync(folder.Path, "show", run, "--journal")).Output);

    public static void NobodyKept(string folder, string secret)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.ReadAllBytes(file).AsSpan().IndexOf(bytes).ShouldBe(-1, file);
        }
    }
}
