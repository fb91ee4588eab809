using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Holdouts;

/// <summary>Compares two submissions value by value: numbers as numbers, names letter by letter. The order of rows says nothing.</summary>
internal static class SubmissionComparison
{
    public static SubmissionDifference? Of(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, TaskFacts task, int mostRows, Func<double, double, bool> same)
    {
        if (SubmissionAgreement.Read(submission, task, mostRows) is not { } left || SubmissionAgreement.Read(other, task, mostRows) is not { } right)
        {
            return null;
        }

        int values = 0, differing = 0, shared = 0;
        double? largest = null;
        string? first = null;
        foreach ((string id, string[] texts) in left)
        {
            if (!right.TryGetValue(id, out string[]? others))
            {
                continue;
            }

            shared++;
            for (int target = 0; target < texts.Length; target++)
            {
                values++;
                if (Numbers.TryParseFinite(texts[target], out double value) && Numbers.TryParseFinite(others[target], out double before))
                {
                    largest = Math.Max(largest ?? 0, Math.Abs(value - before));
                    if (same(value, before))
                    {
                        continue;
                    }
                }
                else if (texts[target] == others[target])
                {
                    continue;
                }

                differing++;
                first ??= $"{Shown.Text(task.Targets[target])} of {Shown.Text(task.IdColumn)} {Shown.Text(id)} is {Shown.Text(texts[target])}, was {Shown.Text(others[target])}";
            }
        }

        return new SubmissionDifference(values, differing, left.Count + right.Count - (2 * shared), largest, first);
    }
}
