using System.Globalization;
using System.IO.Compression;
using System.Text;
using AgentIde.Bench.Prepared;
using AgentIde.Core.Holdouts;
using AgentIde.MleBench.Registry;
using AgentIde.MleBench.Tables;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Testing;

namespace AgentIde.MleBench.Tests;

/// <summary>
/// Competitions whose layout is known become tasks with a blind holdout that is graded as the competition is: with answers as its vectors have them, laid out as
/// MLE-bench's preparation does.
/// </summary>
public sealed class LayoutTests : IDisposable
{
    private const int RowsOfAGroup = 4;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Known => [.. CompetitionRegistry.All.Where(competition => CompetitionLayout.Of(competition) is not null).Select(competition => competition.Id)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Known))]
    public async Task A_competition_is_a_task_whose_holdout_is_graded_as_the_competition_is(string id)
    {
        Competition competition = CompetitionRegistry.Find(id)!;
        CompetitionLayout layout = CompetitionLayout.Of(competition)!;
        Table answers = Answers(id);
        string[] columns = [.. answers.Columns.Select(column => column.Name)];
        columns.ShouldContain(layout.IdColumn);
        string ending = answers[layout.IdColumn].TextOf(0).EndsWith(".jpg", StringComparison.Ordinal) ? ".jpg" : "";
        string[] targets = [.. columns.Where(column => column != layout.IdColumn && !layout.Answers.Contains(column) && column != layout.Group && (layout.Labels.IsEmpty || layout.Labels.Contains(column) || IsOneHot(layout, columns)))];
        targets = id switch
        {
            "ventilator-pressure-prediction" => ["pressure"],
            "ranzcr-clip-catheter-line-classification" => [.. targets.Except(["CVC - Normal", "Swan Ganz Catheter Present", "PatientID"])], // Its sample has nine of the columns.
            _ => targets,
        };

        DataFolder data = new(_folder["data"]);
        LayOut(data, competition, layout, answers, targets, ending);
        data.Open(id).Id.ShouldBe(id);
        PreparedTask.Obstacle(data, id).ShouldBeNull();
        TaskFolder task = TaskFolder.Read(PreparedTask.Make(data, id, _folder["task"], CancellationToken.None));
        task.Facts.Targets.ShouldBe(targets);
        task.SideFiles.ShouldAllBe(file => layout.Files.Any(files => files.Has(file)) || layout.Also.Contains(file));

        BlindHoldout holdout = new(task, new byte[BlindHoldout.SecretLength], 1, mayFold: false);
        string split = _folder["split"];
        SplitFacts facts = await holdout.PrepareAsync(split, CancellationToken.None);
        facts.HoldoutRows.ShouldBeGreaterThan(20);
        string[][] rows = [.. (await File.ReadAllLinesAsync(Path.Combine(split, "search", "test.csv"))).Select(line => line.Split(','))];
        int ids = Array.IndexOf(rows[0], layout.IdColumn), known = Array.IndexOf(rows[0], "number");
        byte[] submission = Encoding.UTF8.GetBytes($"{layout.IdColumn},{string.Join(',', targets)}\n" + string.Concat(rows.Skip(1).Select(row => $"{row[ids]},{string.Join(',', targets.Select(target => Predicted(id, Cell(answers, int.Parse(row[known], CultureInfo.InvariantCulture), target))))}\n")));

        Core.Holdouts.Grade grade = await holdout.Grader.GradeAsync(submission, CancellationToken.None);
        grade.Problem.ShouldBeNull();
        grade.StandardError.ShouldNotBeNull();
        ReadOnlyMemory<byte> restored = await holdout.RestoreAsync(submission, CancellationToken.None);
        await File.WriteAllBytesAsync(_folder["restored.csv"], restored.ToArray());
        Grade whole = await data.Open(id).Grade(_folder["restored.csv"], CancellationToken.None);
        whole.Problem.ShouldBeNull();
        if (id != "kuzushiji-recognition")
        {
            // What is right everywhere has the best score on the holdout as on the private answers.
            grade.Score!.Value.ShouldBe(whole.Score!.Value, 0.001);
        }
    }

    /// <summary>Whether the rows of test have ids of rows of train once more.</summary>
    private static bool IsCountedAnew(string id) => id is "nomad2018-predict-transparent-conductors" or "ventilator-pressure-prediction";

    private static bool IsOneHot(CompetitionLayout layout, string[] columns) => layout.Labels is [var label] && !columns.Contains(label);

    private static Table Answers(string id)
    {
        string[][] cases = [.. Vectors.Cases(Vectors.Own, id).Select(one => Path.Combine(one, "answers.csv")).Where(File.Exists).Select(File.ReadAllLines).Where(lines => lines.Length >= 8)];

        // Those that are all there, and not all the same.
        string[] answers = cases.OrderBy(lines => lines.Count(line => line.EndsWith(',') || line.Contains(",-1", StringComparison.Ordinal)))
            .ThenByDescending(lines => lines.Select(line => line.Split(',', 2)[^1]).Distinct().Count()).First();
        return TableReader.Read(Encoding.UTF8.GetBytes(string.Join('\n', answers) + "\n"), TableLimits.Usual, "answers");
    }

    /// <summary>The answer of a row, of which the vector's rows come again and again.</summary>
    private static string Cell(Table answers, int row, string column) => Quoted(answers[column].TextOf(row % answers.Rows) ?? "");

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <summary>Truth as a submission has it; of boxes the first one's middle.</summary>
    private static string Predicted(string id, string truth) => id != "kuzushiji-recognition" ? truth : truth.Split(' ') is [var label, var x, var y, ..] ? $"{label} {x} {y}" : "";

    private static void LayOut(DataFolder data, Competition competition, CompetitionLayout layout, Table answers, string[] targets, string ending)
    {
        (int trainRows, int testRows) = layout.Files.IsEmpty ? (600, 300) : (100, 60);
        bool oneHot = IsOneHot(layout, [.. answers.Columns.Select(column => column.Name)]);
        string[] labels = oneHot ? [layout.Labels[0]] : targets, others = [.. layout.Answers, .. layout.Group is { } group ? (string[])[group] : []];
        string publicFolder = Path.Combine(data.PreparedFolder(competition.Id), "public");
        string Label(int row, string label) => !oneHot ? Cell(answers, row, label) : targets.MaxBy(target => double.Parse(Cell(answers, row, target), CultureInfo.InvariantCulture))!;
        string Others(int row, int number) => string.Concat(others.Select(column => $",{(column == layout.Group ? $"{row / RowsOfAGroup}" : Cell(answers, number, column))}"));
        string Id(int row) => $"{7_000_000 + (row >= trainRows && IsCountedAnew(competition.Id) ? row - trainRows : row)}{ending}";
        StringBuilder train = new($"{layout.IdColumn},number,{string.Join(',', others.Concat(labels))}\n"), test = new($"{layout.IdColumn},number{string.Concat(others.Select(column => $",{column}"))}\n");
        StringBuilder sample = new($"{layout.IdColumn},{string.Join(',', targets)}\n"), truth = new($"{layout.IdColumn},{string.Join(',', others.Concat(targets))}\n");
        for (int row = 0; row < trainRows + testRows; row++)
        {
            // In no order, for test would seem to come after train.
            int number = row * 1_009 % (trainRows + testRows);
            string start = $"{Id(row)},{number}{Others(row, number)}";
            if (row < trainRows)
            {
                train.Append(CultureInfo.InvariantCulture, $"{start},{string.Join(',', labels.Select(label => Label(number, label)))}\n");
                continue;
            }

            string cells = string.Join(',', targets.Select(target => Cell(answers, number, target)));
            test.Append(start).Append('\n');
            sample.Append(CultureInfo.InvariantCulture, $"{Id(row)},{Predicted(competition.Id, cells)}\n");
            truth.Append(CultureInfo.InvariantCulture, $"{Id(row)}{Others(row, number)},{cells}\n");
        }

        Write(layout.Train, train.ToString());
        Write("test.csv", test.ToString());
        Write(Path.GetFileName(CompetitionFiles.Of(competition).Sample), sample.ToString());
        Write("description.md", "What Kaggle says.\n");
        string answersFile = Path.Combine(data.PreparedFolder(competition.Id), CompetitionFiles.Of(competition).Answers);
        Directory.CreateDirectory(Path.GetDirectoryName(answersFile)!);
        File.WriteAllText(answersFile, truth.ToString());
        Write("labels-once-more.json", "{}");
        foreach (string also in layout.Also)
        {
            Write(also, "name,of a class\n1,2\n");
        }

        foreach (LayoutFiles files in layout.Files.Where(_ => layout.Packed.IsEmpty))
        {
            for (int row = 0; row < trainRows + testRows; row++)
            {
                if ((row < trainRows ? files.Train : files.Test) is { } pattern)
                {
                    Write(pattern.Replace("{id}", Id(row), StringComparison.Ordinal) + (pattern.EndsWith('/') ? "inside.xyz" : ""), $"{row}");
                }
            }
        }

        foreach (string packed in layout.Packed)
        {
            bool isTrain = packed.StartsWith("train", StringComparison.Ordinal);
            using ZipArchive archive = ZipFile.Open(Path.Combine(publicFolder, packed), ZipArchiveMode.Create);
            for (int row = isTrain ? 0 : trainRows; row < (isTrain ? trainRows : trainRows + testRows); row++)
            {
                using StreamWriter entry = new(archive.CreateEntry(ending.Length > 0 ? Id(row) : $"{Id(row)}.jpg").Open());
                entry.Write(row);
            }
        }

        void Write(string name, string text)
        {
            string file = Path.Combine(publicFolder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }
}
