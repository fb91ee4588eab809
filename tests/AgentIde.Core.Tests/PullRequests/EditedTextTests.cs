using AgentIde.Core.PullRequests;

namespace AgentIde.Core.Tests.PullRequests;

public sealed class EditedTextTests
{
    private const string Marker = "<!-- agentide:run diamonds-1 0123abcd -->";
    private const string Begin = "<!-- agentide:text diamonds-1 0123abcd -->";

    [Theory]
    [InlineData("", "", "")]
    [InlineData("Closes the talk of May.\r\n\r\n", "", "Closes the talk of May.\n\n|")]
    [InlineData("", "\r\n\r\n## Checked\r\n\r\n- [x] by Ann\r\n", "|\n\n## Checked\n\n- [x] by Ann")]
    [InlineData("Before.\n", "\nAfter.", "Before.\n\n|\n\nAfter.")]
    public void What_people_wrote_around_ours_stays(string before, string after, string kept)
    {
        string renewed = EditedText.Renew($"{before}{Of("old").ReplaceLineEndings("\r\n")}{after}", Of("new"), Marker);
        renewed.ShouldBe((kept.Length == 0 ? "|" : kept).Replace("|", Of("new").TrimEnd(), StringComparison.Ordinal) + "\n");
        EditedText.Renew(renewed, Of("new"), Marker).ShouldBe(renewed);
    }

    [Fact]
    public void Where_a_comment_of_ours_is_gone_ours_is_what_can_be_known()
    {
        EditedText.Renew($"old\n\n{Marker}\n\nAfter.\n", Of("new"), Marker).ShouldBe($"{Of("new")}\nAfter.\n");
        EditedText.Renew("By hand.", Of("new"), Marker).ShouldBe(Of("new"));
    }

    [Theory]
    [InlineData("Solution of Diamonds: RMSLE 0.09", "Solution of Diamonds: RMSLE 0.08")]
    [InlineData("feat: price diamonds", "feat: price diamonds")]
    public void A_title_that_a_person_gave_stays(string there, string title) => EditedText.Title(there, "Solution of Diamonds: RMSLE 0.08").ShouldBe(title);

    private static string Of(string text) => $"{Begin}\n\n{text}\n\n{Marker}\n";
}
