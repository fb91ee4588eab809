using System.Text;
using AgentIde.Core.Review;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Runs;

public sealed class ThreeWayMergeTests
{
    [Theory]
    [InlineData("a b c d", "a b c d", "a x c d", "a x c d", 0)]
    [InlineData("a b c d", "a x c d", "a b c d", "a x c d", 0)]
    [InlineData("a b c d", "x b c d", "a b c y", "x b c y", 0)]
    [InlineData("a b c d", "a x c d", "a x c d", "a x c d", 0)]
    [InlineData("a b c d", "a c d", "a b c d e", "a c d e", 0)]
    [InlineData("a b c d", "n a b c d", "a b d", "n a b d", 0)]
    [InlineData("a b c d", "a x c d", "a y c d", "a <<<<<<<_yours x ======= y >>>>>>>_node_2 c d", 1)]
    [InlineData("a b c d", "a x c d", "a c d", "a <<<<<<<_yours x ======= >>>>>>>_node_2 c d", 1)]
    [InlineData("a b c d", "a p x q c d", "a p y q c d", "a p <<<<<<<_yours x ======= y >>>>>>>_node_2 q c d", 1)]
    [InlineData("a b c d e", "x b c d y", "z b c d w", "<<<<<<<_yours x ======= z >>>>>>>_node_2 b c d <<<<<<<_yours y ======= w >>>>>>>_node_2", 2)]
    [InlineData("", "a", "b", "<<<<<<<_yours a ======= b >>>>>>>_node_2", 1)]
    public void Changes_of_both_sides_are_joined_and_where_they_meet_both_stand_there(string before, string ours, string theirs, string merged, int conflicts)
    {
        (string text, int found) = ThreeWayMerge.Of(Lines(before), Lines(ours), Lines(theirs), "yours", "node 2");
        (text, found).ShouldBe((Lines(merged).Replace('_', ' '), conflicts));
    }

    [Fact]
    public void White_space_counts_and_line_ends_stay_those_of_ours()
    {
        (string text, int conflicts) = ThreeWayMerge.Of("if a:\n    b\nc\nd\n", "if a:\r\n    b\r\nc\r\nmine\r\n", "if a:\n        b\nc\nd\n", "yours", "node 2");
        (text, conflicts).ShouldBe(("if a:\r\n        b\r\nc\r\nmine\r\n", 0));
    }

    [Fact]
    public void Whatever_the_texts_are_nothing_of_ours_is_lost_and_who_changed_nothing_gets_the_other()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            Draws draws = new(7, seed, "merge");
            string before = Drawn(draws, 12), ours = Edited(draws, before), theirs = Edited(draws, before);
            ThreeWayMerge.Of(before, before, theirs, "o", "t").ShouldBe((theirs, 0));
            ThreeWayMerge.Of(before, ours, before, "o", "t").ShouldBe((ours, 0));
            (string merged, int conflicts) = ThreeWayMerge.Of(before, ours, theirs, "o", "t");
            Dictionary<string, int> kept = Counts(merged), was = Counts(before);
            foreach ((string line, int count) in Counts(ours).Where(entry => !was.ContainsKey(entry.Key)))
            {
                kept.GetValueOrDefault(line).ShouldBeGreaterThanOrEqualTo(count, merged);
            }

            merged.Split('\n').Count(line => line.StartsWith(ThreeWayMerge.OursMark, StringComparison.Ordinal)).ShouldBe(conflicts);
        }
    }

    private static Dictionary<string, int> Counts(string text) => text.Split('\n').GroupBy(line => line).ToDictionary(group => group.Key, group => group.Count());

    private static string Drawn(Draws draws, int lines) => string.Join('\n', Enumerable.Range(0, lines).Select(_ => $"{(char)('a' + draws.NextIndex(6))}"));

    private static string Edited(Draws draws, string text)
    {
        StringBuilder edited = new();
        foreach (string line in text.Split('\n'))
        {
            double fate = draws.NextDouble();
            edited.Append(fate < 0.15 ? "" : fate < 0.3 ? $"{(char)('A' + draws.NextIndex(26))}{draws.NextIndex(100)}\n" : fate < 0.4 ? $"{line}\n{(char)('A' + draws.NextIndex(26))}\n" : $"{line}\n");
        }

        return edited.ToString();
    }

    private static string Lines(string words) => words.Replace(' ', '\n');
}
