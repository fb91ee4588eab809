using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Statistics;

namespace AgentIde.Tasks.Leaks;

/// <summary>
/// Looks in a task's public files for what gives the target away: a column that says it, in the same row or in one up to
/// 400 rows away in the order of time; an id, a row's place or a file's size that predicts it. Trends over time and rows
/// that stand twice are no leaks. A pure function of the files.
/// </summary>
public sealed class LeakProbe
{
    public const int FarthestShift = 400;

    /// <summary>A correlation from which a column counts as the target itself.</summary>
    private const double Same = 0.999;

    /// <summary>Share of the target's variance that places may explain by a chance that nobody sees.</summary>
    private const double TellingShare = 0.05;

    /// <summary>In standard deviations of what chance explains: with few rows one of many remainders explains a twentieth by itself.</summary>
    private const double Chance = 5;

    /// <summary>The same for sizes of files: what is in a file and how large it is go together a little anywhere.</summary>
    private const double TellingSize = 0.5;

    private const int Blocks = 20;
    private const int MostModulus = 60;

    /// <summary>Below this anything fits anything.</summary>
    private const int FewRows = 50;

    private readonly TaskFolder _task;
    private readonly CsvTable _train;
    private readonly CsvTable _test;
    private readonly Target _target;
    private readonly TimeOrder? _time;

    private LeakProbe(TaskFolder task, CsvTable train, CsvTable test, double[] answers, TimeColumn? time)
    {
        _task = task;
        _train = train;
        _test = test;
        _target = new Target(answers, task.Facts.Metric.Predicts == PredictionKind.Values);
        _time = time is null ? TimeOrder.Of(train, test) : new TimeOrder(time.Name, time.Times, train.Rows);
    }

    /// <exception cref="TaskProblemException">The task's files are broken.</exception>
    public static ImmutableArray<Leak> Probe(TaskFolder task, CancellationToken cancellationToken = default)
    {
        CsvTable train = task.ReadTrain(cancellationToken);
        return Probe(task, train, task.ReadTest(cancellationToken), TaskTables.Answers(train, task.Facts.Label, task.Encoding), null, cancellationToken);
    }

    /// <summary>The same of tables that were read already.</summary>
    /// <param name="answers">One for each row of train.</param>
    /// <param name="time">The column that the task's time goes by; null for the first one of dates, where there is one.</param>
    internal static ImmutableArray<Leak> Probe(TaskFolder task, CsvTable train, CsvTable test, double[] answers, TimeColumn? time, CancellationToken cancellationToken)
    {
        LeakProbe probe = new(task, train, test, answers, time);
        return train.Rows < FewRows ? [] : [.. probe.Columns(cancellationToken), .. probe.Places(), .. probe.Sizes()];
    }

    private IEnumerable<Leak> Columns(CancellationToken cancellationToken)
    {
        foreach (string column in _test.Header.Where(column => column != _task.Facts.IdColumn))
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] inTrain = Values(_train, column), inTest = Values(_test, column);
            if (SameRow(column, inTrain) is { } leak)
            {
                yield return leak;
            }
            else if (Shifted(column, inTrain, inTest, cancellationToken) is { } shifted)
            {
                yield return shifted;
            }
        }
    }

    private Leak? SameRow(string column, double[] values)
    {
        string name = Shown.Text(column);
        if (_target.Codes is { } classes)
        {
            double right = Determined(ColumnCodes(column), classes);
            return right >= Same ? new Leak(LeakKind.Column, column, 0, right, $"the column {name} says the class: its values tell it in {Percent(right)} of train") : null;
        }

        double? told = Correlation.Of(values, _target.Values, FewRows) is { } straight ? Math.Max(Math.Abs(straight), RankCorrelation(values)) : null;
        return told >= Same
            ? new Leak(LeakKind.Column, column, 0, told.Value, $"the column {name} says the target: correlation {told.Value.ToString("0.0000", CultureInfo.InvariantCulture)}")
            : null;
    }

    private double RankCorrelation(double[] values)
    {
        int[] present = [.. Enumerable.Range(0, values.Length).Where(row => !double.IsNaN(values[row]))];
        return Math.Abs(Ranks.Spearman([.. present.Select(row => values[row])], [.. present.Select(row => _target.Values[row])]) ?? 0);
    }

    /// <summary>The shift at which the column tells the target best, where it tells it.</summary>
    private Leak? Shifted(string column, double[] inTrain, double[] inTest, CancellationToken cancellationToken)
    {
        if (_target.Series is not { } series)
        {
            return null;
        }

        double[] values = [.. inTrain, .. inTest];
        double[] target = [.. series, .. Enumerable.Repeat(double.NaN, inTest.Length)];
        if (_time is { } time)
        {
            values = time.Ordered(values);
            target = time.Ordered(target);
        }

        ShiftSearch search = new(values, target, FewRows);
        if (search.Best(FarthestShift, Same, cancellationToken) is not var (shift, correlation))
        {
            return null;
        }

        string order = _time is null ? "in the order of the files" : $"in the order of {Shown.Text(_time.Column)}";
        string where = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(shift)} {(Math.Abs(shift) == 1 ? "row" : "rows")} {(shift > 0 ? "later" : "earlier")}");
        return new Leak(
            LeakKind.Shifted, column, shift, Math.Abs(correlation),
            $"the column {Shown.Text(column)} says the target of another row: the answer of a row stands {where}, {order} (correlation {Math.Abs(correlation).ToString("0.0000", CultureInfo.InvariantCulture)})");
    }

    /// <summary>Ids and the order of the rows. Where they go with time, so may the target: that is a trend, and none of theirs.</summary>
    private IEnumerable<Leak> Places()
    {
        int[] places = [.. Enumerable.Range(0, _train.Rows)];
        double[] ids = Values(_train, _task.Facts.IdColumn, digits: true);
        bool idsAreNumbers = !Array.Exists(ids, double.IsNaN);
        if (!GoesWithTime([.. places.Select(place => (double)place)]) && Told([.. places.Select(place => (long)place)]) is var (strength, how) && strength > 0)
        {
            yield return new Leak(LeakKind.Position, null, 0, strength, $"the order of the rows of train tells the target: {how} explains {Percent(strength)} of it");
        }

        if (idsAreNumbers && ids.All(id => Math.Abs(id) < 1e15) && !GoesWithTime(ids) && Told([.. ids.Select(id => (long)id)]) is var (ofIds, howIds) && ofIds > 0)
        {
            yield return new Leak(LeakKind.Id, _task.Facts.IdColumn, 0, ofIds, $"the id {Shown.Text(_task.Facts.IdColumn)} tells the target: {howIds} explains {Percent(ofIds)} of it");
        }
    }

    private bool GoesWithTime(double[] numbers) => _time is { } time && Math.Abs(Ranks.Spearman(numbers, time.OfTrain) ?? 0) > 0.99;

    /// <summary>By rank, and by remainder: a file in turns of classes has no trend.</summary>
    private (double Strength, string How) Told(long[] numbers)
    {
        double[] ranks = Ranks.Of([.. numbers.Select(number => (double)number)]);
        (double Strength, string How) best = (Telling(_target.Explained([.. ranks.Select(rank => (int)((rank - 1) * Blocks / numbers.Length))], Blocks), Blocks), "how far down it stands");
        for (int modulus = 2; modulus <= MostModulus; modulus++)
        {
            int by = modulus;
            double strength = Telling(_target.Explained([.. numbers.Select(number => (int)(((number % by) + by) % by))], by), by);
            best = strength > best.Strength ? (strength, $"its remainder by {by}") : best;
        }

        return best;

        double Telling(double share, int groups) => share > Math.Max(TellingShare, Chance * Math.Sqrt(2.0 * (groups - 1)) / numbers.Length) ? share : 0;
    }

    /// <summary>Files of the task that are named by an id.</summary>
    private IEnumerable<Leak> Sizes()
    {
        if (_task.SideFiles.IsEmpty)
        {
            yield break;
        }

        // Of files of rows those that rows of test have too: what train alone has, such as masks, tells nothing of them.
        RowFilePattern[] both = [.. _task.RowFiles.Where(pattern => pattern.Test is not null)];
        ILookup<string, string> named = _task.SideFiles
            .Where(file => both.Length == 0 || both.Any(pattern => RowFilePattern.Match(pattern.Train, file) is not null))
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal);
        string[] ids = [.. TaskTables.Ids(_train, _task.Facts.IdColumn).Select(id => _task.RowFiles.IsEmpty ? id : FreshIds.Stem(id))];
        int[] rows = [.. Enumerable.Range(0, ids.Length).Where(row => named.Contains(ids[row]))];
        if (rows.Length < FewRows)
        {
            yield break;
        }

        double[] ranks = Ranks.Of([.. rows.Select(row => named[ids[row]].Sum(file => (double)new FileInfo(Path.Combine(_task.PublicFolder, file)).Length))]);
        double strength = _target.Of(rows).Explained([.. ranks.Select(rank => (int)((rank - 1) * Blocks / rows.Length))], Blocks);
        if (strength > TellingSize)
        {
            yield return new Leak(LeakKind.FileSize, null, 0, strength, $"the size of a row's file tells the target: it explains {Percent(strength)} of it");
        }
    }

    /// <summary>NaN where a value is missing or no number; with digits, the digits that an id ends in.</summary>
    private static double[] Values(CsvTable table, string column, bool digits = false)
    {
        int place = table.Require(column);
        double[] values = new double[table.Rows];
        for (int row = 0; row < values.Length; row++)
        {
            ReadOnlySpan<char> text = table.Field(row, place);
            values[row] = Numbers.TryParseFinite(digits ? text[(text.LastIndexOfAnyExceptInRange('0', '9') + 1)..] : text, out double value) ? value : double.NaN;
        }

        return values;
    }

    /// <summary>A number for each value of a column; null where there are too many of them to say anything of a class.</summary>
    private int[]? ColumnCodes(string column)
    {
        int place = _train.Require(column), most = _train.Rows / 5;
        Dictionary<string, int> codes = new(StringComparer.Ordinal);
        var lookup = codes.GetAlternateLookup<ReadOnlySpan<char>>();
        int[] coded = new int[_train.Rows];
        for (int row = 0; row < coded.Length; row++)
        {
            ReadOnlySpan<char> text = _train.Field(row, place);
            if (!lookup.TryGetValue(text, out coded[row]))
            {
                if (codes.Count >= most)
                {
                    return null;
                }

                lookup[text] = coded[row] = codes.Count;
            }
        }

        return coded;
    }

    /// <summary>Of the rows that are not of the most frequent class already: the share whose class follows from the value.</summary>
    private static double Determined(int[]? values, int[] classes)
    {
        if (values is null)
        {
            return 0;
        }

        int most = classes.CountBy(code => code).Max(pair => pair.Value);
        int right = Enumerable.Range(0, classes.Length).GroupBy(row => values[row]).Sum(rows => rows.CountBy(row => classes[row]).Max(pair => pair.Value));
        return most == classes.Length ? 0 : (double)(right - most) / (classes.Length - most);
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
