using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using Polly;
using Polly.Retry;

namespace AgentIde.Models.Engineers;

/// <summary>
/// A model that is asked within a purse: each attempt is reserved at its most before it is sent, and ended when it is
/// known what it came to. What may succeed later is tried again, as long as the purse and the patience last.
/// </summary>
public sealed class PaidModel
{
    /// <summary>Of English and of code, about; for what nobody counted.</summary>
    private const int CharactersOfToken = 4;

    private readonly IModel _model;
    private readonly Patience _patience;
    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline _retry;

    public PaidModel(IModel model, Patience patience, TimeProvider clock)
    {
        _model = model;
        _patience = patience;
        _clock = clock;
        _retry = patience.Retries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(Strategy()).Build();
    }

    public string Name => _model.Name;

    /// <exception cref="BudgetSpentException">The next attempt does not fit into what is left.</exception>
    /// <exception cref="ModelException">There is no answer, after all attempts that made sense.</exception>
    /// <exception cref="OperationCanceledException"/>
    public async Task<ModelReply> AskAsync(ModelRequest request, Purse purse, CancellationToken cancellationToken) =>
        await _retry.ExecuteAsync(async attempt => await AttemptAsync(request, purse, attempt), cancellationToken);

    private async Task<ModelReply> AttemptAsync(ModelRequest request, Purse purse, CancellationToken cancellationToken)
    {
        TokenUsage maximum = _model.Maximum(request);
        int call = await purse.ReserveAsync(new CallReservation(_model.Name, PromptText.Of(request), maximum, _model.Price?.Of(maximum)) { Sample = request.Sample }, cancellationToken);
        long begun = _clock.GetTimestamp();
        ModelReply reply;
        StringBuilder text = new(), thinking = new();
        try
        {
            reply = await _model.AskAsync(request with { Call = call }, Hear, cancellationToken);
        }
        catch (ModelException error)
        {
            await EndAsync(null, "", error.Problem, error.Message, error.Spent);
            throw;
        }
        catch (NeverAskedException error)
        {
            await EndAsync(null, "", CallProblem.Unreachable, error.Message, TokenUsage.None);
            throw;
        }
        catch (OperationCanceledException)
        {
            // It was sent perhaps, and the provider may go on with it.
            long heard = (text.Length + thinking.Length) / CharactersOfToken;
            await EndAsync(
                text.Length > 0 ? text.ToString() : null, thinking.ToString(), CallProblem.GivenUp, "given up while the model was at it", maximum with { Output = Math.Max(maximum.Output, heard) }, isCut: text.Length > 0);
            throw;
        }

        string told = BudgetCheck.IsOverrun(reply.Usage, maximum)
            ? $"{_model.Name} gave {Figures.Tokens(reply.Usage.Output)} tokens where {Figures.Tokens(maximum.Output)} were allowed: it does not keep to the length that it is asked for"
            : reply.Remark;
        await EndAsync(reply.Text, reply.Thinking, null, told, reply.Usage, reply.Stop != StopReason.Finished);
        return reply;

        void Hear(ModelPiece piece)
        {
            (piece.IsThinking ? thinking : text).Append(piece.Text);
            purse.Hear(call, piece.Text, piece.IsThinking);
        }

        Task EndAsync(string? answer, string thoughts, CallProblem? problem, string message, TokenUsage usage, bool isCut = false) => purse.EndAsync(
            new CallEnd(call, answer, thoughts, problem, message, usage, _model.Price?.Of(usage), _clock.GetElapsedTime(begun)) { IsCut = isCut }, CancellationToken.None);
    }

    private RetryStrategyOptions Strategy() => new()
    {
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is ModelException { IsTransient: true } error && !(error.RetryAfter > _patience.LongestWait)),
        MaxRetryAttempts = _patience.Retries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = _patience.FirstWait,
        MaxDelay = _patience.LongestWait,
        DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(_patience.Waits ? arguments.Outcome.Exception is ModelException { RetryAfter: { Ticks: > 0 } wait } ? wait : null : TimeSpan.Zero),
    };
}

/// <summary>How long a provider that is busy or broken is waited for.</summary>
/// <param name="Retries">Further attempts of one call.</param>
/// <param name="FirstWait">Before the second attempt; then twice as long each time, with jitter.</param>
/// <param name="LongestWait">A provider that wants to be left alone for longer is given up.</param>
public sealed record Patience(int Retries, TimeSpan FirstWait, TimeSpan LongestWait)
{
    public static Patience None { get; } = new(0, TimeSpan.Zero, TimeSpan.Zero);

    public static Patience Default { get; } = new(4, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2));

    /// <summary>As many attempts as usual, for what was recorded of them, and nobody to wait for.</summary>
    public static Patience Replayed { get; } = Default with { FirstWait = TimeSpan.Zero, Waits = false };

    /// <summary>Whether there is any wait between two attempts.</summary>
    public bool Waits { get; init; } = true;
}
