using AgentIde.Models.Providers;
using CsCheck;

namespace AgentIde.Models.Tests.Providers;

public sealed class ThinkFilterTests
{
    private static readonly string[] Parts = ["<think>", "</think>", "<thinking>", "</thinking>", "<", "/", "a", "think", ">", " "];

    [Theory]
    [InlineData("<think>a</think>b", "a", "b")]
    [InlineData(" \n<think>\na</think>\nb", "a", "\nb")]
    [InlineData("<thinking>a</think>b</thinking>c", "a</think>b", "c")]
    [InlineData("<think>a", "a", "")]
    [InlineData("<think></think>b", "", "b")]
    [InlineData("<thin", "", "<thin")]
    [InlineData("<thing>", "", "<thing>")]
    [InlineData("x <think>a</think>", "", "x <think>a</think>")]
    [InlineData("<think>a</think>b<think>c</think>", "a", "b<think>c</think>")]
    [InlineData("", "", "")]
    public void Thoughts_are_what_stands_between_the_marks_at_the_beginning(string answer, string thinking, string text) =>
        Parted(answer, answer.Length).ShouldBe((thinking, text));

    [Fact]
    public void It_does_not_matter_where_the_pieces_of_it_end() =>
        Gen.Select(Gen.Int[0, Parts.Length - 1].Select(part => Parts[part]).Array[0, 12], Gen.Int[1, 5])
            .Sample((parts, size) => Parted(string.Concat(parts), size) == Parted(string.Concat(parts), int.MaxValue));

    [Theory]
    [InlineData("a\n</think>\nb", "a", "b")]
    [InlineData("a\n</think>", "a", "")]
    [InlineData("if x == '</think>':", "", "if x == '</think>':")]
    [InlineData("<think>\n</think>\n", "", "<think>\n</think>\n")]
    public void An_end_on_a_line_of_its_own_without_a_beginning_makes_thoughts_of_what_stood_before(string answer, string thinking, string text) =>
        ThinkFilter.Part(answer).ShouldBe((thinking, text));

    private static (string Thinking, string Text) Parted(string answer, int size)
    {
        var filter = new ThinkFilter();
        List<(string Text, bool IsThinking)> parts = [];
        for (int start = 0; start < answer.Length; start += Math.Min(size, answer.Length - start))
        {
            parts.AddRange(filter.Push(answer.Substring(start, Math.Min(size, answer.Length - start))));
        }
        parts.AddRange(filter.End());
        return (string.Concat(parts.Where(part => part.IsThinking).Select(part => part.Text)).TrimStart('\n'), string.Concat(parts.Where(part => !part.IsThinking).Select(part => part.Text)));
    }
}
