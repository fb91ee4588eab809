using AgentIde.Core.Runs;

namespace AgentIde.Import.Aide;

/// <summary>Makes a run of what AIDE left: its journal, or a log of its prompts and replies.</summary>
public static class AideImport
{
    /// <summary>Reads the whole file and makes sure that it is a run; no store is touched.</summary>
    /// <exception cref="ImportException">It can't be read, or is neither.</exception>
    public static async Task<ImportedRun> ReadAsync(ImportRequest request, CancellationToken cancellationToken) =>
        AideEvents.Of(await AideFile.ReadAsync(request.File, cancellationToken), request);
}
