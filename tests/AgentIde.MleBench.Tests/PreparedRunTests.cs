using System.Globalization;
using System.IO.Compression;
using System.Text;
using AgentIde.Bench.Prepared;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Testing;

namespace AgentIde.MleBench.Tests;

/// <summary>Prepared folders from the task to the grade, as a run goes through them, with what a program sees of them in between.</summary>
public sealed class PreparedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PreparedRunTests() => PreparedContests.Create(_folder["data"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pictures_are_held_out_blind_and_what_they_show_is_graded()
    {
        DataFolder data = new(_folder["data"]);
        TaskFolder task = TaskFolder.Read(PreparedTask.Make(data, PreparedContests.Pictures, _folder["task"], CancellationToken.None));
        task.Facts.Metric.Name.ShouldBe("roc-auc");
        task.Facts.Files.ShouldNotBeNull().ShouldBe([new("train/{id}", "test/{id}")]);
        BlindHoldout holdout = new(task, new byte[BlindHoldout.SecretLength], 1);
        SplitFacts facts = await holdout.PrepareAsync(_folder["split"], CancellationToken.None);
        (facts.Folds, facts.Distinguishable, facts.Leaks).ShouldBe((5, null, null));

        // As an attacker looks at it: old names, times, rights, places, and everything that is not of a row.
        string[] old = [.. (await File.ReadAllLinesAsync(_folder["data", PreparedContests.Pictures, "prepared", "public", "train.csv"])).Skip(1).Select(line => line.Split('.')[0])];
        foreach (string folder in Directory.GetDirectories(_folder["split"]))
        {
            FileInfo[] files = [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)];
            files.Where(file => file.Extension != ".jpg").Select(file => file.Name).Order(StringComparer.Ordinal).ShouldBe(["sample_submission.csv", "test.csv", "train.csv"]);
            files.Select(file => (file.LastWriteTimeUtc, file.UnixFileMode)).Distinct().Count().ShouldBe(1);
            new DirectoryInfo(folder).EnumerateDirectories("*", SearchOption.AllDirectories).Select(inner => (inner.LastWriteTimeUtc, inner.UnixFileMode)).Distinct().Count().ShouldBe(1);
            string tables = string.Concat(files.Where(file => file.Extension == ".csv").Select(file => File.ReadAllText(file.FullName)));
            old.ShouldAllBe(id => !tables.Contains(id));
            string[] inTest = Ids(Path.Combine(folder, "test.csv")), inTrain = Ids(Path.Combine(folder, "train.csv"));
            Names(Path.Combine(folder, "test")).ShouldBe(inTest, ignoreOrder: true);
            Names(Path.Combine(folder, "train")).ShouldBe(inTrain, ignoreOrder: true);
        }

        // The same rows have other names on each fold.
        Ids(_folder["split", "fold-2", "test.csv"]).Intersect(Ids(_folder["split", "search", "test.csv"])).Count().ShouldBeLessThan(100);

        byte[] seen = Predictions(_folder["split", "search"], id => Brightness(_folder["split", "search", "test", id])), blind = Predictions(_folder["split", "search"], _ => 0.5);
        Core.Holdouts.Grade grade = await holdout.Grader.GradeAsync(seen, CancellationToken.None);
        grade.Score!.Value.ShouldBeGreaterThan(0.8);
        (await holdout.Grader.GradeAsync(blind, CancellationToken.None)).Score.ShouldBe(0.5);
        await GradedAsync(data, PreparedContests.Pictures, await holdout.RestoreAsync(seen, CancellationToken.None), least: 0.8);
        byte[] refitted = Predictions(_folder["split", "refit"], id => Brightness(_folder["split", "refit", "test", id]));
        await GradedAsync(data, PreparedContests.Pictures, await holdout.RestoreAsync(refitted, CancellationToken.None), least: 0.8);
        await File.AppendAllTextAsync(_folder["task", "public", "train", $"{old[0]}.jpg"], "changed");
        (await Should.ThrowAsync<TaskProblemException>(() => holdout.PrepareAsync(_folder["split"], CancellationToken.None))).Message.ShouldContain("have changed since the task was read");
    }

    [Fact]
    public async Task A_metric_of_its_own_is_the_same_on_the_holdout_and_on_the_private_answers()
    {
        DataFolder data = new(_folder["data"]);
        TaskFolder task = TaskFolder.Read(PreparedTask.Make(data, PreparedContests.Table, _folder["task"], CancellationToken.None));
        task.Facts.Metric.Name.ShouldBe("mle-bench/playground-series-s3e18");
        BlindHoldout holdout = new(task, new byte[BlindHoldout.SecretLength], 1);
        SplitFacts facts = await holdout.PrepareAsync(_folder["split"], CancellationToken.None);
        (facts.Folds, facts.Distinguishable).ShouldBe((null, null));
        Dictionary<string, string> activity = (await File.ReadAllLinesAsync(_folder["split", "search", "test.csv"])).Skip(1).Select(line => line.Split(',')).ToDictionary(cells => cells[0], cells => cells[1]);
        byte[] seen = Predictions(_folder["split", "search"], id => double.Parse(activity[id], CultureInfo.InvariantCulture));
        Core.Holdouts.Grade grade = await holdout.Grader.GradeAsync(seen, CancellationToken.None);
        double whole = await GradedAsync(data, PreparedContests.Table, await holdout.RestoreAsync(seen, CancellationToken.None), least: 0.85);
        Math.Abs(grade.Score!.Value - whole).ShouldBeLessThan(4 * grade.StandardError!.Value);
        grade.StandardError.Value.ShouldBeInRange(0.001, 0.05);
    }

    [Fact]
    public void A_row_of_tweets_without_words_is_left_out_and_an_archive_stays_away()
    {
        string folder = _folder["data", "tweet-sentiment-extraction", "prepared"];
        Write("public/train.csv", "textID,text,selected_text,sentiment\na1,\"good, day\",good,positive\na2,,,neutral\na3,bad day,bad,negative\n");
        Write("public/test.csv", "textID,text,sentiment\nb1,good night,positive\n");
        Write("public/sample_submission.csv", "textID,selected_text\nb1,\n");
        Write("public/train.zip", "once more");
        Write("private/test.csv", "textID,selected_text\nb1,good\n");
        string task = PreparedTask.Make(new DataFolder(_folder["data"]), "tweet-sentiment-extraction", _folder["task"], CancellationToken.None);
        File.ReadAllText(Path.Combine(task, "public", "train.csv")).ShouldBe("textID,text,selected_text,sentiment\na1,\"good, day\",good,positive\na3,bad day,bad,negative\n");
        TaskFolder.Read(task).SideFiles.ShouldBeEmpty();

        void Write(string name, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllText(Path.Combine(folder, name), text);
        }
    }

    [Fact]
    public void A_broken_archive_is_told_with_its_competition()
    {
        File.WriteAllText(_folder["data", PreparedContests.Pictures, "prepared", "public", "train.zip"], "cut off");
        Should.Throw<BenchException>(() => PreparedTask.Make(new DataFolder(_folder["data"]), PreparedContests.Pictures, _folder["task"], CancellationToken.None)).Message.ShouldStartWith($"{PreparedContests.Pictures}: ");
    }

    [Fact]
    public void What_the_data_lack_is_said_before_a_run()
    {
        DataFolder data = new(_folder["data"]);
        PreparedTask.Obstacle(data, PreparedContests.Pictures).ShouldBeNull();
        File.Delete(_folder["data", PreparedContests.Pictures, "prepared", "public", "test.zip"]);
        PreparedTask.Obstacle(data, PreparedContests.Pictures).ShouldBe("its data lack test.zip, which holds files of rows");
        Directory.CreateDirectory(_folder["data", "leaf-classification", "prepared", "public"]);
        File.WriteAllText(_folder["data", "leaf-classification", "prepared", "public", "train.csv"], "id,species\n1,Acer\n");
        PreparedTask.Obstacle(data, "leaf-classification").ShouldBe("its data lack the folder images, which holds files of rows");
    }

    private async Task<double> GradedAsync(DataFolder data, string id, ReadOnlyMemory<byte> submission, double least)
    {
        await File.WriteAllBytesAsync(_folder["submission.csv"], submission.ToArray());
        Grade grade = await data.Open(id).Grade(_folder["submission.csv"], CancellationToken.None);
        grade.Score.ShouldNotBeNull(grade.Problem).ShouldBeGreaterThan(least);
        return grade.Score!.Value;
    }

    /// <summary>One number for each column of the sample.</summary>
    private static byte[] Predictions(string folder, Func<string, double> predict)
    {
        string header = File.ReadLines(Path.Combine(folder, "sample_submission.csv")).First();
        return Encoding.UTF8.GetBytes(header + "\n" + string.Concat(Ids(Path.Combine(folder, "test.csv")).Select(id => id + string.Concat(header.Split(',').Skip(1).Select(_ => string.Create(CultureInfo.InvariantCulture, $",{predict(id):0.0000}"))) + "\n")));
    }

    private static string[] Ids(string table) => [.. File.ReadLines(table).Skip(1).Select(line => line.Split(',')[0])];

    private static string[] Names(string folder) => [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))];

    private static double Brightness(string picture)
    {
        byte[] bytes = File.ReadAllBytes(picture);
        int at = bytes.AsSpan().IndexOf("IDAT"u8) + 4;
        using ZLibStream pixels = new(new MemoryStream(bytes[at..]), CompressionMode.Decompress);
        pixels.ReadByte();
        return pixels.ReadByte() / 255.0;
    }
}
