using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Cli.Attacks;

/// <summary>A task whose rows are told apart by their one feature, which no two rows share. The test has the ids from 1 on.</summary>
internal static class AttackedTask
{
    private const int TrainRows = 900, TestRows = 300;

    /// <summary>Writes and reads it.</summary>
    public static TaskFolder Write(string folder, int trainRows, int testRows)
    {
        StringBuilder train = new("id,x,y\n"), test = new("id,x\n"), sample = new("id,y\n"), answers = new("id,y\n");
        HashSet<int> seen = [];
        for (int id = 1; id <= testRows + trainRows; id++)
        {
            int number;
            do
            {
                number = RandomNumberGenerator.GetInt32(100_000_000);
            }
            while (!seen.Add(number));
            string x = (number / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
            string y = (number / 50_000.0).ToString("0.00", CultureInfo.InvariantCulture);
            if (id > testRows)
            {
                train.Append(CultureInfo.InvariantCulture, $"{id},{x},{y}\n");
            }
            else
            {
                test.Append(CultureInfo.InvariantCulture, $"{id},{x}\n");
                sample.Append(CultureInfo.InvariantCulture, $"{id},0\n");
                answers.Append(CultureInfo.InvariantCulture, $"{id},{y}\n");
            }
        }

        Put(folder, "task.yaml", "id: attacked\ntitle: \"Rows to tell apart\"\ndescription: description.md\nmetric: rmse\nlabel: y\nsubmission:\n  id: id\n  target: [y]\n");
        Put(folder, "description.md", "Predict `y` from `x`.\n");
        Put(folder, "public/train.csv", train.ToString());
        Put(folder, "public/test.csv", test.ToString());
        Put(folder, "public/sample_submission.csv", sample.ToString());
        Put(folder, "private/answers.csv", answers.ToString());
        return TaskFolder.Read(folder);
    }

    /// <summary>Cuts its blind holdout with a secret drawn for it, and puts what candidates see at the target.</summary>
    /// <returns>For each id of the blind test whether the row is the holdout's.</returns>
    public static async Task<ImmutableDictionary<string, bool>> CutAsync(string folder, string target, CancellationToken cancellationToken)
    {
        TaskFolder task = Write(folder, TrainRows, TestRows);
        string split = Path.Combine(folder, "split");
        await new BlindHoldout(task, RandomNumberGenerator.GetBytes(BlindHoldout.SecretLength), splitSeed: 0).PrepareAsync(split, cancellationToken);
        HashSet<string> known = [.. Rows(task.TrainFile).Select(row => row[1])];
        Directory.Move(Path.Combine(split, "search"), target);
        return Rows(Path.Combine(target, Path.GetFileName(task.TestFile!))).ToImmutableDictionary(row => row[0], row => known.Contains(row[1]));
    }

    private static IEnumerable<string[]> Rows(string file) => File.ReadLines(file).Skip(1).Select(line => line.Split(','));

    private static void Put(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
