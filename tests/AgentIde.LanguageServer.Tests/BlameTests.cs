using AgentIde.Core.Engineering;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using CsCheck;

namespace AgentIde.LanguageServer.Tests;

public sealed class BlameTests
{
    [Fact]
    public async Task A_line_belongs_to_the_first_node_of_the_chain_that_had_it()
    {
        Blame blame = await OfChainAsync("a\nb\nc\n", "a\nB\nc\nd\n", "a\nB\nC\nd\n");
        Nodes(blame).ShouldBe([1, 2, 3, 2, 1]);
    }

    [Fact]
    public async Task A_rewrite_of_the_whole_file_with_other_indentation_takes_only_the_lines_it_changed()
    {
        Blame blame = await OfChainAsync("def f():\n    x = 1\n    return x\n", "def f():\n  x=1\n  y = 2\n  return  x\n");
        Nodes(blame).ShouldBe([1, 1, 2, 1, 1]);
    }

    [Fact]
    public async Task What_a_person_changed_is_the_persons_and_the_rest_stays_the_nodes()
    {
        Blame blame = await OfChainAsync("a\nb\nc\n", "a\nB\nc\n");
        Nodes(blame.Of("# mine\na\nB\nC!\n")).ShouldBe([null, 1, 2, null, 1]);
        Nodes(blame.Of("a\r\nB  \r\nc\r\n")).ShouldBe([1, 2, 1, 1]);
    }

    [Fact]
    public async Task A_formatter_takes_nobodys_lines()
    {
        Blame blame = await OfChainAsync("x=1\nif x:\n  y=[1,2]\n");
        Nodes(blame.Of("x = 1\nif x:\n    y = [1, 2]\n")).ShouldBe([1, 1, 1, 1]);
    }

    [Fact]
    public async Task A_deleted_line_leaves_no_line_of_the_persons_but_the_text_is_no_longer_the_nodes()
    {
        Blame blame = await OfChainAsync("a\nb\nc\n");
        blame.IsOf("a\nb\nc").ShouldBeTrue();
        blame.IsOf("a\r\nb \r\nc\r\n\r\n").ShouldBeTrue();
        blame.IsOf("a\nc\n").ShouldBeFalse();
        Nodes(blame.Of("a\nc\n")).ShouldBe([1, 1, 1]);
    }

    [Fact]
    public async Task Thoughts_come_newest_first_each_once_at_its_first_line()
    {
        TemporaryFolder folder = new();
        using (folder)
        {
            MemoryRunStore store = new(folder.Path, TimeProvider.System);
            await using ScriptedRun run = await ScriptedRun.StartAsync(store);
            await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
            await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.1, Codes.ImprovedReasons);
            Blame blame = await BlameOfAsync(store, run, 2);
            blame.Thoughts(run.Journal).Select(thought => (thought.Node, thought.Reason?.Block, thought.Line)).ShouldBe(
            [
                (2, "features", 3),
                (2, "model", 4),
                (1, null, 0),
                (1, "data", 2),
                (1, "model", 5),
            ]);
        }
    }

    [Fact]
    public async Task Lines_of_a_merged_program_come_from_either_parent()
    {
        MemoryRunStore store = new("/nowhere", TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store);
        await run.ProposeAsync(Operator.Draft, null, "one", "a\nb\nc\n");
        await run.ProposeAsync(Operator.Draft, null, "other", "x\ny\n");
        await run.ProposeAsync(Operator.Improve, 2, "better", "x\ny\nz\n");
        Blob merged = Blob.Of("a\nb\ny\nz\nnew\n");
        await run.AppendAsync([new NodeStarted(4, Operator.Merge, [1, 3], "why", []), new NodeProposed(4, "both", merged.Digest, [], null, null)], merged);
        Blame blame = await BlameOfAsync(store, run, 4);
        blame.Lines.Take(5).Select(origin => (origin.Node, origin.Line)).ShouldBe([(1, 1), (1, 2), (2, 2), (3, 3), (4, 5)]);
        blame.Of("mine\na\ny\n").Source.ShouldBe([-1, 0, 2, 5]);
    }

    [Fact]
    public async Task Blame_from_a_kept_ancestor_is_blame_from_the_root()
    {
        TemporaryFolder folder = new();
        using (folder)
        {
            MemoryRunStore store = new(folder.Path, TimeProvider.System);
            await using ScriptedRun run = await ScriptedRun.StartAsync(store);
            string[] codes = ["a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nB\nc\nD\n", "A\nB\nc\nD\ne\n"];
            for (int i = 0; i < codes.Length; i++)
            {
                await run.ProposeAsync(i == 0 ? Operator.Draft : Operator.Improve, i == 0 ? null : i, "plan", codes[i]);
            }

            Blame second = await BlameOfAsync(store, run, 2);
            List<Digest> read = [];
            Blame whole = await BlameOfAsync(store, run, 4);
            Blame kept = await Blame.OfNodeAsync(
                run.Journal,
                4,
                async (digest, cancellationToken) =>
                {
                    read.Add(digest);
                    return System.Text.Encoding.UTF8.GetString((await store.ReadBlobAsync(run.Run, digest, cancellationToken)).Span);
                },
                node => node == 2 ? second : null,
                CancellationToken.None);
            kept.Lines.ShouldBe(whole.Lines);
            read.Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task Blame_has_an_origin_for_every_line_and_never_gives_a_node_a_line_that_it_lacks()
    {
        string[] alphabet = ["a", "b", "c", "", "  a", "d = 1"];
        Gen<string> text = Gen.Int[0, alphabet.Length - 1].Array[0, 12].Select(lines => string.Join('\n', lines.Select(line => alphabet[line])));
        await Gen.Select(text, text).SampleAsync(
            async (code, typed) =>
            {
                Blame blame = (await OfChainAsync(code)).Of(typed);
                string[] own = code.Split('\n');
                string[] lines = typed.Split('\n');
                return blame.Lines.Length == lines.Length && blame.Lines.Zip(lines).All(pair => pair.First.Node is null || own[pair.First.Line - 1].Trim() == pair.Second.Trim());
            },
            iter: 2_000,
            threads: 1);
    }

    private static IEnumerable<int?> Nodes(Blame blame) => blame.Lines.Select(origin => origin.Node);

    private static async Task<Blame> OfChainAsync(params string[] codes)
    {
        MemoryRunStore store = new("/nowhere", TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store);
        for (int i = 0; i < codes.Length; i++)
        {
            await run.ProposeAsync(i == 0 ? Operator.Draft : Operator.Improve, i == 0 ? null : i, "plan", codes[i], new Reason(1, 1, "first", "why"));
        }

        return await BlameOfAsync(store, run, codes.Length);
    }

    private static Task<Blame> BlameOfAsync(MemoryRunStore store, ScriptedRun run, int node) => Blame.OfNodeAsync(
        run.Journal,
        node,
        async (digest, cancellationToken) => System.Text.Encoding.UTF8.GetString((await store.ReadBlobAsync(run.Run, digest, cancellationToken)).Span),
        _ => null,
        CancellationToken.None);
}
