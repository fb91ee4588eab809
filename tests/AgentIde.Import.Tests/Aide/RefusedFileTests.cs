using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Import.Tests.Aide;

/// <summary>Files of strangers: what is wrong is one message with the way out, and nothing is left behind.</summary>
public sealed class RefusedFileTests : IDisposable
{
    private const string WayOut = "An AIDE run leaves its journal as logs/RUN/journal.json";

    private readonly Importing _importing = new();

    public void Dispose() => _importing.Dispose();

    [Theory]
    [InlineData("", "a.json is empty")]
    [InlineData("no JSON", "a.json is no JSON that can be read: ")]
    [InlineData("{\"nodes\": [", "a.json is no JSON that can be read: ")]
    [InlineData("[1, 2]", "it has no list \"nodes\"")]
    [InlineData("{\"steps\": []}", "it has no list \"nodes\"")]
    [InlineData("{\"nodes\": {}}", "it has no list \"nodes\"")]
    [InlineData("{\"nodes\": []}", "its list \"nodes\" is empty")]
    [InlineData("{\"nodes\": [7]}", "node 1 is no object")]
    [InlineData("{\"nodes\": [{\"code\": \"x\"}]}", "node 1 has no \"id\"")]
    [InlineData("{\"nodes\": [{\"id\": true}]}", "node 1 has an \"id\" that is no text")]
    [InlineData("{\"nodes\": [{\"id\": \"a\", \"code\": 7}]}", "node 1 has a \"code\" that is no text")]
    [InlineData("{\"nodes\": [{\"id\": \"a\", \"is_buggy\": \"no\"}]}", "node 1 has an \"is_buggy\" that is neither true nor false")]
    [InlineData("{\"nodes\": [{\"id\": \"a\", \"_term_out\": [1]}]}", "node 1 has a \"_term_out\" with something that is no text")]
    [InlineData("{\"nodes\": [{\"id\": \"a\", \"parent\": 3}]}", "node 1 has a \"parent\" that is no id")]
    [InlineData("{\"nodes\": [{\"id\": \"a\"}, {\"id\": \"a\"}]}", "nodes 1 and 2 have the same id 'a'")]
    [InlineData("{\"nodes\": [{\"id\": \"a\"}], \"node2parent\": {\"a\": \"z\"}}", "node 1 ('a') comes from 'z', which is not among its nodes")]
    [InlineData("{\"nodes\": [{\"id\": \"a\"}], \"node2parent\": {\"a\": \"a\"}}", "node 1 ('a') comes from node 1, which does not stand before it")]
    [InlineData("{\"nodes\": [{\"id\": \"a\"}, {\"id\": \"b\"}], \"node2parent\": {\"a\": \"b\", \"b\": \"a\"}}", "node 1 ('a') comes from node 2, which does not stand before it")]
    [InlineData("{\"nodes\": [{\"id\": \"a\"}], \"node2parent\": {\"a\": 4}}", "the parent of 'a' is no id")]
    [InlineData("{\"nodes\": [{\"id\": \"a\"}, {\"id\": \"b\"}], \"node2parent\": {\"b\": \"a\", \"b\": \"a\"}}", "names 'b' twice")]
    [InlineData("{\"nodes\": [{\"id\": \"a\"}], \"node2parent\": []}", "is no map")]
    [InlineData("{\"nodes\": [{\"id\": \"\\u001b[31m\\n\"}], \"node2parent\": {\"\\u001b[31m\\n\": \"b\"}}", "node 1 (' [31m ') comes from 'b'")]
    [InlineData("{\"nodes\": [{\"id\": \"a\", \"code\": \"\\ud800\"}]}", "a.json holds a text that is no Unicode")]
    [InlineData("{\"response\": \"x\"}", "line 1 has no \"system\" with the prompt")]
    [InlineData("{\"system\": \"x\", \"response\": \"no code\"}\nnonsense", "a.json, line 2, is no JSON that can be read")]
    [InlineData("{\"system\": \"x\", \"response\": \"no code\"}\n[]", "line 2 is no object")]
    [InlineData("{\"system\": \"x\", \"response\": \"no code\"}\n{\"system\": \"x\"}", "line 2 has no \"response\"")]
    [InlineData("{\"system\": \"x\", \"function_spec\": {}, \"response\": \"{'is\"}", "line 1 answers a function call with what is neither")]
    [InlineData("{\"system\": \"x\", \"function_spec\": {}, \"response\": \"{'is_bug': True}\"}", "no reply in it holds a program")]
    public async Task What_is_wrong_with_a_file_is_said_in_one_message(string text, string wrong)
    {
        ImportException error = await Should.ThrowAsync<ImportException>(() => _importing.ReadTextAsync(text));
        error.Message.ShouldContain(wrong);
        error.Message.ShouldContain(WayOut);
        error.Message.ShouldNotContain("\n");
        error.Message.ShouldNotContain("\u001b");
        _importing.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nesting_without_an_end_is_refused()
    {
        string deep = $"{{\"nodes\": [{{\"id\": \"a\", \"exc_info\": {new string('[', 200)}{new string(']', 200)}}}]}}";
        (await Should.ThrowAsync<ImportException>(() => _importing.ReadTextAsync(deep))).Message.ShouldContain("is no JSON that can be read");
        string python = $"{{\"nodes\": [{{\"id\": \"a\", \"code\": \"x\", \"exc_stack\": \"{new string('[', 100_000)}\"}}]}}";
        (await _importing.ReadTextAsync(python)).Journal[1].Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_before_it_is_read()
    {
        string file = _importing.Write("large.json", "");
        await using (FileStream stream = File.OpenWrite(file))
        {
            stream.SetLength(300L << 20);
        }

        (await Should.ThrowAsync<ImportException>(() => Importing.ReadAsync(file))).Message.ShouldStartWith("large.json has 300 MiB, and at most 256 are read: ");
    }

    [Fact]
    public async Task A_file_that_is_not_there_and_a_folder_are_said_to_be_so()
    {
        (await Should.ThrowAsync<ImportException>(() => Importing.ReadAsync("/nowhere/journal.json"))).Message.ShouldStartWith("There is no file /nowhere/journal.json.");
        (await Should.ThrowAsync<ImportException>(() => Importing.ReadAsync("/tmp"))).Message.ShouldStartWith("/tmp is a folder, and a file is needed.");
    }

    [Fact]
    public async Task A_plan_that_no_event_could_hold_is_refused()
    {
        string text = $"{{\"nodes\": [{{\"id\": \"a\", \"code\": \"x\", \"plan\": \"{new string('p', 2_000_001)}\"}}]}}";
        (await Should.ThrowAsync<ImportException>(() => _importing.ReadTextAsync(text))).Message.ShouldContain("node 1 has a \"plan\" of 2,000,001 characters");
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        string file = _importing.Write("a.json", "");
        await File.WriteAllBytesAsync(file, [.. Encoding.UTF8.GetBytes("{\"nodes\": [{\"id\": \""), 0xFF, 0xFE, .. Encoding.UTF8.GetBytes("\"}]}")]);
        (await Should.ThrowAsync<ImportException>(() => Importing.ReadAsync(file))).Message.ShouldContain(WayOut);
    }

    [Theory]
    [InlineData("journal.json")]
    [InlineData("log.jsonl")]
    public async Task A_damaged_file_is_imported_or_refused_and_nothing_else_happens(string name)
    {
        byte[] whole = await File.ReadAllBytesAsync(name == "log.jsonl" ? ImportedFiles.Log : ImportedFiles.Journal);
        byte[] signs = [.. "\"{}[],:\\\n0-NIeu'"u8, 0, 0xC3, 0xFF];
        string file = _importing.Write(name, "");
        Random random = new(20_240_401);
        int imported = 0, refused = 0;
        for (int trial = 0; trial < 1_000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int hit = random.Next(1, 4); hit > 0; hit--)
            {
                damaged[random.Next(damaged.Length)] = signs[random.Next(signs.Length)];
            }

            await File.WriteAllBytesAsync(file, trial % 5 == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            try
            {
                ImportedRun run = await Importing.ReadAsync(file);
                run.Journal.Finished.ShouldNotBeNull();
                imported++;
            }
            catch (ImportException error)
            {
                error.Message.ShouldContain(WayOut);
                refused++;
            }
        }

        imported.ShouldBeGreaterThan(50);
        refused.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task A_time_that_no_clock_could_measure_is_missing()
    {
        Journal journal = (await _importing.ReadTextAsync("""{"nodes": [{"id": "a", "code": "x", "_term_out": [], "exec_time": 1e300, "ctime": 1e300}, {"id": "b", "code": "x", "_term_out": [], "exec_time": -1}]}""")).Journal;
        journal.Nodes.Select(node => (node.Execution!.Seconds, node.Origin!.MadeAt)).ShouldBe([(null, null), (null, null)]);
        NodeOrigin.TimeOf(journal).ShouldBeNull();
    }

    [Fact]
    public async Task Numbers_that_only_Python_writes_break_nothing()
    {
        Journal journal = (await _importing.ReadTextAsync(
            """{"nodes": [{"id": "NaN \" Infinity", "code": "-Infinity", "exec_time": Infinity, "ctime": NaN, "metric": {"value": -Infinity, "maximize": true}, "is_buggy": false}], "x": [NaN,NaN]}""")).Journal;
        (journal[1].Origin, journal[1].Code, journal[1].Failure!.Message).ShouldBe((new NodeOrigin("NaN \" Infinity", null), Digest.Of("-Infinity"), "its metric is '-Infinity', which is no number to compare"));
    }
}
