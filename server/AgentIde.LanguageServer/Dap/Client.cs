using AgentIde.LanguageServer.Dap.Protocol;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Lsp.Documents;

namespace AgentIde.LanguageServer.Dap;

/// <summary>How a client counts and names things.</summary>
internal sealed record Client(string Name, bool LinesStartAt1, bool ColumnsStartAt1, bool TakesUris, bool TakesInvalidated, bool StartsDebugging)
{
    public static Client Of(InitializeArguments arguments) => new(
        PlainText.Visible(arguments.ClientName ?? arguments.ClientID ?? "a debugger", 60),
        arguments.LinesStartAt1 ?? true,
        arguments.ColumnsStartAt1 ?? true,
        arguments.PathFormat == "uri",
        arguments.SupportsInvalidatedEvent ?? false,
        arguments.SupportsStartDebuggingRequest ?? false);

    /// <summary>A line of ours, counted from 1, as the client counts.</summary>
    public int ToLine(int line) => LinesStartAt1 ? line : line - 1;

    public int FromLine(int line) => LinesStartAt1 ? line : line + 1;

    public int FirstColumn => ColumnsStartAt1 ? 1 : 0;

    public Source ToSource(string path) => new(Path.GetFileName(path), TakesUris ? FilePaths.ToUri(path) : path);

    /// <summary>Null where it is no file.</summary>
    public static string? ToPath(string? path) =>
        path is null ? null
        : path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? FilePaths.OfUri(path)
        : Path.IsPathFullyQualified(path) ? Path.GetFullPath(path)
        : null;
}
