using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>Which row of the submission goes with which of the answers; null for the order of the file.</summary>
internal sealed record Pairs(int[]? Answers, int[]? Submission, int Count)
{
    /// <summary>Whether each row goes with that of the same place.</summary>
    public bool IsInFileOrder => Answers is null && Submission is null;

    public int Answer(int pair) => Answers is null ? pair : Answers[pair];

    public int Submitted(int pair) => Submission is null ? pair : Submission[pair];

    public double[] OfAnswers(double[] values) => Take(values, Answers);

    public double[] OfSubmission(double[] values) => Take(values, Submission);

    public (double[] Truth, double[] Given) Of(Column truth, Column given) => (OfAnswers(truth.Numbers), OfSubmission(given.Numbers));

    /// <summary>The pairs of which the answer's row is wanted.</summary>
    public Pairs Where(Func<int, bool> answerRow)
    {
        List<int> a = [];
        List<int> s = [];
        for (int pair = 0; pair < Count; pair++)
        {
            if (answerRow(Answer(pair)))
            {
                a.Add(Answer(pair));
                s.Add(Submitted(pair));
            }
        }

        return new Pairs([.. a], [.. s], a.Count);
    }

    private static double[] Take(double[] values, int[]? rows) => rows is null ? values : Array.ConvertAll(rows, row => values[row]);
}
