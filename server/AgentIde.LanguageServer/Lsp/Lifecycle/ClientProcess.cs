using System.Diagnostics;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Lifecycle;

/// <summary>Ends the server when the editor's process has died without saying so.</summary>
internal sealed class ClientProcess(BackgroundWork background, Action exit)
{
    public int? Id { get; set; }

    public void Watch()
    {
        if (Id is { } id)
        {
            background.Start("Watching the editor", cancellationToken => WatchAsync(id, cancellationToken));
        }
    }

    private async Task WatchAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            // It died before it could be watched.
        }

        exit();
    }
}
