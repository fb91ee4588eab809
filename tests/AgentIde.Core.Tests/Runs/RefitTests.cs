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
        Refit refit = await Refit.JudgeAsync(new AgreeingHoldout(agreement), split, predicts, "whole"u8.ToArray(), "blind"u8.ToArray(), TestContext.Current.CancellationToken);
        refit.Submission.HasValue.ShouldBe(taken, refit.Why);
        refit.Agreement.ShouldBe(agreement);
    }

    private sealed class AgreeingHoldout(double? agreement) : IHoldout
    {
        public double? Agreement(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other) => agreement;

        public SubmissionDifference? Compare(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, Func<double, double, bool> same) => null;

        public Task<FreshHoldout?> PrepareFreshAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SplitFacts> PrepareAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>> RestoreAsync(ReadOnlyMemory<byte> blindSubmission, CancellationToken cancellationToken) => Task.FromResult(blindSubmission);
    }
}
