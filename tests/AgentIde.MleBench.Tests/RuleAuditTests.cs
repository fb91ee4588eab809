using System.Text.Json;
using AgentIde.Bench.Rules;
using AgentIde.Core.Auditing;
using AgentIde.Core.Runs;
using AgentIde.MleBench.Registry;
using AgentIde.Testing;

namespace AgentIde.MleBench.Tests;

public sealed class RuleAuditTests
{
    private const string Honest = """
        import pandas as pd
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.model_selection import StratifiedKFold

        train = pd.read_csv("/home/data/train.csv")
        test = pd.read_csv("/home/data/test.csv")
        columns = [name for name in test.columns if name != "id"]
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        predicted = 0
        for fit, held in folds.split(train[columns], train["target"]):
            model = HistGradientBoostingClassifier(max_iter=300, learning_rate=0.05)
            model.fit(train.loc[fit, columns], train.loc[fit, "target"])
            predicted = predicted + model.predict_proba(test[columns])[:, 1] / 5
        test["target"] = predicted
        test[["id", "target"]].to_csv("/home/submission/submission.csv", index=False)
        """;

    /// <summary>The same by another's hand.</summary>
    private const string Renamed = """
        # My own work.
        import pandas as tables
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.model_selection import StratifiedKFold
        learn = tables.read_csv('../input/train.csv')
        apply = tables.read_csv('../input/test.csv')
        features = [c for c in apply.columns if c != 'id']   # all of them
        split = StratifiedKFold(10, shuffle=True, random_state=42)
        out = 0
        for a, b in split.split(learn[features], learn['target']):
            booster = HistGradientBoostingClassifier(max_iter=900, learning_rate=0.02)
            booster.fit(learn.loc[a, features], learn.loc[a, 'target'])
            out = out + booster.predict_proba(apply[features])[:, 1] / 10
        apply['target'] = out
        apply[['id', 'target']].to_csv('submission.csv', index=False)
        """;

    private const string Another = """
        import numpy as np
        import torch
        from torch import nn

        class Net(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.layers = nn.Sequential(nn.Linear(width, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 1))

            def forward(self, rows):
                return self.layers(rows).squeeze(-1)

        data = np.genfromtxt("/home/data/train.csv", delimiter=",", skip_header=1)
        net = Net(data.shape[1] - 2)
        optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3)
        for epoch in range(20):
            for batch in np.array_split(np.random.permutation(len(data)), 100):
                optimiser.zero_grad()
                loss = nn.functional.binary_cross_entropy_with_logits(net(torch.tensor(data[batch, 1:-1]).float()), torch.tensor(data[batch, -1]).float())
                loss.backward()
                optimiser.step()
        """;

    private static readonly Competition Pizza = CompetitionRegistry.Find("random-acts-of-pizza")!;

    [Fact]
    public void An_honest_program_and_its_log_break_no_rule() =>
        RuleAudit.Of(Pizza, [Program(Honest), new SubmissionSource("agent.log", "fold 1: 0.7\nwrote /home/submission/submission.csv\n", null)], [Program(Another, "kernels/net.py")]).ShouldBeEmpty();

    [Theory]
    [InlineData("answers = pd.read_csv('/data/random-acts-of-pizza/prepared/private/test.csv')", "unauthorized-access")]
    [InlineData("from mlebench.grade import grade_csv", "unauthorized-access")]
    [InlineData("subprocess.run('kaggle competitions download -c random-acts-of-pizza', shell=True)", "unauthorized-access")]
    [InlineData("from openai import OpenAI", "llm-api")]
    [InlineData("reply = requests.post('https://api.anthropic.com/v1/messages', json=body)", "llm-api")]
    [InlineData("x['known'] = train['giver_username_if_known'] != 'N/A'", "known-leak")]
    [InlineData("text = '''\n1,0.5\n2,0.5\n3,0.5\n4,0.5\n5,0.5\n6,0.5\n7,0.5\n8,0.5\n9,0.5\n10,0.5\n11,0.5\n12,0.5\n13,0.5\n14,0.5\n15,0.5\n16,0.5\n17,0.5\n18,0.5\n19,0.5\n20,0.5\n'''", "manually-writing-submissions")]
    public void What_a_program_must_not_do_is_found_on_its_line(string line, string rule)
    {
        RuleFinding[] found = [.. RuleAudit.Of(Pizza, [Program($"{Honest}\n{line}\n")], []).Where(finding => finding.Severity == AuditSeverity.Warning)];
        found.Select(finding => (Name(finding.Rule), finding.File, finding.Line)).ShouldContain((rule, "solution.py", 1 + Honest.Split('\n').Length));
    }

    [Fact]
    public void Numbers_that_are_answers_and_a_submission_that_comes_of_nothing_are_found()
    {
        string numbers = string.Join(", ", Enumerable.Range(0, 90).Select(number => $"0.{number:00}"));
        RuleFinding[] found = [.. RuleAudit.Of(Pizza, [Program($"predicted = [{numbers}]\nwith open('submission.csv', 'w') as file:\n    for id, chance in enumerate(predicted):\n        file.write(f'{{id}},{{chance}}\\n')\n")], [])];
        found.Select(finding => (finding.Rule, finding.Line)).ShouldBe([(Rule.HandWritten, null), (Rule.HardCoded, 1)], ignoreOrder: true);
    }

    [Theory]
    [InlineData("$ cat <<EOF > /home/submission/submission.csv", Rule.HandWritten)]
    [InlineData("""{"command": "echo \"t3_1,0.5\" >> submission.csv"}""", Rule.HandWritten)]
    [InlineData("$ ls -la /private/data/random-acts-of-pizza/prepared/private/", Rule.UnauthorizedAccess)]
    public void What_was_typed_is_found_in_logs_however_long_their_lines_are(string typed, Rule rule)
    {
        RuleFinding found = RuleAudit.Of(Pizza, [Program(Honest), new SubmissionSource("agent.log", $"begun\n{new string('-', 24_000)}{typed}\n", null)], []).ShouldHaveSingleItem();
        (found.Rule, found.Severity, found.File, found.Line).ShouldBe((rule, AuditSeverity.Warning, "agent.log", 2));
    }

    [Fact]
    public void A_copy_is_known_by_another_hand_and_another_program_is_none()
    {
        SubmissionSource copied = Program(Honest, "kernels/boosting.ipynb"), other = Program(Another, "kernels/net.py");
        RuleFinding found = RuleAudit.Of(Pizza, [Program(Renamed)], [other, copied]).Where(finding => finding.Rule == Rule.NearCopy).ShouldHaveSingleItem();
        found.Severity.ShouldBe(AuditSeverity.Warning);
        found.Evidence.ShouldMatch(@"^(100|[89]\d) % of its \d+ fingerprints stand in kernels/boosting\.ipynb$");
        Fingerprints.Of(Another, ProgramLanguage.Python).In(Fingerprints.Of(Honest, ProgramLanguage.Python)).Share.ShouldBeLessThan(0.05);
        Fingerprints.Of("print(1)\n", ProgramLanguage.Python).Count.ShouldBe(0);
    }

    [Fact]
    public void Folders_are_read_with_notebooks_as_their_code_and_without_what_links_lead_to()
    {
        using TemporaryFolder folder = new();
        folder.Write("code/solution.py", Honest);
        folder.Write("code/look.ipynb", JsonSerializer.Serialize(new { cells = new object[] { new { cell_type = "markdown", source = "# Title" }, new { cell_type = "code", source = (string[])["%matplotlib inline\n", "!pip install x\n", "import openai\n"] } } }));
        folder.Write("code/model.bin", "no text");
        folder.Write("code/logs/agent.log", "begun\n");
        File.CreateSymbolicLink(folder["code", "shadow.py"], "/etc/shadow");

        SubmissionSource[] read = [.. SubmissionSource.Read(folder["code"])];

        read.Select(source => (source.Name, source.Language)).ShouldBe([("logs/agent.log", null), ("look.ipynb", ProgramLanguage.Python), ("solution.py", ProgramLanguage.Python)]);
        read[1].Text.ShouldBe("# %matplotlib inline\n# !pip install x\nimport openai\n");
        Should.Throw<BenchException>(() => SubmissionSource.Read(folder["nothing"])).Message.ShouldEndWith("is not there: name the folder of a submission's programs and logs.");
    }

    private static SubmissionSource Program(string code, string name = "solution.py") => new(name, code, ProgramLanguage.Python);

    private static string Name(Rule rule) => JsonSerializer.Serialize(rule).Trim('"');
}
