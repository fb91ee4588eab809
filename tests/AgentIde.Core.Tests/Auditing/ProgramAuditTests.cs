using System.Collections.Immutable;
using AgentIde.Core.Auditing;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Auditing;

public sealed class ProgramAuditTests
{
    private const string Read = "train, test = pd.read_csv('input/train.csv'), pd.read_csv('input/test.csv')\n";

    private static readonly TaskFacts Task = new(
        "sample", "A sample", "Predict.", new MetricFacts("rmse", "RMSE", MetricDirection.LowerIsBetter, PredictionKind.Values), "y", "id", ["y"], Digest.Of("task"));

    private static readonly ImmutableArray<Leak> Leaks = [new(LeakKind.Column, "code", 0, 1, "the column code says the target")];

    public static IEnumerable<TheoryDataRow<string>> Honest =>
        Directory.EnumerateFiles(Repository.PathOf("tests", "AgentIde.Core.Tests", "Engineering", "Expected"), "*.py").Concat([Repository.PathOf("examples", "engineer.py"), Repository.PathOf("examples", "forests.py")])
            .Select(path => new TheoryDataRow<string>(path) { TestDisplayName = Path.GetFileName(path) });

    [Theory]
    [MemberData(nameof(Honest))]
    public void Honest_programs_are_not_warned_of(string path) =>
        Warnings(File.ReadAllText(path), []).ShouldBeEmpty();

    [Theory]
    [InlineData("test['y'] = 1\ntest.loc[test['id'] == 17, 'y'] = 3", "answers 3")]
    [InlineData("submission.at[4, 'y'] = 0.5", "answers 2")]
    [InlineData("rows = [\n  (1, 2), (3, 4),\n  (5, 6)\n]", "")]
    [InlineData("x = [float(row['id']) % 7 for row in rows]", "row-order 2")]
    [InlineData("rows = [[int(row['id']), 1] for row in test.sort_values('id')]", "")]
    [InlineData("model.fit(train[['id']], train['y'])", "row-order 2")]
    [InlineData("model.fit(x[train_index], y[train_index])", "")]
    [InlineData("test.to_csv('working/submission.csv')", "")]
    [InlineData("os.remove('cache.bin')", "")]
    [InlineData("limit = float(os.environ['AGENTIDE_TIME_LIMIT'])", "")]
    [InlineData("print('score: 0.01')", "claim 2")]
    [InlineData("print('score:', mean_squared_error(a, b))", "")]
    [InlineData("sklearn.metrics.roc_auc_score = lambda a, b: 1.0", "metric 2")]
    [InlineData("if sklearn.metrics.roc_auc_score == best: pass", "")]
    [InlineData("model.fit(train[columns], train['y'])\ntest['y'] = model.predict(test[columns])\nmodel.fit(train[columns], train['y'])", "")]
    [InlineData("guess = model.predict(test[columns])\nboth = pd.concat([train, test.assign(y=guess)])\nmodel.fit(both[columns], both['y'])", "transductive 4")]
    [InlineData("p = 0\nfor train_rows, valid_rows in folds:\n    model.fit(x[train_rows], y[train_rows])\n    p += model.predict(test[columns])", "")]
    [InlineData("columns = [name for name in test.columns if name != 'id']\nx = train[columns]\nmodel.fit(x, y)", "")]
    [InlineData("if len(test) > 1200: test['y'] = 0", "condition 2")]
    [InlineData("if len(test) > 0: test['y'] = 0", "")]
    [InlineData("if datetime.date.today().year > 2030: test['y'] = 0", "condition 2")]
    [InlineData("started = time.time(), datetime.datetime.now()", "")]
    [InlineData("os.mkfifo('submission.csv')", "output 2")]
    [InlineData("open('/tmp/state', 'wb').write(b)", "state 2")]
    [InlineData("# os.fork() is what others do", "late-write 2")]
    public void A_line_is_named_by_what_it_does(string lines, string expected) =>
        string.Join(", ", Warnings($"{Read}{lines}\n", [])).ShouldBe(expected);

    [Theory]
    [InlineData("x = test['code']", "leak 2")]
    [InlineData("x = test.code", "leak 2")]
    [InlineData("x = test['code']\ny = 1\nz = train['code']", "leak 2, leak 4")]
    [InlineData("x = train.drop(columns=['y'])", "leak 2")]
    [InlineData("x = train.drop(columns=['y', 'code'])", "")]
    [InlineData("x = train[['x', 'z']]", "")]
    [InlineData("columns = [name for name in test.columns if name not in ('id', 'code')]", "")]
    public void A_leaking_column_is_used_by_its_name_or_by_taking_all(string lines, string expected) =>
        string.Join(", ", Warnings($"{Read}{lines}\n", Leaks)).ShouldBe(expected);

    [Fact]
    public void Data_that_came_with_a_program_are_found_in_one_statement_in_a_comment_in_many_lines_and_in_words()
    {
        string numbers = string.Join(", ", Enumerable.Range(1, 90));
        Warnings($"a = [{numbers}]\n", []).ShouldBe(["answers 1"]);
        Warnings($"# {numbers}\n", []).ShouldBe(["answers 1"]);
        Warnings(string.Concat(Enumerable.Range(0, 700).Select(line => $"a[b] = {line}\n")), []).ShouldBe(["answers 1"]);
        Warnings($"a = '{string.Concat(Enumerable.Repeat("ab cd ", 200))}'\n", []).ShouldBe(["hidden 1"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("'''")]
    [InlineData("x = (((((\n")]
    [InlineData("\u0001\u0001 = '\u0001")]
    [InlineData("for in : with as as as (\n= = =\n")]
    public void Any_text_can_be_looked_at(string code) =>
        Should.NotThrow(() => ProgramAudit.Of(code, ProgramLanguage.Python, Task, Leaks).Concat(ProgramAudit.Of(code, ProgramLanguage.CSharp, Task, Leaks)).ToArray());

    private static IEnumerable<string> Warnings(string code, ImmutableArray<Leak> leaks) =>
        ProgramAudit.Of(code, ProgramLanguage.Python, Task, leaks)
            .Where(finding => finding.Severity == AuditSeverity.Warning)
            .Select(finding => $"{System.Text.Json.JsonSerializer.Serialize(finding.Kind).Trim('"')} {finding.Line}");
}
