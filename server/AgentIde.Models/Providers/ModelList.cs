using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Models.Providers.Wire;

namespace AgentIde.Models.Providers;

/// <summary>Asks a provider for its models, which costs nothing.</summary>
internal static class ModelList
{
    private const int MostNamed = 5;

    /// <exception cref="RefusedException"/>
    /// <exception cref="WireException"/>
    public static async Task<ModelCheck> CheckAsync(IDialect dialect, Connection connection, string name, CancellationToken cancellationToken)
    {
        using Connection.Attempt attempt = connection.Begin(streams: true, isChat: false, cancellationToken);
        using HttpRequestMessage request = dialect.Probe();
        string model = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        List<string> models;
        bool isOne;
        try
        {
            using HttpResponseMessage response = await attempt.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Token);
            using Stream body = await response.Content.ReadAsStreamAsync(attempt.Token);
            using JsonDocument document = await JsonDocument.ParseAsync(body, cancellationToken: attempt.Token);
            models = [.. Names(document.RootElement)];
            isOne = document.RootElement.ValueKind == JsonValueKind.Object && !document.RootElement.TryGetProperty("data", out _) && models is [{ Length: > 0 }];
        }
        catch (JsonException problem)
        {
            throw new WireException(WireTrouble.Malformed, "its list of models is not JSON", problem);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WireException(WireTrouble.TimedOut, "no answer came in time", problem);
        }
        // Asked for one model, Anthropic gives it by its full name, whichever of its names was asked for.
        string by = isOne && models[0] != model ? $" as {Shown(models[0])}" : "";
        return isOne || models.Contains(model) || models.Contains(model + ":latest")
            ? ModelCheck.Good($"{name} is there{by}, at {connection.Origin}{(connection.HasKey ? ", and the key is good" : "")}.")
            : new ModelCheck(CallProblem.Model, $"{connection.Origin} has no model {model}{Others(models)}.");
    }

    /// <summary>A list <c>{"data":[{"id"}]}</c>, or the one model that was asked for: <c>{"id"}</c>.</summary>
    private static IEnumerable<string> Names(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return [];
        }
        return root.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Array
            ? data.EnumerateArray().SelectMany(Names)
            : root.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? [id.GetString() ?? ""] : [];
    }

    private static string Others(List<string> models) => models.Count == 0 ? ""
        : "; it has " + string.Join(", ", models.Take(MostNamed).Select(Shown)) + (models.Count > MostNamed ? $" and {models.Count - MostNamed} more" : "");

    private static string Shown(string name) => WellFormed.Text(new string([.. name.Take(80).Where(letter => !char.IsControl(letter))]));
}
