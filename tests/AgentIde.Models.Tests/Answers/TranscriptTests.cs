using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;
using AgentIde.Models.Answers;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Answers;

/// <summary>Exchanges that AIDE recorded: what it took for plan, code and review must be what is read here.</summary>
public sealed partial class TranscriptTests
{
    public static TheoryData<string> Files
    {
        get
        {
            TheoryData<string> files = [Repository.PathOf("tests", "AgentIde.Models.Tests", "Answers", "Transcripts", "small.jsonl")];
            string recorded = Path.GetFullPath(Repository.PathOf("..", "shared", "transcripts", "aide-dog-breed.jsonl"));
            if (File.Exists(recorded))
            {
                files.Add(recorded);
            }

            return files;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Solutions_are_read_as_aide_reads_them(string file)
    {
        string[] answers = [.. Exchanges(file).Where(exchange => !exchange.IsReview).Select(exchange => exchange.Response)];
        answers.Length.ShouldBe(file.EndsWith("small.jsonl", StringComparison.Ordinal) ? 2 : 13);
        foreach (string response in answers)
        {
            Answer answer = AnswerReader.Read(response, new AnswerContext(Operator.Draft, null, ProgramLanguage.Python));

            answer.Code.TrimEnd().ShouldBe(AideCode().Match(response).Groups[1].Value.TrimEnd());
            string plan = Words(response[..response.IndexOf("```", StringComparison.Ordinal)]);
            plan.ShouldStartWith(Words(answer.Plan.TrimEnd('…')));
            (answer.Plan.EndsWith('…') || Words(answer.Plan) == plan).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Reviews_are_read_as_aide_reads_them(string file)
    {
        string[] reviews = [.. Exchanges(file).Where(exchange => exchange.IsReview).Select(exchange => exchange.Response)];
        reviews.Length.ShouldBe(file.EndsWith("small.jsonl", StringComparison.Ordinal) ? 2 : 12);
        foreach (string response in reviews)
        {
            Review review = ReviewReader.Read(response);

            review.IsBug.ShouldBe(response.StartsWith("{'is_bug': True,", StringComparison.Ordinal));
            review.Metric.ShouldBe(Metric().Match(response).Groups[1].Value is var metric && metric == "None" ? null : double.Parse(metric, CultureInfo.InvariantCulture));
            review.LowerIsBetter.ShouldBe(response.EndsWith("'lower_is_better': True}", StringComparison.Ordinal));
            review.Summary.Length.ShouldBeGreaterThan(20);
        }
    }

    private static IEnumerable<(bool IsReview, string Response)> Exchanges(string file)
    {
        foreach (string line in File.ReadLines(file))
        {
            using JsonDocument exchange = JsonDocument.Parse(line);
            yield return (exchange.RootElement.TryGetProperty("function_spec", out _), exchange.RootElement.GetProperty("response").GetString()!);
        }
    }

    private static string Words(string text) => string.Join(' ', text.Replace("`", "").Replace("*", "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // AIDE's own pattern for a block of code.
    [GeneratedRegex("```(?:python)?\n*(.*?)\n*```", RegexOptions.Singleline)]
    private static partial Regex AideCode();

    [GeneratedRegex("'metric': ([^,]+),")]
    private static partial Regex Metric();
}
