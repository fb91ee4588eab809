using System.Globalization;
using System.Text.Json.Nodes;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Rule 5: whoever looks at the mixed file can't tell holdout rows from test rows.</summary>
public class BlindnessTests(PreparedTasks tasks)
{
    private const string Script = """
        import json, sys
        import numpy as np, pandas as pd
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.model_selection import StratifiedKFold, cross_val_score

        job = json.load(sys.stdin)
        frame = pd.read_csv(job['file'])
        raw = pd.read_csv(job['file'], dtype=str, keep_default_na=False)
        holdout = frame[job['id']].isin(job['holdout']).to_numpy().astype(int)
        features = pd.DataFrame({'position': np.arange(len(frame)), 'id': frame[job['id']]})
        for column in frame.columns:
            if column != job['id']:
                values = frame[column]
                features[column] = values if values.dtype.kind in 'if' else values.astype('category').cat.codes
                features[column + ' length'] = raw[column].str.len()
        model = HistGradientBoostingClassifier(max_iter=25, random_state=0)
        folds = StratifiedKFold(3, shuffle=True, random_state=0)
        print(cross_val_score(model, features, holdout, cv=folds, scoring='roc_auc').mean())
        """;

    public static TheoryData<string> Tasks => [.. Repository.ShippedTasks.Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task A_classifier_can_not_tell_holdout_from_test(string name)
    {
        PreparedTask prepared = await tasks.GetAsync(name);
        double area = await AreaAsync(prepared, "search/test.csv");
        area.ShouldBeInRange(0.45, 0.55);
    }

    [Fact]
    public async Task The_same_classifier_finds_a_split_that_gives_itself_away()
    {
        using PreparedTask prepared = await PreparedTask.MakeAsync(Path.Combine(Repository.Root, "tasks", "letters"));
        string file = Path.Combine(prepared.Folder, "search/test.csv");
        HashSet<string> holdout = [.. HoldoutIds(prepared.Holdout.Plan).Select(id => id.ToString(CultureInfo.InvariantCulture))];
        string[] lines = await File.ReadAllLinesAsync(file);
        await File.WriteAllLinesAsync(file, [lines[0], .. lines[1..].Select(line => holdout.Contains(line.Split(',')[0]) ? $"{line}.0" : line)]);
        (await AreaAsync(prepared, "search/test.csv")).ShouldBeGreaterThan(0.99);
    }

    private static async Task<double> AreaAsync(PreparedTask prepared, string file)
    {
        JsonObject job = new()
        {
            ["file"] = Path.Combine(prepared.Folder, file),
            ["id"] = prepared.Task.Facts.IdColumn,
            ["holdout"] = new JsonArray([.. HoldoutIds(prepared.Holdout.Plan).Select(id => (JsonNode)id)]),
        };
        return double.Parse(await Python.RunAsync(Script, job.ToJsonString()), CultureInfo.InvariantCulture);
    }

    private static IEnumerable<int> HoldoutIds(BlindPlan plan) => plan.Holdout.Select(row => plan.FreshIds[row]);
}
