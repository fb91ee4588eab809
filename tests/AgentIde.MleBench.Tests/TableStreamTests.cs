using System.Globalization;
using System.Text;
using AgentIde.MleBench.Metrics;
using AgentIde.MleBench.Registry;
using AgentIde.MleBench.Tables;
using AgentIde.Testing;
using CsCheck;

namespace AgentIde.MleBench.Tests;

/// <summary>
/// Values that are kept while the text passes by are those that the characters of the whole column tell, through windows
/// of whatever size.
/// </summary>
public sealed class TableStreamTests
{
    private static readonly int Times = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 100_000 : 3_000;

    private static readonly string[] Integers = ["0", "7", "-3", "+5", "007", " 12", "2147483648", "-9223372036854775808", "123456789", "12345678901234567"];

    private static readonly string[] Numbers = ["0.5", "-1.25", "1e3", ".5", "5.", "0.12345678901234567", "0.30000000000000004", "inf", "-0.0", "1234567.123456789", "3.14 ", "9223372036854775808"];

    private static readonly string[] Texts = ["abc", "a b", "x\"y", "ü💥", "\"a,b\"", "\"line\none\"", "\"say \"\"so\"\"\"", "\"q\"rest", "99999999999999999999", "1_000", "0x1F", "NAN", "a text that is somewhat longer than one window"];

    private static readonly string[] Truths = ["True", "FALSE", "true", "\"False\""];

    private static readonly string[] Missing = ["", "NA", "nan", "\"\"", "-1.#IND"];

    private static readonly Gen<string> Cell = Gen.Frequency(
        (40, Gen.Int[0, 9].Select(at => Integers[at])),
        (20, Gen.Int[0, 11].Select(at => Numbers[at])),
        (3, Gen.Int[0, 12].Select(at => Texts[at])),
        (3, Gen.Int[0, 3].Select(at => Truths[at])),
        (3, Gen.Int[0, 4].Select(at => Missing[at])));

    /// <summary>Columns that are mostly of one kind, as they are, and now and then a cell that is not.</summary>
    private static readonly Gen<string[]> Cells = Gen.OneOf(
        Gen.Int[0, 1_000_000].Select(value => value.ToString(CultureInfo.InvariantCulture)),
        Gen.Int[0, 9].Select(at => Integers[at]),
        Gen.Double[0, 1].Select(value => value.ToString("R", CultureInfo.InvariantCulture)),
        Gen.Int[0, 11].Select(at => Numbers[at]),
        Gen.Int[0, 12].Select(at => Texts[at]),
        Gen.Int[0, 3].Select(at => Truths[at]),
        Cell).Array[12].SelectMany(cells => Gen.Select(Gen.Int[0, 40], Cell).Select((at, odd) =>
        {
            string[] changed = [.. cells];
            if (at < changed.Length)
            {
                changed[at] = odd;
            }

            return changed;
        }));

    [Fact]
    public void Values_are_those_that_the_characters_tell() =>
        Gen.Select(Cells.Array[1, 4], Gen.Int[0, 12], Gen.Int[0, 5], Gen.Int[1, 70], Gen.Bool, Gen.Int[0, 60]).Sample(
            (columns, rows, ends, window, byteOrderMark, odd) =>
            {
                byte[] bytes = Encoding.UTF8.GetBytes(Csv(columns, rows, ends, byteOrderMark, odd));
                string expected = Told(bytes, TextWindow.Usual, ColumnState.Text);
                Told(bytes, TextWindow.Usual, ColumnState.Empty).ShouldBe(expected);
                Told(bytes, window, ColumnState.Empty).ShouldBe(expected);
                Told(bytes, window, ColumnState.Text).ShouldBe(expected);
            },
            iter: Times);

    [Fact]
    public void Numbers_in_columns_are_the_nearest_doubles_to_the_bit() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 22], Gen.Bool).Array[1, 40].Sample(
            rows =>
            {
                string[] texts = [.. rows.Select(row => Decimal(row.Item1, row.Item2, row.Item3))];
                Table table = TableReader.Read(Encoding.UTF8.GetBytes($"a,b\n0.5,1\n{string.Concat(texts.Select(text => $"{text},1\n"))}"), TableLimits.Usual);
                table["a"].Numbers.Skip(1).Select(BitConverter.DoubleToInt64Bits)
                    .ShouldBe(texts.Select(text => BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture))));
            },
            iter: Times / 4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void Characters_may_lie_across_windows_and_broken_ones_are_refused(int window)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("\ufeffid,größe 💥\nü,💥💥\n\"€\",ß");
        Told(bytes, window, ColumnState.Empty).ShouldBe(Told(bytes, TextWindow.Usual, ColumnState.Text));
        for (int at = 3; at < bytes.Length; at++)
        {
            byte[] broken = [.. bytes[..at], 0xF0, .. bytes[at..]];
            Told(broken, window, ColumnState.Empty).ShouldBe("not UTF-8 text");
        }

        Told(bytes[..^1], window, ColumnState.Empty).ShouldBe("not UTF-8 text");
    }

    [Fact]
    public void Areas_from_buckets_are_those_from_counting() =>
        Gen.Select(
            Gen.OneOf(Gen.Double[0, 1], Gen.Int[0, 3].Select(value => value / 3.0), Gen.Double[0, 1].Select(value => Math.Pow(value, 40)), Gen.Double[0, 1e-300], Gen.Const(0.0), Gen.Const(-0.0), Gen.Const(0.25)).Array[1024, 3000],
            Gen.Int[2, 9]).Sample(
                (scores, every) =>
                {
                    int[] truth = [.. scores.Select((score, row) => (row * 7919) % every == 0 ? 1 : 0)];
                    double[] both = [.. scores.Select(score => score - 1)];
                    double expected = Counted(truth, scores);
                    Roc.Area(truth, scores).ShouldBe(expected, 1e-12);
                    Roc.Area([.. truth.Select(value => (double)value)], scores).ShouldBe(expected, 1e-12);
                    Roc.Area(truth, both).ShouldBe(Counted(truth, both), 1e-12);
                },
                iter: 12);

    [Fact]
    public void A_submission_of_100_MB_takes_the_memory_of_its_values()
    {
        const int rows = 6_250_000;
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "submission.csv");
        byte[] line = [.. "1000000,0.500000\n"u8];
        using (FileStream file = new(path, FileMode.CreateNew))
        {
            byte[] block = [.. Enumerable.Repeat(line, 50_000).SelectMany(bytes => bytes)];
            file.Write("id,target\n"u8);
            for (int written = 0; written < rows; written += 50_000)
            {
                file.Write(block);
            }
        }

        using TableSource source = TableSource.Open(path, TableLimits.Usual.Bytes);
        source.Length.ShouldBeGreaterThan(100_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Table table = TableReader.Read(source, TableLimits.Usual);
        long used = GC.GetAllocatedBytesForCurrentThread() - before;
        table.Rows.ShouldBe(rows);
        table["target"].Numbers[^1].ShouldBe(0.5);

        // Four bytes for each id, eight for each score, and the window: never the file.
        used.ShouldBeLessThan((rows * 12L) + 1_000_000);
    }

    [Fact]
    public void A_file_without_an_end_is_refused_at_the_limit()
    {
        using TableSource endless = TableSource.Open("/dev/zero", 1_000_000);
        endless.Length.ShouldBe(1_000_001);
        Should.Throw<NoScoreException>(() => TableReader.Read(endless, TableLimits.Usual with { Bytes = 1_000_000 })).Message.ShouldContain("larger than 1,000,000 bytes");
    }

    [Fact]
    public void A_first_row_that_promises_more_than_the_file_holds_gets_no_memory_for_it()
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"a,b\n{new string('x', 50_000)},{new string('y', 50_000)}\n{new string('\n', 1_000_000)}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        TableReader.Read(bytes, TableLimits.Usual).Rows.ShouldBe(1);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 * bytes.Length);
    }

    [Fact]
    public void A_pipe_is_graded_as_a_file_is()
    {
        using TemporaryFolder folder = new();
        string answers = folder.Write("answers.csv", "id,target\n1,0\n2,1\n");
        string pipe = Path.Combine(folder.Path, "pipe");
        using System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", [pipe]);
        made.WaitForExit();
        Thread writer = new(() => File.WriteAllText(pipe, "id,target\n2,0.9\n1,0.5\n"));
        writer.Start();
        Grade grade = CompetitionGrader.Grade(CompetitionRegistry.Find("tabular-playground-series-may-2022")!, answers, pipe);
        writer.Join();
        grade.Score.ShouldBe(1);
    }

    private static string Csv(string[][] columns, int rows, int ends, bool byteOrderMark, int odd)
    {
        StringBuilder text = new(byteOrderMark ? "\ufeff" : "");
        string end = ends switch { 0 => "\r\n", 1 => "\r", _ => "\n" };
        text.Append(string.Join(',', columns.Select((_, column) => $"c{column}"))).Append(end);
        for (int row = 0; row < rows; row++)
        {
            IEnumerable<string> cells = columns.Select(column => column[row]);
            cells = odd == row ? cells.Take(columns.Length - 1) : odd == row + 12 ? cells.Append("1") : cells;
            text.Append(odd == row + 24 ? $" {end}{end}" : "").Append(string.Join(',', cells)).Append(row == rows - 1 && ends == 2 ? "" : end);
        }

        return text.Append(odd == 59 ? "\"open" : "").ToString();
    }

    /// <summary>All that can be asked of a table; or why it is none.</summary>
    private static string Told(byte[] bytes, int window, ColumnState state)
    {
        try
        {
            using TableSource source = TableSource.Of(bytes);
            Table table = TableReader.Read(source, TableLimits.Usual, "submission", window, state);
            return string.Join('\n', table.Columns.Select(column => $"{column.Name} {column.Kind} {string.Join('|', Enumerable.Range(0, column.Rows).Select(row => Told(column, row)))}"));
        }
        catch (NoScoreException problem)
        {
            return problem.Message;
        }
    }

    private static string Told(Column column, int row) =>
        $"{column.TextOf(row)} {column.IsMissing(row)} {(column.IsNumeric ? BitConverter.DoubleToInt64Bits(column.Numbers[row]) : 0)} {column.Loose()[row]}";

    private static string Decimal(long digits, int point, bool negative)
    {
        string figures = (digits >> (point * 2)).ToString(CultureInfo.InvariantCulture).PadLeft(point + 1, '0');
        return $"{(negative ? "-" : "")}{figures[..^point]}.{figures[^point..]}";
    }

    private static double Counted(int[] truth, double[] scores)
    {
        double[] positives = [.. scores.Where((_, row) => truth[row] == 1)];
        double[] negatives = [.. scores.Where((_, row) => truth[row] == 0)];
        return positives.Sum(positive => negatives.Sum(negative => positive > negative ? 1 : positive == negative ? 0.5 : 0)) / positives.Length / negatives.Length;
    }
}
