namespace AgentIde.Models.Providers;

/// <summary>One provider's protocol: how a request is put and how an answer is read. Knows nothing of keys, limits and money.</summary>
internal interface IDialect
{
    /// <summary>Its answers are chat completions, whose form differs from server to server.</summary>
    bool IsChat => false;

    /// <summary>The settings that this request would carry, of those that may be refused.</summary>
    Quirks Carries(ModelRequest request);

    /// <summary>Whether an answer may have cost more than what of it can be seen.</summary>
    bool HidesThinking(ModelRequest request);

    /// <param name="http">Adds the key, refuses what is no success, keeps time.</param>
    /// <param name="without">Settings to leave out or to put the other way.</param>
    IAsyncEnumerable<Heard> AskAsync(HttpClient http, ModelRequest request, Quirks without, CancellationToken cancellationToken);

    HttpRequestMessage Probe();
}
