using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Import.Aide;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Import.Tests.Aide;

/// <summary>A workspace whose runs are imported ones.</summary>
internal sealed class Importing : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Importing() => Store = new SqliteRunStore(_folder.Path, TimeProvider.System);

    public SqliteRunStore Store { get; }

    public static Task<ImportedRun> ReadAsync(string file) => AideImport.ReadAsync(new ImportRequest(file, null, null, "", ""), CancellationToken.None);

    public string Write(string name, string text) => _folder.Write(name, text);

    public Task<ImportedRun> ReadTextAsync(string text, string name = "a.json") => ReadAsync(Write(name, text));

    public async Task<Journal> StoreAsync(string file)
    {
        RunId run = await (await ReadAsync(file)).StoreAsync(Store, CancellationToken.None);
        RunPage page = await Store.ReadAsync(run, 0, 100_000, CancellationToken.None);
        page.Liveness.ShouldBe(Liveness.Finished);
        return Journal.Empty.Apply(page.Events);
    }

    public async Task<string> TextAsync(Journal journal, Digest blob) =>
        Encoding.UTF8.GetString((await Store.ReadBlobAsync(journal.Settings!.Run, blob, CancellationToken.None)).Span);

    /// <summary>What the workspace has in its folder of runs.</summary>
    public ImmutableArray<string> Runs => Directory.Exists(_folder[".agentide", "runs"]) ? [.. Directory.GetDirectories(_folder[".agentide", "runs"]).Select(folder => Path.GetFileName(folder))] : [];

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }
}
