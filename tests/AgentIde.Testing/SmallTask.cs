using System.Globalization;
using System.Text;

namespace AgentIde.Testing;

/// <summary>
/// A task small enough for sub-second executions: predict <c>y = 3x + 2z + noise</c> by RMSE, 2,000 rows of train and
/// 500 of test, with private answers. Always the same bytes.
/// </summary>
public static class SmallTask
{
    public const string Id = "small";

    /// <summary>Writes the task folder and returns its path.</summary>
    /// <param name="trainRows">With fewer than 1,500 train is cut into folds.</param>
    public static string Create(string folder, int trainRows = 2_000)
    {
        Directory.CreateDirectory(Path.Combine(folder, "public"));
        Directory.CreateDirectory(Path.Combine(folder, "private"));
        File.WriteAllText(Path.Combine(folder, "task.yaml"), """
            id: small
            title: "A line with noise"
            description: description.md
            metric: rmse
            label: y
            submission:
              id: id
              target: [y]
            license: "MIT"
            source: "made by the tests"
            reference:
              trivial: 18
              good: 1.2
            """ + "\n");
        File.WriteAllText(Path.Combine(folder, "description.md"), "# A line with noise\n\nPredict `y` from `x`, `z` and `colour`.\n");
        StringBuilder train = new("id,x,z,colour,y\n"), test = new("id,x,z,colour\n"), sample = new("id,y\n"), answers = new("id,y\n");
        ulong state = 42;
        for (int row = 0; row < trainRows + 500; row++)
        {
            double x = 10 * Next(ref state), z = 5 * Next(ref state), noise = Next(ref state) + Next(ref state) + Next(ref state) - 1.5;
            string colour = (int)(3 * Next(ref state)) switch { 0 => "red", 1 => "green", _ => "blue" };
            string features = string.Create(CultureInfo.InvariantCulture, $"{x:0.000},{z:0.000},{colour}");
            string y = (3 * x + 2 * z + 2 * noise).ToString("0.000", CultureInfo.InvariantCulture);
            if (row < trainRows)
            {
                train.Append(CultureInfo.InvariantCulture, $"{row},{features},{y}\n");
            }
            else
            {
                test.Append(CultureInfo.InvariantCulture, $"{row},{features}\n");
                sample.Append(CultureInfo.InvariantCulture, $"{row},20\n");
                answers.Append(CultureInfo.InvariantCulture, $"{row},{y}\n");
            }
        }

        File.WriteAllText(Path.Combine(folder, "public", "train.csv"), train.ToString());
        File.WriteAllText(Path.Combine(folder, "public", "test.csv"), test.ToString());
        File.WriteAllText(Path.Combine(folder, "public", "sample_submission.csv"), sample.ToString());
        File.WriteAllText(Path.Combine(folder, "private", "answers.csv"), answers.ToString());
        return folder;
    }

    /// <summary>Gives a workspace that has no run yet a secret that is always the same, where a test hangs on which rows are held out.</summary>
    public static void KnowSecret(string workspace)
    {
        string secret = Path.Combine(Directory.CreateDirectory(Path.Combine(workspace, ".agentide")).FullName, "secret");
        File.WriteAllBytes(secret, [.. Enumerable.Repeat((byte)1, 32)]);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>A solution that predicts <c>a x + b z + c</c> with nothing but Python itself; it takes about 50 ms.</summary>
    public static string Solution(double a, double b, double c) => string.Create(CultureInfo.InvariantCulture, $$"""
        import csv

        # Read the rows to predict.
        with open("input/test.csv", newline="") as file:
            rows = list(csv.DictReader(file))

        # A line through both numbers.
        with open("submission.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "y"])
            for row in rows:
                writer.writerow([row["id"], {{a}} * float(row["x"]) + {{b}} * float(row["z"]) + {{c}}])
        print("score: {{Math.Abs(3 - a) + Math.Abs(2 - b)}}")

        """);

    // Knuth's multiplicative generator: the same numbers on every machine and runtime.
    private static double Next(ref ulong state)
    {
        state = unchecked((state * 6_364_136_223_846_793_005UL) + 1_442_695_040_888_963_407UL);
        return (state >> 11) * (1.0 / (1UL << 53));
    }
}
