using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Grading;

/// <summary>
/// Grades submissions of one form by a metric of whole tables: the rows that have an answer, answers and cells under the task's own ids,
/// in the order of these rows. What the metric refuses is refused in any row, also those that have no answer here: else whoever writes what it
/// refuses would learn which rows count. Standard errors are by leaving out each of some forty blocks of rows in turn, whole units where there are any.
/// </summary>
internal sealed class TableGrader : RowGrader
{
    private const int MostBlocks = 40;

    /// <summary>Answers above which there are half as many blocks, for each is a scoring of nearly all of them; and so on by twice as many.</summary>
    private const int ManyCells = 200_000;

    private const int LeastBlocks = 10;

    /// <summary>Submissions whose values are kept, of some forty numbers each.</summary>
    private const int MostKept = 256;

    private readonly NewestSubmissions<(MetricValue? Value, string? Problem)> _graded = new(MostKept);

    private readonly TableMetric _metric;
    private readonly LabelEncoding _encoding;
    private readonly SubmissionForm _form;
    private readonly TableAnswers _answers;
    private readonly int[] _rows;
    private readonly byte[] _header;
    private readonly byte[][] _lines;
    private readonly Lazy<byte[][]?> _all;
    private readonly int[] _blocks;

    /// <param name="answers">The rows that have an answer.</param>
    /// <param name="places">For each row of the form its place among the answers, or -1.</param>
    /// <param name="draws">For each answer a number that chance has drawn: blocks are cut by these.</param>
    /// <param name="units">For each answer its group or block of time; null for each its own.</param>
    public TableGrader(TableMetric metric, LabelEncoding encoding, SubmissionForm form, TableAnswers answers, int[] places, int[] draws, int[]? units)
        : base(metric, answers.Rows.Length, units)
    {
        _metric = metric;
        _encoding = encoding;
        _form = form;
        _answers = answers;
        _rows = new int[answers.Rows.Length];
        for (int row = 0; row < places.Length; row++)
        {
            if (places[row] is int place and >= 0)
            {
                _rows[place] = row;
            }
        }

        _header = CsvLines.Of([answers.Columns])[0];
        _lines = CsvLines.Of(answers.Rows);

        // Rows without an answer have one of another row, for a look at what is said of them.
        _all = new(() => answers.Rows.Length is 0 || answers.Rows.Length == places.Length ? null
            : CsvLines.Of(places.Select((place, row) => answers.Rows[place >= 0 ? place : row % answers.Rows.Length].SetItem(0, form.Ids[row]))));
        _blocks = Blocks(draws, units, MostBlocksOf(answers.Rows.Length * (answers.Columns.Length - 1)));
    }

    /// <summary>How many blocks errors are by, which bounds what grading takes.</summary>
    internal static int MostBlocksOf(int cells)
    {
        int most = MostBlocks;
        for (long many = ManyCells; cells > many && most > LeastBlocks; many *= 2)
        {
            most /= 2;
        }

        return most;
    }

    /// <summary>
    /// Why no submission would have a score and an error here, such as a column whose answers are all the same where ranks are compared; null where one has.
    /// Tried are the right answers, those of other rows, and the sample submission's.
    /// </summary>
    /// <param name="sample">Cells of one row.</param>
    public string? ProblemOfAnswers(ImmutableArray<string> sample, CancellationToken cancellationToken)
    {
        int[] places = [.. _form.Targets.Select(target => _answers.Columns.IndexOf(target))];
        byte[] header = CsvLines.Of([_form.Targets.Insert(0, _form.IdColumn)])[0];
        string? first = null;
        foreach (Func<int, IEnumerable<string>> cells in (Func<int, IEnumerable<string>>[])[Right, row => Right((row + 1) % _answers.Rows.Length), _ => sample])
        {
            byte[][] given = CsvLines.Of(_answers.Rows.Select((answer, row) => ImmutableArray.Create([answer[0], .. cells(row)])));
            (MetricValue? value, string? problem) = Evaluate(header, given, "the right answers", cancellationToken);
            if (value is not null)
            {
                return null;
            }

            first ??= problem;
        }

        return first;

        IEnumerable<string> Right(int row) => places.Select(place => _answers.Rows[row][place]);
    }

    private protected override (MetricValue? Value, string? Problem) Evaluate(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken) =>
        _graded.Of(submission, () => EvaluateAnew(submission, cancellationToken));

    private (MetricValue? Value, string? Problem) EvaluateAnew(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken)
    {
        int width = _form.Targets.Length;
        string[] cells = new string[_form.Ids.Count * width];
        try
        {
            SubmissionReader.Read(
                submission,
                _form,
                _encoding,
                (row, target, _, text) => cells[(row * width) + target] = text.ToString(),
                cancellationToken);
        }
        catch (CsvProblemException problem)
        {
            return (null, problem.Message);
        }

        byte[] header = CsvLines.Of([_form.Targets.Insert(0, _form.IdColumn)])[0];
        if (_all.Value is { } all)
        {
            int[] every = [.. Enumerable.Range(0, all.Length)];
            byte[][] whole = CsvLines.Of(every.Select(row => Line(_form.Ids[row], row)));
            (double? any, string? unsound) = _metric.Score(CsvLines.Join(_header, all, every), CsvLines.Join(header, whole, every));
            if (any is null)
            {
                return (null, unsound);
            }
        }

        byte[][] given = CsvLines.Of(_rows.Select((row, place) => Line(_answers.Rows[place][0], row)));
        (MetricValue? value, string? none) = Evaluate(header, given, "it", cancellationToken);

        // All rows have passed: what is refused of some, and its number among these, would tell which they are.
        return (value, value is null && _all.Value is not null ? $"{_metric.Facts.DisplayName} can't be told of it" : none);

        ImmutableArray<string> Line(string id, int row) => [id, .. cells[(row * width)..((row + 1) * width)]];
    }

    private (MetricValue? Value, string? Problem) Evaluate(byte[] header, byte[][] given, string what, CancellationToken cancellationToken)
    {
        (double? scored, string? wrong) = Score(header, given, null);
        if (scored is not { } score)
        {
            return (null, wrong);
        }

        if (!double.IsFinite(score))
        {
            return (null, $"{_metric.Facts.DisplayName} of {what} is {score.ToString(CultureInfo.InvariantCulture)}");
        }

        // With fewer blocks each leaves more behind: a class or a kind that is in one block alone has no score without it. Halves keep blocks whole, as pairs need them.
        int most = _blocks.Max() + 1;
        for (int count = most; count > 1; count = count % 2 == 0 ? count / 2 : 0)
        {
            double[] without = new double[count];
            int block = 0;
            for (; block < count; block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int left = block, of = count;
                if (Score(header, given, row => _blocks[row] % of != left).Score is not { } rest || !double.IsFinite(rest))
                {
                    break;
                }

                without[block] = rest;
            }

            if (block == count)
            {
                return (new MetricValue(score, Influences(score, without)), null);
            }
        }

        // Of what one block alone has, however large blocks are, nothing is known but the other blocks' part of the error.
        double?[] parts = [.. Enumerable.Range(0, most).Select(left => Score(header, given, row => _blocks[row] != left).Score is { } rest && double.IsFinite(rest) ? rest : (double?)null)];
        double[] known = [.. parts.OfType<double>()];
        if (known.Length > 1 && known.Length > most / 2)
        {
            double mean = known.Average();
            return (new MetricValue(score, Influences(score, [.. parts.Select(rest => rest ?? mean)])), null);
        }

        return (null, $"too few rows have an answer for an error of {_metric.Facts.DisplayName}");
    }

    /// <summary>Of each block, from the scores without it, so that the variance of the score is the sum of their squares over the square of their number.</summary>
    internal static double[] Influences(double score, double[] without)
    {
        double count = without.Length, mean = without.Average();
        return [.. without.Select(rest => (count - 1) * (mean - rest) * Math.Sqrt(count / (count - 1)))];
    }

    private (double? Score, string? Problem) Score(byte[] header, byte[][] given, Func<int, bool>? isKept)
    {
        int[] rows = [.. Enumerable.Range(0, given.Length).Where(row => isKept?.Invoke(row) ?? true)];
        return rows.Length == 0 ? (null, "no rows") : _metric.Score(CsvLines.Join(_header, _lines, rows), CsvLines.Join(header, given, rows));
    }

    private static int[] Blocks(int[] draws, int[]? units, int most)
    {
        int[] blocks = new int[draws.Length];
        if (units is not null)
        {
            // Units in the order in which chance has drawn their first row.
            Dictionary<int, int> numbers = [];
            foreach (int row in Enumerable.Range(0, draws.Length).OrderBy(row => draws[row]))
            {
                numbers.TryAdd(units[row], numbers.Count % most);
            }

            return [.. units.Select(unit => numbers[unit])];
        }

        foreach ((int row, int place) in Enumerable.Range(0, draws.Length).OrderBy(row => draws[row]).Select((row, place) => (row, place)))
        {
            blocks[row] = place % most;
        }

        return blocks;
    }
}
