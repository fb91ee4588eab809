using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Statistics;

namespace AgentIde.Tasks.Profiles;

/// <summary>Looks at the public files of a task and says what is in their columns. The same files give the same profile.</summary>
public static class DataProfiler
{
    private const int MostClasses = 1_000;

    public static DataProfile Profile(TaskFolder task, CancellationToken cancellationToken = default)
    {
        CsvTable train = task.ReadTrain(cancellationToken);
        CsvTable test = task.ReadTest(cancellationToken);
        bool numericLabel = task.Facts.Metric.Predicts is PredictionKind.Values or PredictionKind.Probability;
        double[]? labelRanks = numericLabel ? Ranks.Of(TaskTables.Answers(train, task.Facts.Label, task.Encoding)) : null;
        ImmutableArray<ColumnProfile>.Builder columns = ImmutableArray.CreateBuilder<ColumnProfile>(train.Header.Length);
        for (int column = 0; column < train.Header.Length; column++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            columns.Add(ColumnReading.Profile(train, column, test, labelRanks));
        }

        return new DataProfile(train.Rows, test.Rows, columns.MoveToImmutable(), Classes(task, train));
    }

    private static ImmutableArray<ValueCount> Classes(TaskFolder task, CsvTable train)
    {
        if (task.Facts.Metric.Predicts == PredictionKind.Values)
        {
            return [];
        }

        ValueCounts counts = ValueCounts.Of(train, train.Require(task.Facts.Label), mostValues: MostClasses);
        return counts.Complete ? counts.MostFrequent(MostClasses) : [];
    }
}
