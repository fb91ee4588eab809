using System.Globalization;

namespace AgentIde.Tasks.Tests.Metrics;

/// <summary>Seeded cases: ordinary ones, and every corner where metrics differ from one another.</summary>
internal static class MetricCases
{
    private static readonly int[] Sizes = [1, 2, 3, 17, 400];

    public static IEnumerable<MetricCase> All(int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (int size in Sizes)
            {
                Random random = new((round * 1000) + size);
                foreach (MetricCase one in Values(random, size).Concat(Binary(random, size)).Concat(Labels(random, size)).Concat(Classes(random, size)))
                {
                    yield return one with { Name = $"{one.Name}, {size} rows, round {round}" };
                }
            }
        }

        foreach (MetricCase one in Corners())
        {
            yield return one;
        }
    }

    private static IEnumerable<MetricCase> Values(Random random, int size)
    {
        foreach (string metric in (string[])["rmse", "rmsle", "mae"])
        {
            string[] answers = Texts(size, () => Math.Exp(random.NextDouble() * 12));
            yield return new("ordinary", metric, answers, Texts(size, () => Math.Exp(random.NextDouble() * 12)), []);
            yield return new("ties", metric, answers, Texts(size, () => random.Next(3)), []);
            yield return new("tiny", metric, Texts(size, () => random.NextDouble() * 1e-9), Texts(size, () => random.NextDouble() * 1e-9), []);
            yield return new("huge", metric, Texts(size, () => random.NextDouble() * 1e12), Texts(size, () => random.NextDouble() * 1e12), []);
            yield return new("perfect", metric, answers, answers, []);
            yield return new("negative", metric, Texts(size, () => random.NextDouble() - 0.8), Texts(size, () => random.NextDouble() - 0.8), []);
        }
    }

    private static IEnumerable<MetricCase> Binary(Random random, int size)
    {
        string[] answers = Texts(size, () => random.Next(2));
        foreach (string metric in (string[])["roc-auc", "log-loss"])
        {
            yield return new("ordinary", metric, answers, Texts(size, random.NextDouble), []);
            yield return new("ties", metric, answers, Texts(size, () => random.Next(4) / 3.0), []);
            yield return new("all alike", metric, answers, Texts(size, () => 0.3), []);
            yield return new("near 0 and 1", metric, answers, Texts(size, () => random.Next(2) + ((random.NextDouble() - 0.5) * 1e-14)), []);
            yield return new("one class only", metric, Texts(size, () => 1), Texts(size, random.NextDouble), []);
        }

        yield return new("any numbers", "roc-auc", answers, Texts(size, () => (random.NextDouble() - 0.5) * 1e6), []);
    }

    private static IEnumerable<MetricCase> Labels(Random random, int size)
    {
        string[] names = ["ape", "bear", "cat"];
        yield return new("names", "accuracy", Draw(random, size, names), Draw(random, size, names), names);
        yield return new("an unknown name", "accuracy", Draw(random, size, names), Draw(random, size, ["ape", "dog"]), names);
        string[] numbers = ["0", "1", "2", "3"];
        yield return new("numbers", "accuracy", Draw(random, size, numbers), Draw(random, size, numbers), numbers);
        yield return new("numbers written otherwise", "accuracy", Draw(random, size, numbers), Draw(random, size, ["0.0", "1e0", "+2", " 3", "-4"]), numbers);
        yield return new("a class between", "accuracy", Draw(random, size, numbers), Draw(random, size, ["1.5"]), numbers);
    }

    private static IEnumerable<MetricCase> Classes(Random random, int size)
    {
        foreach (int count in (int[])[2, 3, 9])
        {
            string[] classes = [.. Enumerable.Range(0, count).Select(index => $"c{index}")];
            string[] answers = Draw(random, size, classes);
            yield return new("rows that sum to one", "multi-class-log-loss", answers, Rows(random, size, count, sum: true), classes);
            yield return new("rows to rescale", "multi-class-log-loss", answers, Rows(random, size, count, sum: false), classes);
            yield return new("zeros and ones", "multi-class-log-loss", answers, Texts(size * count, () => random.Next(2)), classes);
            yield return new("all zero", "multi-class-log-loss", answers, Texts(size * count, () => 0), classes);
            yield return new("a class without answers", "multi-class-log-loss", Draw(random, size, classes[..^1]), Rows(random, size, count, sum: true), classes);
        }
    }

    private static IEnumerable<MetricCase> Corners()
    {
        foreach (string bad in (string[])["nan", "NaN", "inf", "-inf", "1e999", ""])
        {
            foreach (string metric in (string[])["rmse", "rmsle", "mae", "roc-auc", "log-loss"])
            {
                yield return new($"a prediction '{bad}'", metric, ["0", "1", "1"], ["0.5", bad, "0.7"], []);
            }

            yield return new($"a prediction '{bad}'", "accuracy", ["0", "1", "1"], ["0", bad, "1"], ["0", "1"]);
            yield return new($"a prediction '{bad}'", "multi-class-log-loss", ["a", "b"], ["0.5", "0.5", bad, "0.5"], ["a", "b"]);
        }

        foreach (string metric in (string[])["rmse", "rmsle", "mae"])
        {
            yield return new("an infinite answer", metric, ["0", "inf"], ["0.5", "0.5"], []);
            yield return new("a missing answer", metric, ["0", ""], ["0.5", "0.5"], []);
        }

        yield return new("a negative prediction alone", "rmsle", ["1", "2"], ["1", "-0.001"], []);
        yield return new("a negative zero", "rmsle", ["1", "2"], ["1", "-0"], []);
        yield return new("rounding beyond 1", "log-loss", ["1", "0"], ["1.0000001", "-0.0000001"], []);
        yield return new("rounding beyond 1", "multi-class-log-loss", ["a", "b"], ["1.0000001", "0", "0", "1"], ["a", "b"]);
        yield return new("squares too large", "rmse", ["0", "1"], ["1e200", "1"], [], Stricter: true);
        yield return new("no probability", "log-loss", ["0", "1"], ["0.5", "2"], [], Stricter: true);
        yield return new("no probability", "log-loss", ["0", "1"], ["-0.5", "1"], [], Stricter: true);
        yield return new("no probability", "multi-class-log-loss", ["a", "b"], ["0.5", "0.5", "2", "6"], ["a", "b"], Stricter: true);
        yield return new("an answer that is no class", "multi-class-log-loss", ["a", "z"], ["0.5", "0.5", "0.5", "0.5"], ["a", "b"], Stricter: true);
    }

    private static string[] Rows(Random random, int size, int count, bool sum) =>
    [
        .. Enumerable.Range(0, size).SelectMany(_ =>
        {
            double[] row = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
            return row.Select(value => Text(value / (sum ? row.Sum() : 1)));
        }),
    ];

    private static string[] Draw(Random random, int size, string[] names) => [.. Enumerable.Range(0, size).Select(_ => names[random.Next(names.Length)])];

    private static string[] Texts(int count, Func<double> next) => [.. Enumerable.Range(0, count).Select(_ => Text(next()))];

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
