using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Review;

/// <summary>
/// Whose a line is after a formatter has been over the file, and that a person's edit is still seen. The pairs in
/// <c>Formatted</c> are programs of the built-in engineer before and after Black 23.1: one as it is, with Black's own
/// width; one in single quotes, with a width of 60.
/// </summary>
public sealed partial class BlameAfterFormattingTests
{
    [Theory]
    [InlineData("gems")]
    [InlineData("letters")]
    public async Task Black_takes_nobodys_lines(string name)
    {
        string before = await TextAsync($"{name}.before.py"), after = await TextAsync($"{name}.after.py");
        foreach ((string written, string formatted) in new[] { (before, after), (after, before) })
        {
            Blame blame = (await OfCodeAsync(written)).Of(formatted);
            ImmutableArray<string> old = SourceLines.Of(written), lines = SourceLines.Of(formatted);
            Persons(blame, formatted).ShouldBeEmpty();
            for (int line = 0; line < lines.Length; line++)
            {
                if (FirstWord().Match(lines[line]) is { Success: true } word)
                {
                    old[blame.Lines[line].Line - 1].ShouldContain(word.Value);
                }
            }
        }
    }

    [Fact]
    public async Task A_persons_edit_of_a_formatted_file_is_the_persons_and_takes_no_other_statement()
    {
        string before = await TextAsync("letters.before.py"), after = await TextAsync("letters.after.py");
        Blame blame = await OfCodeAsync(before);
        Edited(blame, after, "\"input/train.csv\"", "\"input/ train.csv\"").ShouldBe(["train = pd.read_csv(\"input/ train.csv\")"]);
        Edited(blame, after, "random_state=SEED\n", "random_state=SEED + 1\n").ShouldContain("5, shuffle=True, random_state=SEED + 1");
        Edited(blame, after, "max_iter=90", "max_iter=91").ShouldContain("max_iter=91,");
        Edited(blame, after, "  # a fold may lack a rare class", "").ShouldContain("] += some");
    }

    [Theory]
    [InlineData("x = 'a  b'", "x = \"a  b\"")]
    [InlineData("x = 'it\\'s'", "x = \"it's\"")]
    [InlineData("x = F'{a}' + U'b' + Rb'c'", "x = f\"{a}\" + \"b\" + rb\"c\"")]
    [InlineData("f(a, b)", "f(\n    a,\n    b,\n)")]
    [InlineData("f(a, (b,))", "f(\n    a,\n    (b,),\n)")]
    [InlineData("x = a + b", "x = (\n    a\n    + b\n)")]
    [InlineData("return a, b", "return (\n    a,\n    b,\n)")]
    [InlineData("for (a, b) in c: d()", "for a, b in c:\n    d()")]
    [InlineData("if (a): b()  # why", "if a:\n    b()  # why")]
    [InlineData("a = 1; b = 2;", "a = 1\nb = 2")]
    [InlineData("class A(): pass", "class A:\n    pass")]
    [InlineData("x = 0XFF + 1E5", "x = 0xff + 1e5")]
    [InlineData("x = a if b \\\n    else c", "x = a if b else c")]
    [InlineData("def f():\n  '''What it does. '''\n  return 1", "def f():\n    \"\"\"What it does.\"\"\"\n    return 1")]
    [InlineData("def f():\n  '''What\n  it does.'''\n  return 1", "def f():\n    \"\"\"What\n    it does.\"\"\"\n    return 1")]
    [InlineData("x = f(a,\n    b)  #why\n#then", "x = f(a, b)  # why\n# then")]
    public async Task Layout_is_nobodys_work(string before, string after)
    {
        Persons((await OfCodeAsync(before)).Of(after), after).ShouldBeEmpty();
        Persons((await OfCodeAsync(after)).Of(before), before).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("x = 'a b'", "x = 'ab'")]
    [InlineData("x = 'a'", "x = b'a'")]
    [InlineData("x = '''a\n  b'''", "x = '''a\n b'''")]
    [InlineData("x = (a,)", "x = (a)")]
    [InlineData("x = y[a,]", "x = y[a]")]
    [InlineData("x = (a or b) and c", "x = a or b and c")]
    [InlineData("x = y == (a or b)", "x = y == a or b")]
    [InlineData("x = y in (a or b)", "x = y in a or b")]
    [InlineData("assert (a, b)", "assert a, b")]
    [InlineData("x = not a", "x = nota")]
    [InlineData("f(a, b)", "f(\n    a,\n)")]
    [InlineData("x = 1  # why", "x = 1")]
    public async Task What_says_something_else_is_a_persons(string before, string after) =>
        Persons((await OfCodeAsync(before)).Of(after), after).ShouldNotBeEmpty();

    [Fact]
    public async Task A_line_that_a_person_moves_into_another_block_or_out_of_one_is_theirs()
    {
        const string Code = "for fold in folds:\n    fit(fold)\n    total += 1\nguess /= len(folds)\nprint(guess)\n";
        Blame blame = await OfCodeAsync(Code);
        Edited(blame, Code, "guess /=", "    guess /=").ShouldBe(["guess /= len(folds)"]);
        Edited(blame, Code, "    total += 1", "total += 1").ShouldBe(["total += 1"]);

        // Python refuses this one, so it stands in no other block.
        Edited(blame, Code, "    total += 1", "        total += 1").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_block_that_is_wrapped_unwrapped_or_indented_otherwise_stays_the_nodes()
    {
        const string Code = "for fold in folds:\n    fit(fold)\n    if fold:\n        total += 1\n";
        Blame blame = await OfCodeAsync(Code);
        Edited(blame, Code, "    ", "\t").ShouldBeEmpty();
        Edited(blame, Code, "    ", "  ").ShouldBeEmpty();
        string wrapped = "def main():\n" + string.Concat(Code.TrimEnd().Split('\n').Select(line => $"    {line}\n"));
        Persons(blame.Of(wrapped), wrapped).ShouldBe(["def main():"]);
        Persons((await OfCodeAsync(wrapped)).Of(Code), Code).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_quote_or_a_bracket_that_is_being_typed_takes_no_other_line()
    {
        const string Code = "a = 1\nb = 2\n'''A note.'''\nc = f(\n    1,\n)\n'''Another.'''\nd = 3\n";
        Blame blame = await OfCodeAsync(Code);
        foreach (string typed in new[] { "x = '''", "x = f(", "x = '", "x = {'a': [" })
        {
            Edited(blame, Code, "b = 2\n", $"b = 2\n{typed}\n").ShouldBe([typed]);
        }
    }

    [Theory]
    [InlineData("if (a) { f(1, 2); } // why", "if (a)\n{\n    f(\n        1,\n        2);\n} // why")]
    [InlineData("var x = new() { A = 1, B = 2 };", "var x = new()\n{\n    A = 1, B = 2,\n};")]
    [InlineData("var x = data.Where(one => one > 0).Sum();", "var x = data\n    .Where(one => one > 0)\n    .Sum();")]
    [InlineData("f();\ng();", "    f();\n  g();")]
    public async Task Layout_of_CSharp_is_nobodys_work(string before, string after) =>
        Persons((await OfCodeAsync(before, ProgramLanguage.CSharp)).Of(after), after).ShouldBeEmpty();

    [Theory]
    [InlineData("var x = \"a b\";", "var x = \"ab\";")]
    [InlineData("var x = @\"a\\\"; var y = \"b c\";", "var x = @\"a\\\"; var y = \"b  c\";")]
    [InlineData("f('a');", "f(\"a\");")]
    public async Task What_says_something_else_in_CSharp_is_a_persons(string before, string after) =>
        Persons((await OfCodeAsync(before, ProgramLanguage.CSharp)).Of(after), after).ShouldNotBeEmpty();

    [Fact]
    public async Task Lines_of_nodes_stay_theirs_through_a_model_that_writes_in_another_style()
    {
        string before = await TextAsync("letters.before.py"), after = (await TextAsync("letters.after.py")).Replace("max_iter=90", "max_iter=120", StringComparison.Ordinal);
        Blame blame = await OfChainAsync(ProgramLanguage.Python, before, after);
        ImmutableArray<string> lines = SourceLines.Of(after);
        IEnumerable<string> second = Enumerable.Range(0, lines.Length).Where(line => blame.Lines[line].Node == 2).Select(line => lines[line].Trim());
        second.ShouldContain("max_iter=120,");
        second.Count().ShouldBeLessThan(10);
    }

    /// <summary>The person's lines after one more edit.</summary>
    private static string[] Edited(Blame blame, string text, string from, string to)
    {
        text.ShouldContain(from);
        string edited = text.Replace(from, to, StringComparison.Ordinal);
        return Persons(blame.Of(edited), edited);
    }

    private static string[] Persons(Blame blame, string text)
    {
        ImmutableArray<string> lines = SourceLines.Of(text);
        return [.. Enumerable.Range(0, lines.Length).Where(line => blame.Lines[line].Node is null && !string.IsNullOrWhiteSpace(lines[line])).Select(line => lines[line].Trim())];
    }

    private static Task<string> TextAsync(string name) => File.ReadAllTextAsync(Repository.PathOf("tests", "AgentIde.Core.Tests", "Review", "Formatted", name));

    private static Task<Blame> OfCodeAsync(string code, ProgramLanguage language = ProgramLanguage.Python) => OfChainAsync(language, code);

    private static async Task<Blame> OfChainAsync(ProgramLanguage language, params string[] codes)
    {
        MemoryRunStore store = new("/nowhere", TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, language: language);
        for (int i = 0; i < codes.Length; i++)
        {
            await run.ProposeAsync(i == 0 ? Operator.Draft : Operator.Improve, i == 0 ? null : i, "plan", codes[i]);
        }

        return await Blame.OfNodeAsync(
            run.Journal,
            codes.Length,
            async (digest, cancellationToken) => Encoding.UTF8.GetString((await store.ReadBlobAsync(run.Run, digest, cancellationToken)).Span),
            _ => null,
            CancellationToken.None);
    }

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex FirstWord();
}
