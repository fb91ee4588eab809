using System.Text;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Texts;
using CsCheck;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AgentIde.Core.Tests.PullRequests;

/// <summary>What a Markdown parser makes of hostile text, and what a program would find that looks at its source.</summary>
public sealed class GitHubTextTests
{
    /// <summary>All that GitHub knows, and nothing of other dialects.</summary>
    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoLinks().UseTaskLists().UseFootnotes().UseMathematics().UseAlertBlocks().UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough).Build();

    [Fact]
    public void In_a_paragraph_hostile_text_is_nothing_but_text() => Hostile.Text.Sample(text =>
    {
        MarkdownDocument document = Markdown.Parse($"Node 1: {GitHubText.Inline(text, 500)}\n", GitHub);
        Literal(document.ShouldHaveSingleItem().ShouldBeOfType<ParagraphBlock>().Inline!).ShouldBe($"Node 1: {Expected(text, 500)}".TrimEnd());
    }, iter: 4_000);

    [Fact]
    public void At_the_beginning_of_a_line_too() => Hostile.Text.Where(text => text.Trim().Length > 0).Sample(text =>
    {
        string source = GitHubText.Inline(text, 500);
        MarkdownDocument document = Markdown.Parse(source + "\n", GitHub);
        document.Count.ShouldBeLessThanOrEqualTo(1, source);
        if (document.Count == 1)
        {
            Literal(document[0].ShouldBeOfType<ParagraphBlock>(source).Inline!).ShouldBe(Expected(text, 500).TrimEnd());
        }
    }, iter: 4_000);

    [Fact]
    public void In_a_table_it_stays_in_its_cell() => Gen.Select(Hostile.Text, Hostile.Text).Sample((one, other) =>
    {
        string source = $"| a | b |\n|---|---|\n| x{GitHubText.Inline(one, 200)} | y{GitHubText.Inline(other, 200)} |\n| 1 | 2 |\n";
        Table table = Markdown.Parse(source, GitHub).ShouldHaveSingleItem().ShouldBeOfType<Table>();
        table.Count.ShouldBe(3);
        TableRow row = (TableRow)table[1];
        row.Select(cell => Literal(((ParagraphBlock)((TableCell)cell)[0]).Inline!)).ShouldBe([$"x{Expected(one, 200)}".TrimEnd(), $"y{Expected(other, 200)}".TrimEnd()]);
    }, iter: 2_000);

    [Fact]
    public void A_block_of_code_is_left_by_none_of_its_lines() => Hostile.Text.Sample(text =>
    {
        string source = GitHubText.Fenced(text, "text", 500);
        FencedCodeBlock code = Markdown.Parse(source + "\n\n# after\n", GitHub) is [FencedCodeBlock block, HeadingBlock] ? block : throw new InvalidOperationException(source);
        string lines = code.Lines.ToString().ReplaceLineEndings("\n");
        lines.Replace("\u200B", "", StringComparison.Ordinal).ShouldBe(PlainText.VisibleLines(text.Trim('\n', '\r'), 500).TrimEnd('\0'));
    }, iter: 2_000);

    [Fact]
    public void Programs_that_look_at_the_source_find_nothing_to_act_on() => Hostile.Text.Sample(text =>
    {
        foreach (string written in new[] { GitHubText.Inline(text, 500), GitHubText.Fenced(text, "text", 500), GitHubText.Plain(text, 72), GitHubText.Words(text, 60) })
        {
            Hostile.Trap().Match(written).Value.ShouldBe("");
            written.Contains("<!--", StringComparison.Ordinal).ShouldBeFalse();
            Hostile.Unseen().Match(written).Value.ShouldBe("");
        }
    }, iter: 4_000);

    [Fact]
    public void What_is_rendered_names_nobody_and_loads_nothing() => Hostile.Text.Sample(text =>
    {
        string html = Markdown.ToHtml($"- {GitHubText.Inline(text, 500)}\n", GitHub);
        foreach (string tag in new[] { "<a", "<img", "<script", "<!--", "<h1", "<code", "<em", "<table", "<hr", "<input", "<details", "href=", "onerror=x " })
        {
            html.Contains(tag, StringComparison.OrdinalIgnoreCase).ShouldBeFalse(html);
        }
    }, iter: 2_000);

    [Fact]
    public void A_line_of_a_message_is_short_and_on_one_line() => Gen.Select(Hostile.Text, Gen.Int[8, 72]).Sample((text, length) =>
    {
        string line = GitHubText.Plain(text, length);
        line.Length.ShouldBeLessThanOrEqualTo(length);
        line.ShouldNotContain("\n");
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)).ShouldBe(line);
    }, iter: 4_000);

    [Fact]
    public void A_title_is_words_and_a_slug_is_a_name() => Hostile.Text.Sample(text =>
    {
        GitHubText.Words(text, 60).ShouldMatch(@"^[^@#<>`$""';|&*\\\[\]{}!~/:?^\x00-\x1F\u200B-\u200F\u2028-\u202E]{0,60}$");
        GitHubText.Slug(text).ShouldMatch("^([a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?)?$");
    }, iter: 4_000);

    [Theory]
    [InlineData("Ask @octocat", "Ask \\@\u200Boctocat")]
    [InlineData("fixes #12", "fixes #\u200B12")]
    [InlineData("see https://evil.example", "see https:\u200B//evil.example")]
    [InlineData("x\u202Ey", "x\\\\u{202E}y")]
    [InlineData("as of deadbeef", "as of dea\u200Bdbeef")]
    [InlineData("plain words, 0.5 (or so)", "plain words, 0.5 (or so)")]
    [InlineData("0.8.0", "0.8.0")]
    [InlineData("1. one", "1\\. one")]
    [InlineData("LGTM! C# > {log_target} _so_", "LGTM! C# > {log_target} \\_so\\_")]
    [InlineData("![x](y)", "\\!\\[x\\](y)")]
    public void An_example_of_each(string text, string written) => GitHubText.Inline(text, 100).ShouldBe(written);

    [Theory]
    [InlineData("Fit a line.", 40, "Fit a line.")]
    [InlineData("Fit a line on the logarithm. Then blend it with the trees of before.", 60, "Fit a line on the logarithm.")]
    [InlineData("Starts with xgboost on the logarithm: boosting on samples of rows", 50, "Starts with xgboost on the logarithm")]
    [InlineData("Add ratios of weight and dimensions to the columns of the table", 44, "Add ratios of weight and dimensions")]
    [InlineData("Unbreakablewordofmanyletters", 8, "Unbreaka")]
    public void A_subject_is_a_phrase_that_ends_in_no_mark(string text, int room, string subject) => GitHubText.Phrase(text, room).ShouldBe(subject);

    [Fact]
    public void A_subject_of_a_hostile_text_is_short_and_no_more_than_text() => Gen.Select(Hostile.Text, Gen.Int[8, 72]).Sample((text, length) =>
    {
        string line = GitHubText.Phrase(text, length);
        line.Length.ShouldBeLessThanOrEqualTo(length);
        line.ShouldNotContain("\n");
        Hostile.Trap().Match(line).Value.ShouldBe("");
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)).ShouldBe(line);
    }, iter: 2_000);

    [Theory]
    [InlineData("[click](https://x.org)", typeof(LinkInline))]
    [InlineData("www.evil.example", typeof(LinkInline))]
    [InlineData("<https://evil.example>", typeof(AutolinkInline))]
    [InlineData("x <b>y</b>", typeof(HtmlInline))]
    [InlineData("<!-- hidden -->", typeof(HtmlBlock))]
    [InlineData("```\ncode\n```", typeof(FencedCodeBlock))]
    [InlineData("# heading", typeof(HeadingBlock))]
    [InlineData("*em*", typeof(EmphasisInline))]
    [InlineData("- item", typeof(ListBlock))]
    [InlineData("1. item", typeof(ListBlock))]
    [InlineData("x `code`", typeof(CodeInline))]
    [InlineData("x $y^2$", typeof(Markdig.Extensions.Mathematics.MathInline))]
    public void The_parser_of_these_tests_sees_what_an_escape_is_for(string text, Type what)
    {
        Markdown.Parse(text, GitHub).Descendants().ShouldContain(part => what.IsInstanceOfType(part));
        Markdown.Parse(GitHubText.Inline(text, 100), GitHub).Descendants().ShouldNotContain(part => what.IsInstanceOfType(part));
    }

    private static string Expected(string text, int maximum) => PlainText.Visible(text.TrimStart(), maximum);

    /// <summary>The text of a line that is nothing but text, our breaks taken out.</summary>
    private static string Literal(ContainerInline inline)
    {
        StringBuilder text = new();
        foreach (Inline part in inline)
        {
            text.Append(part.ShouldBeOfType<LiteralInline>().Content.ToString());
        }

        return text.ToString().Replace("\u200B", "", StringComparison.Ordinal);
    }
}
