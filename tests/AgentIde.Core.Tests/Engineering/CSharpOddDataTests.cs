using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.CSharp;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>C# programs on data that are not what the profile says, taken as they come.</summary>
public sealed class CSharpOddDataTests
{
    private static string[] Metrics => Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? ["rmse", "log-loss", "multi-class-log-loss"] : ["multi-class-log-loss"];

    [Fact]
    public async Task Words_gaps_and_surprises_break_no_family()
    {
        using CSharpEnvironment csharp = new();
        List<string> folders = [];
        foreach (string metric in Metrics)
        {
            Tables odd = Tables.Make(metric);
            odd = odd with { Train = CSharpRepairTests.Cell(CSharpRepairTests.Cell(CSharpRepairTests.Cell(odd.Train, 7, 2, "wide"), 8, 1, ""), 9, 4, "\"Köln, \"\"Süd\"\"\"") };
            odd = odd with { Test = CSharpRepairTests.Cell(CSharpRepairTests.Cell(CSharpRepairTests.Cell(CSharpRepairTests.Cell(odd.Test, 3, 3, "Superb"), 4, 1, ""), 5, 2, "-inf"), 6, 5, "soon") };
            if (metric == "multi-class-log-loss")
            {
                // One row alone has the class, so that four folds of five never see it.
                odd = odd with { Train = odd.Train.Replace(",a\n", ",b\n", StringComparison.Ordinal) };
                odd = odd with { Train = CSharpRepairTests.Cell(odd.Train, 20, 7, "a") };
            }

            Problem problem = new(odd.Task, odd.Profile, 2) { Language = ProgramLanguage.CSharp };
            folders.AddRange(Catalogue.Families.Where(family => family.Fits(problem))
                .Select(family => csharp.Lay($"{metric}-{family.Name}", Composer.Compose(problem, Drafts.Start(problem, family)).Code, odd)));
        }

        folders.Count.ShouldBe(4 * Metrics.Length);
        foreach ((int i, string output) in (await csharp.ExecuteAsync([.. folders])).Index())
        {
            output.ShouldStartWith("score: ", Case.Sensitive, $"{folders[i]}: {output}");
            (await File.ReadAllTextAsync(Path.Combine(folders[i], "submission.csv"), TestContext.Current.CancellationToken)).ShouldNotContain("NaN", Case.Sensitive, folders[i]);
        }
    }
}
