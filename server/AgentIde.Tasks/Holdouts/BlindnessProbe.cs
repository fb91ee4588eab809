using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Profiles;
using AgentIde.Tasks.Statistics;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Tries to tell the holdout's rows from test's in the mixed file: by the id, by the place, by each column's values,
/// their lengths, how often they stand in train and how often each goes with the holdout elsewhere, and by a logistic
/// regression on all of these. What is learnt is learnt on one half of the rows and tried on the other; of a group split
/// on one half of the groups, for each name of a group goes with one side alone. Draws nothing: the same split gives the
/// same answer.
/// </summary>
internal sealed class BlindnessProbe
{
    /// <summary>Area under the curve up to which holdout and test count as alike.</summary>
    public const double Alike = 0.55;

    private const int FewRows = 5;
    private const int MostRows = 10_000;
    private const int LeastRows = 2_000;
    private const int MostCells = 2_000_000;

    /// <summary>Features of the regression; of more columns each so manyth is taken.</summary>
    private const int MostFeatures = 200;

    /// <summary>Rows that an average chance of the holdout is counted as, so that a value seen once says little.</summary>
    private const double Smoothing = 5;

    private readonly int[] _rows;
    private readonly bool[] _held;
    private readonly int _heldRows;
    private readonly int[] _halves;
    private readonly (int Held, int Test) _units;
    private readonly List<double[]> _features = [];
    private (double Area, string By) _best = (0.5, "");
    private int _tried;

    /// <param name="units">What is drawn as a whole, one for each row; null for each row its own.</param>
    private BlindnessProbe(int[] rows, int trainRows, ulong[]? units)
    {
        _rows = rows;
        _held = [.. rows.Select(row => row < trainRows)];
        _heldRows = _held.Count(held => held);
        if (units is null)
        {
            _halves = [.. Enumerable.Range(0, rows.Length).Select(place => place & 1)];
            _units = (_heldRows, rows.Length - _heldRows);
            return;
        }

        Dictionary<ulong, int> met = [];
        foreach (ulong unit in units)
        {
            met.TryAdd(unit, met.Count);
        }

        _halves = [.. units.Select(unit => met[unit] & 1)];
        int held = units.Where((_, place) => _held[place]).Distinct().Count();
        _units = (held, met.Count - held);
    }

    /// <summary>Null where nothing tells them apart beyond <see cref="Alike"/> and chance. Of a time split never null: it claims no blindness.</summary>
    /// <param name="files">What can be seen of a row's files of a kind.</param>
    /// <param name="kinds">The kinds of files, null for those that no row of test has.</param>
    public static Distinction? Probe(
        SplitBasis basis, BlindPlan plan, CsvTable train, CsvTable test, string idColumn, Func<int, int, RowFileLook> files, ImmutableArray<string?> kinds, CancellationToken cancellationToken)
    {
        int most = Math.Clamp(MostCells / test.Header.Length, LeastRows, MostRows);
        int[] mixed = Thin(plan.Mixed, most);
        BlindnessProbe probe = new(mixed, plan.TrainRows, basis.Groups is { } groups ? Groups(groups.Name, mixed, plan.TrainRows, train, test) : null);
        if (probe._units is { Held: >= FewRows, Test: >= FewRows })
        {
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                if (kinds[kind] is { } name)
                {
                    RowFileLook[] looks = [.. mixed.Select(row => files(row, kind))];
                    probe.Try([.. looks.Select(look => (double)look.Count)], $"the number of files {Shown.Text(name)}");
                    probe.Try([.. looks.Select(look => (double)look.Bytes)], $"the size of {Shown.Text(name)}");
                    probe.Try([.. looks.Select(look => (double)look.Width)], $"the width of {Shown.Text(name)}");
                    probe.Try([.. looks.Select(look => (double)look.Height)], $"the height of {Shown.Text(name)}");
                    probe.Consider(probe.Area(probe.Chances([.. looks.Select(look => look.Form)])), $"the form of {Shown.Text(name)}");
                }
            }

            probe.Measure(plan, train, test, Thin(plan.SearchTrain, 2 * most), idColumn, cancellationToken);
        }

        string? found = probe._best.Area > probe.Bound()
            ? $"{probe._best.By} {(probe._best.By.StartsWith("all ", StringComparison.Ordinal) ? "tell" : "tells")} it from test with an AUC of {probe._best.Area.ToString("0.00", CultureInfo.InvariantCulture)}"
            : null;
        return basis.Time is { } time
            ? new Distinction(probe._best.Area, $"it is the last part of train by {Shown.Text(time.Name)} and claims no blindness{(found is null ? "" : $"; {found}")}")
            : found is null ? null : new Distinction(probe._best.Area, found);
    }

    private static ulong[]? Groups(string column, int[] mixed, int trainRows, CsvTable train, CsvTable test)
    {
        int inTrain = train.Require(column);
        return test.Find(column) is { } inTest
            ? [.. mixed.Select(row => TextHash.Of(row < trainRows ? train.Field(row, inTrain) : test.Field(row - trainRows, inTest)))]
            : null;
    }

    private static int[] Thin(int[] rows, int most)
    {
        int step = (rows.Length + most - 1) / most;
        return step <= 1 ? rows : [.. rows.Where((_, place) => place % step == 0)];
    }

    /// <summary>What the best of so many areas hardly exceeds by chance: the spread of Mann and Whitney's statistic, and the maximum of normal draws.</summary>
    private double Bound()
    {
        double held = Math.Max(_units.Held, 1);
        double test = Math.Max(_units.Test, 1);
        double spread = Math.Sqrt((held + test + 1) / (12 * held * test));
        return Math.Max(Alike, 0.5 + ((1 + Math.Sqrt(2 * Math.Log(2 * Math.Max(_tried, 1)))) * spread));
    }

    private void Measure(BlindPlan plan, CsvTable train, CsvTable test, int[] known, string idColumn, CancellationToken cancellationToken)
    {
        Try([.. Enumerable.Range(0, _rows.Length).Select(place => (double)place)], "the place in the file");
        Try([.. _rows.Select(row => (double)plan.FreshIds[row])], "the id");
        string[] columns = [.. test.Header.Where(column => column != idColumn)];
        int step = Math.Max(1, (int)Math.Ceiling(columns.Length * 3.0 / MostFeatures));
        for (int index = 0; index < columns.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int before = _features.Count;
            MeasureColumn(plan, train, test, known, columns[index]);
            if (index % step != 0)
            {
                _features.RemoveRange(before, _features.Count - before);
            }
        }

        Consider(Area(LogisticScores.OfHalves(_features, _held, _halves)), "all columns together");
    }

    private void MeasureColumn(BlindPlan plan, CsvTable train, CsvTable test, int[] known, string column)
    {
        int inTrain = train.Require(column);
        int inTest = test.Require(column);
        string name = Shown.Text(column);
        Dictionary<ulong, int> counts = [];
        foreach (int row in known)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, TextHash.Of(train.Field(row, inTrain)), out _)++;
        }

        double[] values = new double[_rows.Length];
        double[] lengths = new double[_rows.Length];
        double[] often = new double[_rows.Length];
        ulong[] hashes = new ulong[_rows.Length];
        bool numbers = true;
        for (int place = 0; place < _rows.Length; place++)
        {
            int row = _rows[place];
            ReadOnlySpan<char> text = row < plan.TrainRows ? train.Field(row, inTrain) : test.Field(row - plan.TrainRows, inTest);
            lengths[place] = text.Length;
            hashes[place] = TextHash.Of(text);
            often[place] = Math.Log(1 + counts.GetValueOrDefault(hashes[place]));
            values[place] = double.NaN;
            numbers = numbers && (MissingValues.Is(text) || Numbers.TryParseFinite(text, out values[place]));
        }

        if (!numbers && Days.Read(train, inTrain) is { } trainDays && Days.Read(test, inTest) is { } testDays)
        {
            values = [.. _rows.Select(row => row < plan.TrainRows ? trainDays[row] : testDays[row - plan.TrainRows])];
            numbers = true;
        }

        if (numbers)
        {
            Try(Filled(values), $"the value of {name}");
        }

        Try(lengths, $"the length of {name}");
        Try(often, $"how often train has the value of {name}");
        Consider(Area(Chances(hashes)), $"which value {name} has");
    }

    /// <summary>Missing ones as the least.</summary>
    private static double[] Filled(double[] values)
    {
        double least = values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Min();
        return [.. values.Select(value => double.IsNaN(value) ? least - 1 : value)];
    }

    /// <summary>For each row the share of holdout rows among the other half's rows of its value.</summary>
    private double[] Chances(ulong[] hashes)
    {
        double mean = (double)_heldRows / _rows.Length;
        Dictionary<ulong, (int Rows, int Held)>[] halves = [[], []];
        for (int place = 0; place < hashes.Length; place++)
        {
            ref (int Rows, int Held) count = ref CollectionsMarshal.GetValueRefOrAddDefault(halves[_halves[place]], hashes[place], out _);
            count = (count.Rows + 1, count.Held + (_held[place] ? 1 : 0));
        }

        return
        [
            .. hashes.Select((hash, place) => halves[1 - _halves[place]].GetValueOrDefault(hash) is var (rows, held)
                ? (held + (Smoothing * mean)) / (rows + Smoothing)
                : mean),
        ];
    }

    private void Try(double[] values, string by)
    {
        if (values.AsSpan().ContainsAnyExcept(values[0]))
        {
            _features.Add(values);
            double area = Area(values);
            Consider(Math.Max(area, 1 - area), by);
        }
    }

    private void Consider(double area, string by)
    {
        _tried++;
        if (area > _best.Area)
        {
            _best = (area, by);
        }
    }

    private double Area(double[] scores)
    {
        double[] ranks = Ranks.Of(scores);
        double sum = 0;
        for (int place = 0; place < ranks.Length; place++)
        {
            sum += _held[place] ? ranks[place] : 0;
        }

        return (sum - (_heldRows * (_heldRows + 1.0) / 2)) / ((double)_heldRows * (_rows.Length - _heldRows));
    }
}
