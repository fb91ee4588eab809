using System.Text;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Models.Answers;
using CsCheck;

namespace AgentIde.Models.Tests.Answers;

public sealed class HostileAnswersTests
{
    private const int Iterations = 3_000;
    private const string Parent = "import os\n\ndef f():\n    return 1\n\nprint(f())\n";

    /// <summary>What answers are made of, and what is between it.</summary>
    private static readonly string[] Pieces =
    [
        "```", "```python\n", "~~~", "\n", "{", "}", "\"", "'", "\"code\": ", "\"plan\": ", "\"reasons\": [", "]", "\\", "\\u", "\\ud800", "\ud800", "\udc00", "\0", "<think>", "</think>",
        "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "    return 1\n", "print(f())\n", "import os\n", "Reasons:\n- a: `import os` - b\n", "`", "\u202E", "I can't", ",", ":", "1e999", "True", "\r",
        "# x", "**", "[a](", "'''", "\"\"\"", "$\"{", "}\"", "@\"", "/*", "{'is_bug': True, ",
    ];

    private static readonly Gen<string> Texts = Gen.Frequency(
        (4, Of(Pieces)),
        (1, Gen.String[0, 20]))
        .Array[0, 40].Select(string.Concat);

    private static readonly Gen<AnswerContext> Contexts = Gen.Select(
        Gen.Enum<Operator>(), Gen.Bool, Gen.Enum<ProgramLanguage>(), (@operator, edits, language) => new AnswerContext(@operator, edits ? Parent : null, language));

    [Fact]
    public void Whatever_a_model_says_is_a_program_or_an_unreadable_answer() =>
        Gen.Select(Texts, Contexts).Sample((text, context) => Read(text, context) is not { } answer || IsSound(answer), iter: Iterations);

    [Fact]
    public void Cutting_and_mending_a_good_answer_leads_to_nothing_else() =>
        Gen.Select(Of(Good), Gen.Int[0, 400], Of(Pieces), Gen.Int[0, 40], Contexts)
            .Sample((text, at, piece, gone, context) =>
            {
                int start = Math.Min(at, text.Length), end = Math.Min(text.Length, start + gone);
                return Read(text[..start] + piece + text[end..], context) is not { } answer || IsSound(answer);
            }, iter: Iterations);

    [Fact]
    public void Any_text_is_a_review_or_none() =>
        Texts.Sample(text =>
        {
            try
            {
                Review review = ReviewReader.Read(text);
                return review.Metric is null || double.IsFinite(review.Metric.Value);
            }
            catch (UnreadableAnswerException problem)
            {
                return problem.Message.Length > 0;
            }
        }, iter: Iterations);

    [Fact]
    public void Any_text_has_a_digest_that_another_comment_does_not_change() =>
        Texts.Select(text => text.Replace("\r", "", StringComparison.Ordinal)).Sample(text =>
            Sameness.Of("# one\n" + text, ProgramLanguage.Python) == Sameness.Of("# other\n\n" + text, ProgramLanguage.Python)
            && Sameness.Of("// one\n" + text, ProgramLanguage.CSharp) == Sameness.Of("/* other */\n\n" + text, ProgramLanguage.CSharp), iter: Iterations);

    [Fact]
    public void What_a_model_writes_as_strict_json_comes_back_as_it_was() =>
        Gen.Select(Texts, Gen.String[0, 60]).Sample((text, other) =>
        {
            string code = new([.. $"x{text}{other}x\n".Where(character => character is not ('<' or '`' or '\0' or '\r' or '~') && !char.IsSurrogate(character))]);
            using MemoryStream stream = new();
            using (Utf8JsonWriter json = new(stream))
            {
                json.WriteStartObject();
                json.WriteString("plan", "A plan.");
                json.WriteString("code", code);
                json.WriteEndObject();
            }

            Answer answer = AnswerReader.Read(Encoding.UTF8.GetString(stream.ToArray()), new AnswerContext(Operator.Draft, null, ProgramLanguage.Python));
            return answer.Code == code && answer.Plan == "A plan.";
        }, iter: Iterations);

    // Each of these takes minutes where any part of the reading is quadratic.
    [Theory]
    [InlineData("`")]
    [InlineData("```\n")]
    [InlineData("```\nx\n```\n")]
    [InlineData("```a")]
    [InlineData("~")]
    [InlineData("```\n\"\"\"\n```\n")]
    [InlineData("{")]
    [InlineData("{\"code\":")]
    [InlineData("{\"a\":{\"code\":[")]
    [InlineData("\"")]
    [InlineData("\\")]
    [InlineData("[")]
    [InlineData("[a](")]
    [InlineData("*")]
    [InlineData("_ ")]
    [InlineData("<think>")]
    [InlineData("<think></think>")]
    [InlineData("</think>")]
    [InlineData("<<<<<<< SEARCH\n")]
    [InlineData("<<<<<<< SEARCH\nx\n=======\n>>>>>>> REPLACE\n")]
    [InlineData("- a: `import os` - b\n")]
    [InlineData("import os\n")]
    [InlineData("\r")]
    [InlineData("\ud800")]
    [InlineData("'''\n")]
    [InlineData("(\n")]
    [InlineData(" ")]
    [InlineData("$\"{")]
    public void Half_a_megabyte_of_one_thing_is_read_in_a_moment(string piece)
    {
        string text = new StringBuilder().Insert(0, piece, 400_000 / piece.Length).ToString();
        string parent = new StringBuilder().Insert(0, "x\n", 50_000).ToString();
        foreach (string answer in (string[])[text, $"```python\n{text}", $"```python\n{text}\n```\n{text}", "{\"code\": \"" + text, $"<<<<<<< SEARCH\nx\nx\ny\n{text}\n=======\ny\n>>>>>>> REPLACE"])
        {
            AnswerContext context = new(Operator.Improve, parent, ProgramLanguage.Python);
            (Read(answer, context) is not { } read || IsSound(read)).ShouldBeTrue();
        }

        Sameness.Of(text, ProgramLanguage.Python).IsDefault.ShouldBeFalse();
        Sameness.Of(text, ProgramLanguage.CSharp).IsDefault.ShouldBeFalse();
        Should.Throw<UnreadableAnswerException>(() => ReviewReader.Read(text));
    }

    [Fact]
    public void An_answer_that_no_model_gives_is_not_even_looked_at() =>
        Should.Throw<UnreadableAnswerException>(() => AnswerReader.Read(new string('x', 2_000_001), new AnswerContext(Operator.Draft, null, ProgramLanguage.Python)))
            .Message.ShouldBe("The answer is longer than 2 million characters.");

    private static readonly string[] Good =
    [
        "A ridge.\n\n```python\nimport os\nx = 'input'\nprint('submission')\n```\n\nReasons:\n- load: `import os` - needed\n- model: `x = 'input'` - why\n",
        "{\"plan\": \"A ridge.\", \"code\": \"import os\\nx = 1\\n\", \"reasons\": \"- load: `import os` - needed\"}",
        "Less.\n\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n\n<<<<<<< SEARCH\nprint(f())\n=======\nprint(f() + 1)\n>>>>>>> REPLACE\nReasons:\n- f: `return 2` - more\n",
    ];

    private static Gen<string> Of(string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static Answer? Read(string text, AnswerContext context)
    {
        try
        {
            return AnswerReader.Read(text, context);
        }
        catch (UnreadableAnswerException problem)
        {
            problem.Message.ShouldNotBeEmpty();
            problem.Message.ShouldNotContain('\n');
            return null;
        }
    }

    private static bool IsSound(Answer answer)
    {
        int lines = answer.Code.Count(character => character == '\n');
        return answer.Plan.Length is > 0 and <= 600
            && !answer.Plan.Contains('\n', StringComparison.Ordinal)
            && answer.Code.EndsWith('\n')
            && !answer.Code.AsSpan().ContainsAny('\0', '\r')
            && new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(answer.Code) <= 500_000
            && answer.Reasons.All(reason => reason.FirstLine >= 1 && reason.FirstLine <= reason.LastLine && reason.LastLine <= lines && reason.Text.Length is > 0 and <= 300 && reason.Block.Length is > 0 and <= 40);
    }
}
