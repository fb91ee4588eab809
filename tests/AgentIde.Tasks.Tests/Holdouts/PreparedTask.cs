using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>A task with its blind folders prepared in a temporary one.</summary>
internal sealed class PreparedTask : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private PreparedTask(TaskFolder task, BlindHoldout holdout)
    {
        Task = task;
        Holdout = holdout;
    }

    public static byte[] Secret { get; } = [.. Enumerable.Range(0, BlindHoldout.SecretLength).Select(index => (byte)index)];

    public TaskFolder Task { get; }

    public BlindHoldout Holdout { get; }

    public SplitFacts Facts { get; private set; } = null!;

    public string Folder => _folder.Path;

    public static async Task<PreparedTask> MakeAsync(string task, long seed = 1, byte[]? secret = null)
    {
        TaskFolder read = TaskFolder.Read(task);
        PreparedTask prepared = new(read, new BlindHoldout(read, secret ?? Secret, seed));
        try
        {
            prepared.Facts = await prepared.Holdout.PrepareAsync(prepared.Folder, CancellationToken.None);
            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    public CsvTable Table(string file) => CsvTable.Read(Path.Combine(Folder, file), file);

    /// <summary>Each row's id (or its place among the ids that are no numbers) and its other fields as one text, in the columns' alphabetical order, the label left out.</summary>
    public List<(int Id, string Text)> Rows(CsvTable table)
    {
        int id = table.Require(Task.Facts.IdColumn);
        int[] columns =
        [
            .. table.Header.Where(column => column != Task.Facts.IdColumn && column != Task.Facts.Label)
                .Order(StringComparer.Ordinal).Select(table.Require),
        ];
        return
        [
            .. Enumerable.Range(0, table.Rows).Select(row => (
                int.Parse(table.Field(row, id), CultureInfo.InvariantCulture),
                string.Join('\u001f', columns.Select(column => table.Field(row, column).ToString())))),
        ];
    }

    public void Dispose() => _folder.Dispose();
}
