using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Tells a run a hint; without a text it opens the file that one can be written in.</summary>
internal sealed class HintCommand(Steering steering, HintFile file, Editor editor, BackgroundWork background) : ICommand
{
    public string Name => CommandNames.Hint;

    public IReadOnlyList<string> Takes { get; } = ["run", "text"];

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Text is { } text)
        {
            await steering.AskAsync(state.Run(arguments.Run), new HintRequest(state.Expect().Name, text), "the engineer is told the hint from the next node on", cancellationToken).ConfigureAwait(false);
            return null;
        }

        string path = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        background.Start("Showing HINT.md", cancellation => editor.ShowDocumentAsync(path, cancellation));
        return new OpenedResult(path);
    }
}
