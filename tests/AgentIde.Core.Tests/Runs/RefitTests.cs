using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Runs;

/// <summary>When the submission of the code that saw the whole train is taken.</summary>
public sealed class RefitTests
{
    [Theory]
    [InlineData(SplitKind.Random, PredictionKind.Values, 0.96, true)]
    [InlineData(SplitKind.Random, PredictionKind.Values, 0.94, false)]
    [InlineData(SplitKind.Group, PredictionKind.Values, 0.94, false)]
    [InlineData(SplitKind.Time, PredictionKind.Values, 0.94, true)]
    [InlineData(SplitKind.Time, PredictionKind.Values, 0.79, false)]
    [InlineData(SplitKind.Time, PredictionKind.Values, null, false)]
    [InlineData(SplitKind.Stratified, PredictionKind.Labels, 0.92, true)]
    [InlineData(SplitKind.Stratified, PredictionKind.Labels, 0.79, false)]
    [InlineData(SplitKind.Stratified, PredictionKind.ClassProbabilities, 0.92, false)]
    public async Task A_refit_must_agree_but_may_move_more_where_it_alone_saw_the_last_time_or_classes_flip(SplitKind split, PredictionKind predicts, double? agreement, bool taken)
    {
        Refit refit = await JudgeAsync(split, predicts, agreement, null);
        refit.Submission.HasValue.ShouldBe(taken, refit.Why);
        refit.Agreement.ShouldBe(agreement);
    }

    [Theory]
    [InlineData(0.942, 0.930, true, "Refitted on the whole train; its predictions agree with the blind ones (correlation 0.942) as well as those of other solutions do that the holdout does not tell from it (from 0.930 on).")]
    [InlineData(0.905, 0.930, false, "The blind submission is kept: the refit's predictions agree too little with it (correlation 0.905; all others that the holdout does not tell from it agree better, from 0.930 on).")]
    [InlineData(0.79, 0.5, false, "The blind submission is kept: the refit's predictions agree too little with it (correlation 0.790).")]
    [InlineData(0.96, 0.99, true, "Refitted on the whole train; its predictions agree with the blind ones (correlation 0.9600).")]
    public async Task Where_the_signal_is_weak_it_need_not_agree_better_than_others_do_that_are_as_good(double agreement, double others, bool taken, string why)
    {
        Refit refit = await JudgeAsync(SplitKind.Random, PredictionKind.Probability, agreement, others);
        (refit.Submission.HasValue, refit.Agreement, refit.Why).ShouldBe((taken, agreement, why));
    }

    private static Task<Refit> JudgeAsync(SplitKind split, PredictionKind predicts, double? agreement, double? others) => Refit.JudgeAsync(
        new AgreeingHoldout(agreement), split, predicts, "whole"u8.ToArray(), "blind"u8.ToArray(), () => Task.FromResult(others), TestContext.Current.CancellationToken);

    private sealed class AgreeingHoldout(double? agreement) : IHoldout
    {
        public double? Agreement(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other) => agreement;

        public SubmissionDifference? Compare(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, Func<double, double, bool> same) => null;

        public Task<FreshHoldout?> PrepareFreshAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SplitFacts> PrepareAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>> RestoreAsync(ReadOnlyMemory<byte> blindSubmission, CancellationToken cancellationToken) => Task.FromResult(blindSubmission);
    }
}
