using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>What the server says to the editor and asks of it. What the editor can't do isn't asked.</summary>
internal sealed class Editor(Connection connection, RequestQueue<ServerState> queue)
{
    public Client Client => queue.Current.Expect();

    public Task ShowAsync(int type, string message) =>
        connection.TellAsync("window/showMessage", new ShowMessageParams(type, PlainText.Visible(message)));

    /// <summary>Asks the person for one of some choices; null where none was taken, or the editor can't ask.</summary>
    public async Task<string?> ChooseAsync(string question, IReadOnlyList<string> choices, CancellationToken cancellationToken, int type = ShowMessageParams.Warning)
    {
        if (!Client.Chooses)
        {
            return null;
        }

        ShowMessageRequestParams parameters = new(type, PlainText.Visible(question), [.. choices.Select(choice => new MessageActionItem(choice))]);
        return (await connection.AskAsync<ShowMessageRequestParams, MessageActionItem?>("window/showMessageRequest", parameters, cancellationToken).ConfigureAwait(false))?.Title;
    }

    public Task PublishAsync(PublishDiagnosticsParams parameters) => connection.TellAsync("textDocument/publishDiagnostics", parameters);

    public Task RunChangedAsync(RunChangedParams parameters) => connection.TellAsync("agentide/runChanged", parameters);

    public Task ProgressAsync(string token, WorkDoneProgress value) => connection.TellAsync("$/progress", new ProgressParams(token, value));

    public Task CreateProgressAsync(string token, CancellationToken cancellationToken) =>
        connection.AskAsync<WorkDoneProgressCreateParams, object?>("window/workDoneProgress/create", new WorkDoneProgressCreateParams(token), cancellationToken);

    public Task<ApplyWorkspaceEditResult> ApplyAsync(ApplyWorkspaceEditParams parameters, CancellationToken cancellationToken) =>
        connection.AskAsync<ApplyWorkspaceEditParams, ApplyWorkspaceEditResult>("workspace/applyEdit", parameters, cancellationToken);

    /// <summary>Has one of the editor's own models answer. What is cancelled is cancelled there.</summary>
    public Task<ChatResult> ChatAsync(ChatParams parameters, CancellationToken cancellationToken) =>
        connection.AskAsync<ChatParams, ChatResult>("agentide/chat", parameters, cancellationToken);

    public async Task RefreshLensesAsync(CancellationToken cancellationToken)
    {
        if (Client.RefreshesLenses)
        {
            await connection.AskAsync<object?>("workspace/codeLens/refresh", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Shows two files beside each other, where the client takes that; else one after the other.</summary>
    public async Task ShowBothAsync(ComparedResult both, CancellationToken cancellationToken)
    {
        if (Client.TakesDifferences)
        {
            await connection.TellAsync("agentide/showDiff", both).ConfigureAwait(false);
            return;
        }

        await ShowDocumentAsync(both.Left, cancellationToken).ConfigureAwait(false);
        await ShowDocumentAsync(both.Right, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a file for the person to see, where the editor can be asked to.</summary>
    public async Task ShowDocumentAsync(string path, CancellationToken cancellationToken)
    {
        if (Client.ShowsDocuments)
        {
            await connection.AskAsync<ShowDocumentParams, ShowDocumentResult>("window/showDocument", new ShowDocumentParams(FilePaths.ToUri(path), true), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens an address where the person reads the web, if the editor can be asked to.</summary>
    public async Task ShowAddressAsync(Uri address, CancellationToken cancellationToken)
    {
        if (Client.ShowsDocuments && (address.Scheme is "https" or "http"))
        {
            await connection.AskAsync<ShowDocumentParams, ShowDocumentResult>("window/showDocument", new ShowDocumentParams(address.AbsoluteUri, true, External: true), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The token of the editor's own session at a GitHub; null where it has none, or its person gave none.</summary>
    public async Task<HandedToken?> TokenAsync(GitHubTokenParams parameters, CancellationToken cancellationToken)
    {
        if (!Client.GivesTokens)
        {
            return null;
        }

        try
        {
            GitHubTokenResult? result = await connection.AskAsync<GitHubTokenParams, GitHubTokenResult?>("agentide/githubToken", parameters, cancellationToken).ConfigureAwait(false);
            return HandedToken.Of(result?.Token);
        }
        catch (Exception error) when (Connection.IsRefusal(error))
        {
            return null;
        }
    }
}
