using System.Text;
using System.Text.Json.Nodes;

namespace AgentIde.Tasks.Tests.Metrics;

/// <summary>Answers and predictions as text, for our grader and for another's.</summary>
/// <param name="Predictions">One a row, or one for each class, row by row.</param>
/// <param name="Classes">For probabilities of classes: their names, sorted; for labels: those of train.</param>
/// <param name="Stricter">Where we refuse what scikit-learn lets pass.</param>
internal sealed record MetricCase(string Name, string Metric, string[] Answers, string[] Predictions, string[] Classes, bool Stricter = false)
{
    private bool OneColumnEach => Metric == "multi-class-log-loss";

    private string[] Targets => OneColumnEach ? Classes : ["label"];

    private int Width => Targets.Length;

    public JsonObject ToJson() => new()
    {
        ["metric"] = Metric,
        ["answers"] = Array(Answers),
        ["predictions"] = Array(Predictions),
        ["classes"] = Array(Classes),
        ["numeric"] = Classes.All(name => double.TryParse(name, out _)),
    };

    public void WriteTo(TaskBuilder task)
    {
        task.Text("task.yaml", $"id: case\ntitle: Case\ndescription: description.md\nmetric: {Metric}\nlabel: truth\nsubmission:\n  id: id\n  target: [{string.Join(", ", Targets.Select(target => $"'{target}'"))}]\n");
        IEnumerable<string> labels = Metric switch
        {
            "accuracy" or "multi-class-log-loss" => Classes,
            _ => ["0", "1"],
        };
        task.Text("public/train.csv", "id,truth,x\n" + string.Concat(labels.Select((label, row) => $"t{row},{label},1\n")));
        task.Text("public/test.csv", "id,x\n" + string.Concat(Answers.Select((_, row) => $"{row},1\n")));
        task.Text("public/sample_submission.csv", Table(row => string.Join(',', Targets.Select(_ => "0"))));
        task.Text("private/answers.csv", Table(row =>
            OneColumnEach ? string.Join(',', Classes.Select(name => name == Answers[row] ? "1" : "0")) : Answers[row]));
    }

    /// <summary>The rows from last to first, for ids say where they belong.</summary>
    public string Submission() => Table(row => string.Join(',', Predictions.Skip(row * Width).Take(Width)), reversed: true);

    private string Table(Func<int, string> fields, bool reversed = false)
    {
        StringBuilder text = new($"id,{string.Join(',', Targets)}\n");
        for (int place = 0; place < Answers.Length; place++)
        {
            int row = reversed ? Answers.Length - 1 - place : place;
            text.Append(row).Append(',').Append(fields(row)).Append('\n');
        }

        return text.ToString();
    }

    private static JsonArray Array(string[] texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
