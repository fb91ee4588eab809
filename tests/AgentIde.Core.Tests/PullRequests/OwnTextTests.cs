using AgentIde.Core.PullRequests;

namespace AgentIde.Core.Tests.PullRequests;

/// <summary>What a text at GitHub says of its run and of an issue, by what stands between our marks alone.</summary>
public sealed class OwnTextTests
{
    private const string Begin = "<!-- agentide:text diamonds-1 0123abcd -->", End = "<!-- agentide:run diamonds-1 0123abcd -->";

    [Theory]
    [InlineData($"{Begin}\r\n\r\n## What\r\n\r\nCloses Ann/gems#12\r\n\r\n{End}\r\n", "Ann/gems#12")]
    [InlineData($"Closes ann/gems#3\n{Begin}\nCloses ann/gems#12\n{End}\nCloses ann/gems#4", "ann/gems#12")]
    [InlineData($"{Begin}\nIt Closes ann/gems#12\n> Closes ann/gems#12\nCloses ann/gems#12 soon\n{End}", null)]
    [InlineData($"{Begin}\nCloses ann/gems#\u200B12\n{End}", null)]
    [InlineData($"Closes ann/gems#12\n{End}", null)]
    [InlineData("<!-- agentide:text diamonds-2 0123abcd -->\nCloses ann/gems#12\n" + End, null)]
    public void An_issue_is_closed_by_a_line_of_ours(string body, string? closes)
    {
        OwnText text = OwnText.Read(body).ShouldNotBeNull();
        (text.Run, text.Identity, text.Closes, text.IsClosing("ann/GEMS#12")).ShouldBe(("diamonds-1", "0123abcd", closes, closes is not null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Closes ann/gems#12")]
    [InlineData("<!-- agentide:run diamonds-1 ]( -->")]
    public void A_text_without_our_mark_is_none_of_ours(string? body) => OwnText.Read(body).ShouldBeNull();
}
