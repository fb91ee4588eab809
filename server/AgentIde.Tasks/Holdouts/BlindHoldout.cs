using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Grading;
using AgentIde.Tasks.Leaks;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// The holdout that is cut from train and mixed into test. Everything follows from the task, the workspace's secret and
/// the split seed, so the answers are never written down: whoever needs them computes them again. A row has the same
/// fresh id in both folders, so submissions of search and refit are restored and compared in the same way.
/// </summary>
public sealed class BlindHoldout : IHoldout
{
    public const int SecretLength = 32;

    /// <summary>How often rows are drawn anew where a metric of whole tables has no score on those that were drawn, for a class or value is too rare.</summary>
    private const int MostDraws = 20;

    private readonly TaskFolder _task;
    private readonly byte[] _salt;
    private readonly Lazy<(SplitBasis Basis, BlindPlan Plan, double[] Answers, FreshIds Ids)> _split;
    private readonly Lazy<BlindPlan[]> _folds;
    private readonly Lazy<RowGrader> _grader;
    private readonly Lazy<RowGrader?> _second;
    private readonly bool? _hasSecond;
    private readonly bool? _mayFold;

    /// <param name="secret">The workspace's own, 32 bytes: without it nobody can tell which rows are cut.</param>
    /// <param name="splitSeed">Another seed cuts other rows.</param>
    /// <param name="hasSecond">Whether a part of the holdout is kept back for one look after the choice, as the run was begun; null for a new one, which has it where the holdout has rows for it.</param>
    /// <param name="mayFold">Whether train is cut into folds, as the run was begun; null for a new one, whose train is where one holdout would be too small.</param>
    /// <exception cref="TaskProblemException">The task asks for a split that its columns don't allow.</exception>
    public BlindHoldout(TaskFolder task, ReadOnlySpan<byte> secret, long splitSeed, bool? hasSecond = null, bool? mayFold = null)
    {
        if (secret.Length != SecretLength)
        {
            throw new ArgumentException($"A workspace's secret has {SecretLength} bytes.", nameof(secret));
        }

        RequireSupported(task);
        _task = task;
        _hasSecond = hasSecond;
        _mayFold = mayFold;
        byte[] message = [.. Encoding.UTF8.GetBytes(task.Facts.Digest.Hex), .. new byte[sizeof(long)]];
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(message.Length - sizeof(long)), splitSeed);
        _salt = HMACSHA256.HashData(secret, message);
        _split = new(() =>
        {
            CsvTable train = _task.ReadTrain(), test = _task.ReadTest();
            (SplitBasis basis, BlindPlan plan, double[] answers) = Split(train, test);
            return (basis, plan, answers, FreshIds.Of(_task, train, test));
        });
        _folds = new(() => _split.Value is { Basis.InFolds: true } split ? InFolds(split.Plan.TrainRows, split.Plan.TestRows, split.Basis) : []);
        _grader = new(() => MakeGrader(_split.Value.Plan.Scored));
        _second = new(() => _split.Value.Plan.Second is { Length: > 0 } second ? MakeGrader(second) : null);
    }

    /// <summary>Grades the rows of the holdout that a search may see the score of, in a submission on the blind files; all its rows must be sound.</summary>
    public IGrader Grader => _grader.Value;

    /// <summary>Grades the other rows, for one look after the choice; null where there are none.</summary>
    public IGrader? Second => _second.Value;

    /// <summary>Grades what a program left on each fold; null where train is not cut into folds.</summary>
    public IFoldGrader? Folds => _folds.Value is { Length: > 0 } folds ? new FoldGrader([.. folds.Select(fold => (SubmissionGrader)MakeGrader(fold, _split.Value.Answers, fold.Mixed, fold.Holdout))]) : null;

    /// <summary>For tests: the folds, of which the search runs on the first.</summary>
    internal BlindPlan[] FoldPlans => _folds.Value;

    /// <summary>For tests: which rows are cut.</summary>
    internal BlindPlan Plan => _split.Value.Plan;

    /// <summary>For tests: which rows the fresh split cuts.</summary>
    internal BlindPlan? FreshPlan => Plan.Fresh(FreshSalt(), _split.Value.Basis);

    public Task<SplitFacts> PrepareAsync(string folder, CancellationToken cancellationToken)
    {
        _task.RequireUnchanged(cancellationToken);
        CsvTable train = _task.ReadTrain(cancellationToken);
        CsvTable test = _task.ReadTest(cancellationToken);
        RowFiles rowFiles = RowFiles.Of(_task, train, test);
        SideFiles.Check(_task, rowFiles, train, test);
        (SplitBasis basis, BlindPlan plan, double[] answers, _) = _split.Value;
        RequireSpace(rowFiles, folder);
        BlindFiles files = new(_task, plan, train, test, _task.ReadSample(cancellationToken), rowFiles);
        string search = BlindFolder.Make(Path.Combine(folder, "search"), open => files.Write(plan.SearchTrain, plan.Mixed, open, cancellationToken));
        StringBuilder others = new();
        foreach ((BlindPlan fold, int number) in _folds.Value.Skip(1).Select((fold, place) => (fold, place + 2)))
        {
            string name = FormattableString.Invariant($"fold-{number}");
            BlindFiles its = new(_task, fold, train, test, _task.ReadSample(cancellationToken), rowFiles);
            others.Append(name).Append('\n').Append(BlindFolder.Make(Path.Combine(folder, name), open => its.Write(fold.SearchTrain, fold.Mixed, open, cancellationToken)));
        }

        string refit = BlindFolder.Make(Path.Combine(folder, "refit"), open => files.Write(plan.RefitTrain, plan.RefitTest, open, cancellationToken));
        return Task.FromResult(new SplitFacts(
            plan.Kind,
            SplitEvidence.Why(basis, plan, train, test, _task.Facts.IdColumn, _task.Metric, answers, cancellationToken),
            plan.SearchTrain.Length,
            plan.Holdout.Length,
            plan.TestRows,
            Digest.Of($"search\n{search}{others}refit\n{refit}"))
        {
            Folds = basis.InFolds ? _folds.Value.Length : null,
            Leaks = LeakProbe.Probe(_task, train, test, answers, basis.Time, cancellationToken) is { IsEmpty: false } leaks ? leaks : null,
            SecondRows = plan.Second is { Length: > 0 and var kept } ? kept : null,
            Column = basis.Column,
            HoldoutUnits = plan.Units?.Where((_, place) => Array.BinarySearch(plan.Second, plan.Holdout[place]) < 0).Distinct().Count(),
            Distinguishable = BlindnessProbe.Probe(basis, plan, train, test, _task.Facts.IdColumn, (row, kind) => rowFiles.Look(_task.PublicFolder, row, kind), [.. rowFiles.Patterns.Select(pattern => pattern.Test)], cancellationToken),
        });
    }

    /// <inheritdoc/>
    public Task<FreshHoldout?> PrepareFreshAsync(string folder, CancellationToken cancellationToken)
    {
        (SplitBasis basis, BlindPlan plan, double[] answers, _) = _split.Value;
        if (plan.Fresh(FreshSalt(), basis) is not { } fresh || Problem(_task.ReadTrain(cancellationToken), fresh, fresh.Holdout, answers) is not null)
        {
            return Task.FromResult<FreshHoldout?>(null);
        }

        _task.RequireUnchanged(cancellationToken);
        BlindFiles files = FilesOf(fresh, cancellationToken);
        string path = Path.Combine(folder, "fresh");
        string listing = BlindFolder.Make(path, open => files.Write(fresh.SearchTrain, fresh.Mixed, open, cancellationToken));
        return Task.FromResult<FreshHoldout?>(new FreshHoldout(path, MakeGrader(fresh, answers, fresh.Mixed, fresh.Holdout), fresh.Holdout.Length, Digest.Of($"fresh\n{listing}")));
    }

    /// <summary>Tables are small; files of rows are copied into each folder.</summary>
    private void RequireSpace(RowFiles rowFiles, string folder)
    {
        if (rowFiles.Patterns.IsEmpty)
        {
            return;
        }

        // A fresh split comes after the search: it must not be the disk that ends a run of hours.
        int folds = _folds.Value.Length;
        string[] all = ["search", "refit", .. folds > 0 ? Enumerable.Range(2, folds - 1).Select(number => FormattableString.Invariant($"fold-{number}")) : _split.Value.Basis.Time is null ? (string[])["fresh"] : []];
        Directory.CreateDirectory(folder);
        BlindFolder.DeleteHalves(folder);
        if (all.Count(name => !Directory.Exists(Path.Combine(folder, name))) is > 0 and var copies)
        {
            DiskSpace.Require(folder, rowFiles.Bytes(_task.PublicFolder), copies, folds > 0 ? $"{folds} folds and the refit" : all.Length > 2 ? "the search, the refit and a fresh split" : "the search and the refit");
        }
    }

    private byte[] FreshSalt() => HMACSHA256.HashData(_salt, "fresh/1"u8);

    /// <inheritdoc/>
    /// <remarks>Takes submissions of the search and of the refit; these have the test rows alone.</remarks>
    public Task<ReadOnlyMemory<byte>> RestoreAsync(ReadOnlyMemory<byte> blindSubmission, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(new RestoredSubmission(_task, Plan, rows => Form(Plan, rows)).Of(blindSubmission, cancellationToken));
        }
        catch (CsvProblemException problem)
        {
            throw new TaskProblemException($"the submission does not fit the blind files: {problem.Message}", problem);
        }
    }

    public double? Agreement(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other) =>
        SubmissionAgreement.Of(submission, other, _task.Facts, Plan.TrainRows + Plan.TestRows);

    public SubmissionDifference? Compare(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, Func<double, double, bool> same) =>
        SubmissionComparison.Of(submission, other, _task.Facts, Plan.TrainRows + Plan.TestRows, same);

    /// <summary>Lays the files of the search once more, without some of test's rows: see <see cref="SentinelFiles"/>.</summary>
    /// <param name="folder">Where to; absolute.</param>
    public Sentinel PrepareSentinel(string folder, CancellationToken cancellationToken)
    {
        (_, BlindPlan plan, double[] answers, _) = _split.Value;
        SentinelFiles files = new(plan, _task.Facts.Metric.Predicts == PredictionKind.Values ? null : answers);
        BlindFiles blind = FilesOf(plan, cancellationToken);
        BlindFolder.Make(Path.Combine(folder, "search"), open => blind.Write(plan.SearchTrain, files.Kept, open, cancellationToken));
        RowGrader now = MakeGrader(plan, answers, files.Kept, files.Holdout), then = MakeGrader(plan, answers, plan.Mixed, files.Holdout);
        bool isFew = files.Holdout.Length == 0 || Problem(_task.ReadTrain(cancellationToken), plan, files.Holdout, answers) is not null || now.Units?.Distinct().Count() < 2;
        return new Sentinel(folder, files.With, files.Holdout.Length, (mine, whole, token) => Task.FromResult(isFew ? new SentinelGrades(null, null, null, "too few rows are left") : now.Beside(mine, then, whole, token)));
    }

    private static void RequireSupported(TaskFolder task)
    {
        if (task.Split.Column is { } column && (column == task.Facts.Label || (column == task.Facts.IdColumn && task.Split.Rule == SplitRule.Group)))
        {
            throw new TaskProblemException(
                $"{TaskYaml.FileName}: 'split: {Shown.Text(task.Split.ToString())}' names the {(column == task.Facts.Label ? "label" : "id, of which no two rows have the same")}; name another column");
        }

        if (task.Split.Rule == SplitRule.Stratified && task.Facts.Metric.Predicts is PredictionKind.Values or PredictionKind.Cells)
        {
            throw new TaskProblemException($"{TaskYaml.FileName}: 'split: stratified' needs a label of classes, and {task.Metric.Name} {(task.Metric is TableMetric ? "takes whole tables" : "predicts numbers")}; use random");
        }
    }

    private (SplitBasis Basis, BlindPlan Plan, double[] Answers) Split(CsvTable train, CsvTable test)
    {
        double[] answers = TaskTables.Answers(train, _task.Facts.Label, _task.Encoding);
        SplitBasis basis = SplitChooser.Choose(_task, train, test, answers, CancellationToken.None);
        string? notFolds = null;
        if (_mayFold is not false && SplitChooser.ForFolds(_task, test.Rows, basis, answers) is { } reason)
        {
            notFolds = WhyNoFolds(train.Rows, test.Rows, basis, answers);
            if (notFolds is null)
            {
                basis = basis with { InFolds = true, Why = $"{basis.Why}; {BlindPlan.FoldCount} folds, {reason}: each train row is held out by one of them, and nodes that lead are executed on all" };
                return (basis, InFolds(train.Rows, test.Rows, basis)[0], answers);
            }

            if (_task.Split.Rule == SplitRule.Folds)
            {
                throw new TaskProblemException($"{TaskYaml.FileName}: 'split: folds' can't be, for {notFolds}; use 'split: auto', which holds out one part of train");
            }

            notFolds = $"; no folds, though {reason[4..]}, for {notFolds}";
        }

        byte[] salt = _salt;
        BlindPlan plan = BlindPlan.Make(salt, train.Rows, test.Rows, basis);
        string? lacking = Problem(train, plan, plan.Holdout, answers);
        if (lacking is { } unscored && basis.Column is not null && _task.Split.Rule == SplitRule.Auto)
        {
            basis = SplitChooser.Without(basis, _task, answers, unscored);
            plan = BlindPlan.Make(salt, train.Rows, test.Rows, basis);
            lacking = Problem(train, plan, plan.Holdout, answers);
        }

        for (int draw = 2; lacking is not null && draw <= MostDraws && _task.Metric is TableMetric && basis.Time is null; draw++)
        {
            salt = HMACSHA256.HashData(_salt, Encoding.UTF8.GetBytes(FormattableString.Invariant($"draw/{draw}")));
            plan = BlindPlan.Make(salt, train.Rows, test.Rows, basis);
            string before = lacking;
            lacking = Problem(train, plan, plan.Holdout, answers);
            basis = lacking is null ? basis with { Why = FormattableString.Invariant($"{basis.Why}; drawn {draw} times, for a holdout can't be scored where {before}") } : basis;
        }

        if (lacking is { } problem)
        {
            if (_task.Metric is TableMetric)
            {
                throw new TaskProblemException(
                    $"no holdout of {plan.Holdout.Length} rows can be scored{(basis.Time is null ? $", {MostDraws} were drawn" : "")}: {problem}; where a class or a value is too rare, add rows to train and test");
            }

            string way = basis.Column is null || _task.Facts.Metric.Predicts != PredictionKind.Values ? "stratified" : "random";
            throw new TaskProblemException($"the holdout of {plan.Holdout.Length} rows can't be scored: {problem}; use 'split: {way}', or add rows");
        }

        basis = basis with { Why = basis.Why + notFolds };

        // Both parts must have what a score and its error need, such as rows of either class; else all of it is scored by.
        BlindPlan two = _hasSecond is true || (_hasSecond is null && plan.Holdout.Length >= BlindPlan.LeastHoldoutRowsForSecond) ? plan.WithSecond(salt, basis.Strata) : plan;
        return (basis, two.Second.Length > 0 && IsScored(two.Scored) && IsScored(two.Second) ? two : plan, answers);

        bool IsScored(int[] rows) => Problem(train, plan, rows, answers) is null && (_hasSecond is true || HasError(rows, answers));
    }

    private BlindPlan[] InFolds(int trainRows, int testRows, SplitBasis basis) =>
        BlindPlan.InFolds(_salt, fold => fold == 0 ? _salt : HMACSHA256.HashData(_salt, Encoding.UTF8.GetBytes(FormattableString.Invariant($"fold/{fold + 1}"))), trainRows, testRows, basis);

    /// <summary>Why train can't be cut into folds; null where it can.</summary>
    private string? WhyNoFolds(int trainRows, int testRows, SplitBasis basis, double[] answers)
    {
        if (basis.Time is { } time)
        {
            return $"test comes after train by {Shown.Text(time.Name)}, and all folds but the last would be trained on what comes later";
        }

        if (_task.Metric is TableMetric)
        {
            return "its metric takes whole tables";
        }

        if (trainRows < 2 * BlindPlan.FoldCount || basis.Groups is { Count: < BlindPlan.LeastGroupsForFolds })
        {
            return basis.Groups is { } groups ? $"{groups.Count} groups of {Shown.Text(groups.Name)} are too few, of which each fold needs two" : $"{trainRows} rows are too few";
        }

        BlindPlan[] folds = InFolds(trainRows, testRows, basis);
        bool isOfClasses = _task.Facts.Metric.Predicts != PredictionKind.Values;
        return folds.Select(fold => _task.Metric.ProblemOfAnswers([.. fold.Holdout.Select(row => answers[row])])).FirstOrDefault(problem => problem is not null) is { } unscored ? $"one of them could not be scored: {unscored}"
            : folds.Any(fold => fold.Units is { } units && units.Distinct().Count() < 2) ? $"groups of {Shown.Text(basis.Groups!.Name)} are too unequal: one of them would have one group alone"
            : isOfClasses && answers.Distinct().Count() is var classes && folds.Any(fold => fold.SearchTrain.Select(row => answers[row]).Distinct().Count() < classes) ? "a class would be missing from the train rows of one of them"
            : null;
    }

    /// <summary>Why rows of the holdout have no score, whatever a submission says; null where they have.</summary>
    private string? Problem(CsvTable train, BlindPlan plan, int[] rows, double[] answers)
    {
        if (_task.Metric is not TableMetric metric)
        {
            return _task.Metric.ProblemOfAnswers([.. rows.Select(row => answers[row])]);
        }

        TableAnswers truth = TableAnswers.Of(train, _task.AnswerColumns, rows);
        CsvTable sample = _task.ReadSample();
        SubmissionForm form = new(_task.Facts.IdColumn, _task.Facts.Targets, [.. truth.Rows.Select(row => row[0])]);
        return new TableGrader(metric, _task.Encoding, form, truth, [.. Enumerable.Range(0, rows.Length)], [.. rows.Select(row => plan.FreshIds[row])], UnitsOf(plan, rows))
            .ProblemOfAnswers([.. _task.Facts.Targets.Select(target => sample.Field(0, sample.Require(target)).ToString())], CancellationToken.None);
    }

    /// <summary>The group or block of time of rows of the holdout; null where each is its own.</summary>
    private static int[]? UnitsOf(BlindPlan plan, int[] rows) => plan.Units is { } all ? [.. rows.Select(row => all[Array.BinarySearch(plan.Holdout, row)])] : null;

    private bool HasError(int[] rows, double[] answers) => _task.Metric.HasErrorOf([.. rows.Select(row => answers[row])]);

    private RowGrader MakeGrader(int[] graded)
    {
        (_, BlindPlan plan, double[] answers, _) = _split.Value;
        return MakeGrader(plan, answers, plan.Mixed, graded);
    }

    /// <param name="rows">Of the submission.</param>
    /// <param name="graded">Those of the holdout that count.</param>
    private RowGrader MakeGrader(BlindPlan plan, double[] answers, int[] rows, int[] graded)
    {
        Dictionary<int, int> places = graded.Select((row, place) => (row, place)).ToDictionary(pair => pair.row, pair => pair.place);
        int[]? units = UnitsOf(plan, graded);
        int[] placed = [.. rows.Select(row => places.GetValueOrDefault(row, -1))];
        return _task.Metric switch
        {
            TableMetric metric => new TableGrader(
                metric, _task.Encoding, Form(plan, rows), TableAnswers.Of(_task.ReadTrain(), _task.AnswerColumns, graded), placed, [.. graded.Select(row => plan.FreshIds[row])], units),
            Metric metric => new SubmissionGrader(metric, _task.Encoding, Form(plan, rows), [.. graded.Select(row => answers[row])], placed, units),
            _ => throw new InvalidOperationException($"{_task.Metric.Name} has no grader."),
        };
    }

    private BlindFiles FilesOf(BlindPlan plan, CancellationToken cancellationToken)
    {
        CsvTable train = _task.ReadTrain(cancellationToken), test = _task.ReadTest(cancellationToken);
        return new BlindFiles(_task, plan, train, test, _task.ReadSample(cancellationToken), RowFiles.Of(_task, train, test));
    }

    private SubmissionForm Form(BlindPlan plan, int[] rows) =>
        new(_task.Facts.IdColumn, _task.Facts.Targets, [.. rows.Select(row => _split.Value.Ids[plan.FreshIds[row]])]);
}
