using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using AgentIde.Testing;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Tests;

/// <summary>A store may come with a stranger's repository.</summary>
public sealed class StrangerTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("CREATE VIEW more AS SELECT * FROM events")]
    [InlineData("CREATE TRIGGER more AFTER UPDATE ON owner BEGIN DELETE FROM events; END")]
    [InlineData("CREATE TABLE more(id INTEGER)")]
    [InlineData("CREATE INDEX more ON events(kind)")]
    [InlineData("DROP INDEX endings")]
    [InlineData("ALTER TABLE owner ADD COLUMN more INTEGER")]
    [InlineData("DROP TABLE head; CREATE VIEW head AS SELECT 1 AS id, 1 AS seq, zeroblob(32) AS hash")]
    public async Task Is_not_read_with_other_tables_than_ours(string change)
    {
        RunId run = await MakeAsync();
        Change(run, change);

        (await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.ReadAsync(run, 0, 10, CancellationToken.None)))
            .Message.ShouldEndWith("is not as agentide makes it: another program changed its tables, so it is not read.");
        await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.TakeAsync(run, CancellationToken.None));
        (await _workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("PRAGMA application_id = 0", "is not a run of agentide.")]
    [InlineData("PRAGMA user_version = 0", "is not a run of agentide.")]
    [InlineData("PRAGMA user_version = 2", "was written by a newer agentide (format 2, this one reads up to 1): use a newer one.")]
    public async Task Is_not_read_in_another_format(string change, string message)
    {
        RunId run = await MakeAsync();
        Change(run, change);

        (await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.ReadAsync(run, 0, 10, CancellationToken.None))).Message.ShouldEndWith(message);
    }

    [Theory]
    [InlineData("no-such-kind", 1, "{}", "an event 'no-such-kind' (version 1) that this version of agentide does not know")]
    [InlineData("run-paused", 9, "{}", "(version 9) that this version of agentide does not know")]
    [InlineData("run-paused", 1, "{", "can't be read")]
    [InlineData("run-paused", 1, "", "can't be read")]
    [InlineData("run-paused", 1, "null", "is empty")]
    [InlineData("run-paused", 1, "{\"by\":7}", "can't be read")]
    [InlineData("node-proposed", 1, "{\"node\":1,\"plan\":\"p\",\"code\":7}", "can't be read")]
    [InlineData("run-paused", 1, "DEEP", "can't be read")]
    public async Task Is_refused_in_words_when_its_payloads_are_strange_though_the_chain_fits(string kind, int version, string payload, string message)
    {
        RunId run = await MakeAsync();
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(payload == "DEEP" ? $"{{\"x\":{new string('[', 10_000)}" : payload);
        using (SqliteConnection connection = Open(run))
        {
            Head head = Head.Read(connection);
            byte[] hash = new EventChain(run).Next(head.HashBytes, head.Seq + 1, 0, System.Text.Encoding.UTF8.GetBytes(kind), version, 1, bytes);
            using (Statement insert = new(connection, "INSERT INTO events(seq, at, kind, version, epoch, payload, hash) VALUES (?1, 0, ?2, ?3, 1, ?4, ?5)"))
            {
                insert.Bind(1, head.Seq + 1).Bind(2, kind).Bind(3, version).Bind(4, bytes).Bind(5, hash).Run();
            }

            using Statement update = new(connection, "UPDATE head SET seq = ?1, hash = ?2");
            update.Bind(1, head.Seq + 1).Bind(2, hash).Run();
        }

        (await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.ReadAsync(run, 0, 10, CancellationToken.None))).Message.ShouldContain(message);
        (await _workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldContain(text => text.Contains(message));
    }

    [Fact]
    public async Task Names_a_run_that_is_a_folder_of_something_else()
    {
        RunId run = await MakeAsync();
        File.Delete(_workspace.In(run, "run.db"));
        Directory.CreateDirectory(_workspace.In(run, "run.db"));

        (await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.ReadAsync(run, 0, 10, CancellationToken.None))).Message.ShouldStartWith($"There is no run {run} in ");
    }

    private async Task<RunId> MakeAsync()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await owned.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);
        return owned.Run;
    }

    private SqliteConnection Open(RunId run)
    {
        SqliteConnection connection = new($"Data Source={Connections.PathIn(_workspace.In(run))};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Change(RunId run, string sql)
    {
        using SqliteConnection connection = Open(run);
        foreach (string statement in sql.Contains("TRIGGER", StringComparison.Ordinal) ? [sql] : sql.Split(';'))
        {
            connection.Run(statement);
        }
    }
}
