using AgentIde.Core.Runs;

namespace AgentIde.Storage.Tests;

/// <summary>A workspace of its own in the temporary folder, removed at the end.</summary>
internal sealed class TemporaryWorkspace : IDisposable
{
    private readonly List<SqliteRunStore> _stores = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("agentide-storage-").FullName;

    public SqliteRunStore Store => _stores.Count > 0 ? _stores[0] : OtherStore();

    /// <summary>Another store over the same folder, as another program would have.</summary>
    public SqliteRunStore OtherStore(TimeProvider? time = null)
    {
        SqliteRunStore store = new(Path, time ?? TimeProvider.System);
        lock (_stores)
        {
            _stores.Add(store);
        }

        return store;
    }

    public string In(RunId run, params string[] parts) => System.IO.Path.Combine([Store.FolderOf(run), .. parts]);

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        Directory.Delete(Path, recursive: true);
    }
}
