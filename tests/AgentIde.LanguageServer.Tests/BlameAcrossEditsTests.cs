using System.Text;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using CsCheck;

namespace AgentIde.LanguageServer.Tests;

/// <summary>
/// Whose a line is after whatever happens to a text. Each property makes a text of which it knows the origin of every
/// line, and expects that blame, which sees the texts alone, comes to the same.
/// </summary>
public sealed class BlameAcrossEditsTests
{
    private static readonly int Times = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 20_000 : 300;

    [Fact]
    public Task Other_indentation_blanks_and_line_ends_take_nobodys_lines() => CheckAsync(async random =>
    {
        Written written = await Written.OfChainAsync(random, 3);
        string end = random.Next(2) == 0 ? "\r\n" : "\n";
        string indentation = random.Next(3) switch { 0 => "    ", 1 => "\t", _ => "" };
        string formatted = string.Concat(written.Lines.Select(line => indentation + Reformatted(line, random) + end));
        Owners(written.Blame.Of(formatted)).ShouldBe([.. written.Owners, .. TrailingOwner(written)]);
    });

    [Fact]
    public Task Empty_lines_that_a_formatter_adds_takes_away_or_moves_take_no_line_of_code() => CheckAsync(async random =>
    {
        Written written = await Written.OfChainAsync(random, 2, emptyLines: true);
        List<(string Line, int? Owner)> lines = [.. written.Lines.Zip(written.Owners).Where(line => line.First.Length > 0).Select(line => (line.First, line.Second))];
        for (int times = random.Next(12); times > 0; times--)
        {
            lines.Insert(random.Next(lines.Count + 1), ("", null));
        }

        LineOrigin[] origins = [.. written.Blame.Of(string.Concat(lines.Select(line => line.Line + "\n"))).Lines];
        for (int line = 0; line < lines.Count; line++)
        {
            if (lines[line].Line.Length > 0)
            {
                origins[line].Node.ShouldBe(lines[line].Owner, lines[line].Line);
            }
        }
    });

    [Fact]
    public Task A_rewrite_of_the_whole_file_by_a_model_takes_the_lines_that_it_changed_and_no_other() => CheckAsync(async random =>
    {
        Written written = await Written.OfChainAsync(random, 2, rewritten: true);
        Owners(written.Blame).Take(written.Owners.Count).ShouldBe([.. written.Owners]);
    });

    [Fact]
    public Task A_block_that_a_person_or_a_model_moved_keeps_its_origin() => CheckAsync(async random =>
    {
        Written written = await Written.OfChainAsync(random, 2);
        List<(string Line, int? Owner)> lines = [.. written.Lines.Zip(written.Owners)];
        Move(lines, random);
        lines.Insert(random.Next(lines.Count + 1), ("# typed by a person", null));
        Owners(written.Blame.Of(Text(lines))).Take(lines.Count).ShouldBe(lines.Select(line => line.Owner));

        Written moved = await written.ThenAsync(Text(lines));
        Owners(moved.Blame).Take(lines.Count).ShouldBe(lines.Select(line => line.Owner ?? (int?)moved.Node));
    });

    [Fact]
    public Task Another_text_and_back_leaves_every_line_whose_it_was() => CheckAsync(async random =>
    {
        Written written = await Written.OfChainAsync(random, 3);
        Written other = await Written.OfChainAsync(random, 1);
        Owners(written.Blame.Of(Text(other.Lines.Select(line => ("other " + line, (int?)null))))).Take(other.Lines.Count).ShouldAllBe(owner => owner == null);
        Owners(written.Blame.Of(written.Code)).ShouldBe(Owners(written.Blame));
    });

    [Fact]
    public Task What_a_person_typed_deleted_and_replaced_is_told_from_what_a_node_wrote() => CheckAsync(async random =>
    {
        Written written = await Written.OfChainAsync(random, 3);
        List<(string Line, int? Owner)> lines = [.. written.Lines.Zip(written.Owners)];
        for (int times = random.Next(1, 10); times > 0; times--)
        {
            int at = random.Next(lines.Count);
            switch (random.Next(3))
            {
                case 0:
                    lines.Insert(at, ($"typed_{times} = {random.Next()}", null));
                    break;
                case 1 when lines.Count > 4:
                    lines.RemoveAt(at);
                    break;
                default:
                    lines[at] = ($"{lines[at].Line} + {times}", null);
                    break;
            }
        }

        Owners(written.Blame.Of(Text(lines))).Take(lines.Count).ShouldBe(lines.Select(line => line.Owner));
    });

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("  \r\n\t\r\n")]
    public async Task A_file_with_nothing_in_it_holds_no_thought(string text)
    {
        Written written = await Written.OfChainAsync(new Random(1), 2);
        Blame blame = written.Blame.Of(text);
        blame.Thoughts(written.Journal).ShouldBeEmpty();
        blame.Lines.Length.ShouldBe(SourceLines.Of(text).Length);
        Owners((await Written.OfTextsAsync("", "", "value_a = 1\n")).Blame).First().ShouldBe(3);
    }

    [Fact]
    public async Task A_line_that_stands_twice_and_short_ones_are_not_taken_for_moved()
    {
        Blame blame = (await Written.OfTextsAsync("if first_thing:\n    run(first)\nelse:\n    stop()\nlast_line = 1\n")).Blame;
        Owners(blame.Of("else:\n# mine, and long enough\nlast_line = 1\n")).Take(3).ShouldBe([1, null, 1]);
        Owners(blame.Of("last_line = 1\nlast_line = 1\n")).Take(2).Count(owner => owner is null).ShouldBe(1);
        Owners(blame.Of("last_line = 1\nelse:\n    stop()\n")).Take(3).ShouldBe([1, 1, 1]);
    }

    [Fact]
    public async Task A_rewrite_too_large_to_compare_keeps_the_lines_that_stand_once()
    {
        string[] lines = [.. Enumerable.Range(0, 5_000).Select(line => $"value_{line} = {line}")];
        string[] changed = [.. lines.Select((line, index) => index % 10 == 0 ? $"changed_{index} = 0" : line)];
        Blame blame = (await Written.OfTextsAsync(Text(lines), Text(changed))).Blame;
        Owners(blame).Take(5_000).Select((owner, index) => owner == (index % 10 == 0 ? 2 : 1)).ShouldAllBe(right => right);
    }

    private static Task CheckAsync(Func<Random, Task> check) => Gen.Int[0, int.MaxValue].SampleAsync(seed => check(new Random(seed)), iter: Times, threads: 1);

    private static IEnumerable<int?> Owners(Blame blame) => blame.Lines.Select(origin => origin.Node);

    /// <summary>Whose the empty line behind the last line end is: no line of anybody's, and told as it is in the code itself.</summary>
    private static IEnumerable<int?> TrailingOwner(Written written) => Owners(written.Blame).Skip(written.Lines.Count);

    private static string Text(IEnumerable<(string Line, int? Owner)> lines) => Text(lines.Select(line => line.Line));

    private static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static string Reformatted(string line, Random random)
    {
        StringBuilder text = new();
        foreach (char character in line)
        {
            text.Append(character == ' ' ? random.Next(3) switch { 0 => "", 1 => "  ", _ => " " } : character is '=' or '(' && random.Next(2) == 0 ? $" {character} " : character.ToString());
        }

        return text.Append(random.Next(4) == 0 ? "  " : "").ToString();
    }

    private static void Move(List<(string Line, int? Owner)> lines, Random random)
    {
        int first = random.Next(lines.Count);
        int count = random.Next(1, Math.Min(8, lines.Count - first) + 1);
        List<(string Line, int? Owner)> block = lines.GetRange(first, count);
        lines.RemoveRange(first, count);
        lines.InsertRange(random.Next(lines.Count + 1), block);
    }

    /// <summary>Code that came to be node by node, and whose each of its lines is by the way it was made.</summary>
    private sealed record Written(ScriptedRun Run, MemoryRunStore Store, int Node, Blame Blame, IReadOnlyList<string> Lines, IReadOnlyList<int?> Owners)
    {
        public string Code => Text(Lines);

        public Journal Journal => Run.Journal;

        public static async Task<Written> OfTextsAsync(params string[] codes)
        {
            MemoryRunStore store = new("/nowhere", TimeProvider.System);
            ScriptedRun run = await ScriptedRun.StartAsync(store);
            Written written = new(run, store, 0, null!, [], []);
            foreach (string code in codes)
            {
                written = await written.ThenAsync(code);
            }

            return written;
        }

        /// <param name="emptyLines">Between the lines too; they are nobody's.</param>
        /// <param name="rewritten">Whether each node writes most lines with other blanks than the one before.</param>
        public static async Task<Written> OfChainAsync(Random random, int nodes, bool emptyLines = false, bool rewritten = false)
        {
            List<(string Line, int? Owner)> lines = [];
            Written written = await OfTextsAsync();
            int name = 0;
            for (int node = 1; node <= nodes; node++)
            {
                for (int line = lines.Count - 1; line >= 0; line--)
                {
                    switch (random.Next(10))
                    {
                        case 0:
                            lines.RemoveAt(line);
                            break;
                        case 1:
                            lines[line] = ($"changed_{++name} = f({random.Next()})", node);
                            break;
                        default:
                            lines[line] = rewritten ? (Reformatted(lines[line].Line, random), lines[line].Owner) : lines[line];
                            break;
                    }
                }

                for (int added = random.Next(3, 10); added > 0; added--)
                {
                    lines.Insert(random.Next(lines.Count + 1), ($"value_{++name} = f({random.Next()})", node));
                }

                if (emptyLines)
                {
                    lines.Insert(random.Next(lines.Count + 1), ("", null));
                }

                written = await written.ThenAsync(Text(lines));
            }

            return written with { Lines = [.. lines.Select(line => line.Line)], Owners = [.. lines.Select(line => line.Owner)] };
        }

        public async Task<Written> ThenAsync(string code)
        {
            int node = await Run.ProposeAsync(Node == 0 ? Operator.Draft : Operator.Improve, Node == 0 ? null : Node, "plan", code);
            Blame blame = await Blame.OfNodeAsync(
                Run.Journal,
                node,
                async (digest, cancellationToken) => Encoding.UTF8.GetString((await Store.ReadBlobAsync(Run.Run, digest, cancellationToken)).Span),
                _ => null,
                CancellationToken.None);
            return this with { Node = node, Blame = blame };
        }
    }
}
