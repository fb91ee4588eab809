using AgentIde.Models.Answers;

namespace AgentIde.Models.Tests.Answers;

public sealed class ReviewTests
{
    [Theory]
    [InlineData("{\"is_bug\": false, \"summary\": \"It ran.\", \"metric\": 0.93, \"lower_is_better\": false}", false, 0.93, false)]
    [InlineData("{'is_bug': False, 'has_csv_submission': True, 'summary': \"It ran.\", 'metric': 0.93, 'lower_is_better': True}", false, 0.93, true)]
    [InlineData("```json\n{\"is_bug\": \"true\", \"summary\": \"It ran.\", \"metric\": null, \"lower_is_better\": null}\n```", true, null, null)]
    [InlineData("So: {\"is_bug\": true, \"summary\": \"It ran.\", \"metric\": \"none\"}.", true, null, null)]
    [InlineData("<think>{hm}</think>{\"is_bug\": false, \"summary\": \"It ran.\", \"metric\": 1, \"lower_is_better\": true}", false, 1.0, true)]
    [InlineData("{\"is_bug\": false, \"summary\": \"It ran.\", \"metric\": NaN}", false, null, null)]
    [InlineData("{\"is_bug\": false, \"summary\": \"It ran.\", \"metric\": 1e-3", false, 0.001, null)]
    public void A_review_is_read_from_any_usual_form(string text, bool isBug, double? metric, bool? lowerIsBetter) =>
        ReviewReader.Read(text).ShouldBe(new Review(isBug, "It ran.", metric, lowerIsBetter));

    [Theory]
    [InlineData("")]
    [InlineData("It ran well.")]
    [InlineData("{\"summary\": \"It ran.\"}")]
    [InlineData("{\"is_bug\": \"perhaps\"}")]
    public void A_text_that_does_not_say_whether_there_is_a_bug_is_no_review(string text) =>
        Should.Throw<UnreadableAnswerException>(() => ReviewReader.Read(text)).Message.ShouldStartWith("The review is no object with is_bug");

    [Fact]
    public void Findings_name_the_line_that_they_speak_of()
    {
        Review review = ReviewReader.Read("""{"is_bug": false, "is_suspect": true, "summary": "It ran.", "metric": 0.1, "lower_is_better": true, "findings": ["leak: `x = train` - the label is a feature", {"block": "metric", "line": "print(1)", "text": "a constant"}, "no line at all"]}""");
        review.IsSuspect.ShouldBe(true);
        review.Findings.Select(found => (found.Block, found.Line, found.Text)).ShouldBe([("leak", "x = train", "the label is a feature"), ("metric", "print(1)", "a constant")]);
        ReviewReader.Read("""{"is_bug": true, "summary": "It failed.", "metric": null, "lower_is_better": true}""").ShouldSatisfyAllConditions(
            plain => plain.IsSuspect.ShouldBeNull(), plain => plain.Findings.ShouldBeEmpty());
    }
}
