using AgentIde.Core.Runs;
using AgentIde.Models.Keys;
using AgentIde.Models.Providers.Wire;

namespace AgentIde.Models.Providers;

/// <summary>
/// A model at a provider, whichever protocol it speaks. Each attempt has a connection of its own, so that nothing below
/// repeats a request that a dying connection may have delivered. A refusal of one optional setting costs nothing; the
/// request is then sent without that setting, once, and so are all later ones.
/// </summary>
public sealed class ProviderModel : IModel, IDisposable
{
    /// <summary>Text and code have 3 to 5 bytes a token.</summary>
    private const int MostBytesOfToken = 8;

    /// <summary>Bytes of a prompt that fits anywhere.</summary>
    private const int LeastCut = 4096;

    private readonly IDialect _dialect;
    private readonly TokenCounter _counter;
    private readonly Connection _connection;
    private readonly Failures _failures;
    private readonly bool _partsThoughts;
    /// <summary>No token of text is that long: an answer of more goes on beyond what was asked for, and perhaps for ever.</summary>
    private const int MostCharacters = 20;

    private const int LeastCeiling = 300_000;

    private int _without;

    internal ProviderModel(ModelName name, Price? price, IDialect dialect, TokenCounter counter, Connection connection, Failures failures, bool partsThoughts)
    {
        Name = name.ToString();
        Price = price;
        _dialect = dialect;
        _counter = counter;
        _connection = connection;
        _failures = failures;
        _partsThoughts = partsThoughts;
        counter.Prepare();
    }

    public string Name { get; }

    public Price? Price { get; }

    /// <summary>Where it is asked; null where that is the provider's own address.</summary>
    public Uri? Address { get; init; }

    /// <summary>Its provider takes schemas and tools: OpenAI and Anthropic themselves. Of another server nobody knows.</summary>
    public bool IsKnownToTakeForms => _connection.IsOwnOrigin;

    /// <summary>It was asked for an object with fields, and did not take that.</summary>
    public bool RefusesForms => ((Quirks)Volatile.Read(ref _without)).HasFlag(Quirks.Form);

    private Origin Origin => _connection.Origin;

    public TokenUsage Maximum(ModelRequest request) => new(_counter.Of(request), 0, request.MaximumOutput, 0);

    public async Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        ModelRequest clean = Clean(request);
        TokenUsage maximum = Maximum(clean);
        Quirks without = (Quirks)Volatile.Read(ref _without);
        Quirks known = without;
        while (true)
        {
            try
            {
                ModelReply reply = await AttemptAsync(clean, maximum, without, pieces, cancellationToken);
                bool isNews = without.HasFlag(Quirks.Form) && !((Quirks)Interlocked.Or(ref _without, (int)without)).HasFlag(Quirks.Form);
                Interlocked.Or(ref _without, (int)without);
                return isNews ? reply with { Remark = $"{Name} can't be held to an object with fields: from now on it is asked in free text" + (reply.Remark.Length > 0 ? "; " : "") + reply.Remark } : reply;
            }
            catch (RefusedException refused)
            {
                Quirks named = RefusedSettings.Of(refused.Refusal, _dialect.Carries(clean) & ~without);
                if (named == Quirks.None)
                {
                    throw _failures.Refused(refused.Refusal, maximum);
                }
                without |= named;
            }
            catch (ModelException) when (without != known)
            {
                // The setting was the reason for the refusal, whatever became of the request without it.
                Interlocked.Or(ref _without, (int)without);
                throw;
            }
        }
    }

    /// <summary>
    /// Whether the key is good and the model is there, by the provider's list of models, which is free; where there is no
    /// such list, or anybody may read it, by a question of one word.
    /// </summary>
    public async Task<ModelCheck> CheckAsync(CancellationToken cancellationToken)
    {
        if (_connection.IsOwnOrigin || _connection.Origin.IsLoopback)
        {
            try
            {
                return await ModelList.CheckAsync(_dialect, _connection, Name, cancellationToken);
            }
            catch (RefusedException refused) when (refused.Refusal.Status == 403 || (refused.Refusal.Status is 404 or 405 or 501 && !_connection.IsOwnOrigin))
            {
                // There is no list here, or the key may ask but not read lists.
            }
            catch (RefusedException refused)
            {
                return ModelCheck.Of(_failures.Refused(refused.Refusal, TokenUsage.None));
            }
            catch (WireException problem)
            {
                return ModelCheck.Of(_failures.Broken(problem, TokenUsage.None));
            }
        }
        try
        {
            ModelReply reply = await AskAsync(new ModelRequest("", [new ModelMessage(ModelRole.User, "Say: ok")], 16), null, cancellationToken);
            return ModelCheck.Good($"{Name} at {Origin} answers ({reply.Usage.Total} tokens spent on asking).");
        }
        catch (ModelException problem) when (problem.Problem is CallProblem.Empty or CallProblem.Refused && problem.Spent.Total > 0)
        {
            return ModelCheck.Good($"{Name} at {Origin} answers ({problem.Spent.Total} tokens spent on asking).");
        }
        catch (ModelException problem)
        {
            return ModelCheck.Of(problem);
        }
    }

    public void Dispose() => _connection.Dispose();

    private async Task<ModelReply> AttemptAsync(
        ModelRequest request, TokenUsage maximum, Quirks without, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        bool streams = _dialect.Carries(request).HasFlag(Quirks.Stream) && !without.HasFlag(Quirks.Stream);
        using Connection.Attempt attempt = _connection.Begin(streams, _dialect.IsChat, cancellationToken);
        var hearing = new Hearing(_counter, pieces, _partsThoughts);
        bool hides = _dialect.HidesThinking(request);
        long longest = Math.Max(LeastCeiling, maximum.Output * MostCharacters);
        try
        {
            await foreach (Heard heard in _dialect.AskAsync(attempt.Http, request, without, attempt.Token))
            {
                if (heard is Heard.Trouble trouble)
                {
                    throw _failures.Trouble(Failures.WithStatus(new Refusal(0, trouble.Code, trouble.Message, "", null)), hearing.Usage(request, maximum, hides));
                }
                hearing.Hear(heard);
                if (hearing.Length > longest)
                {
                    throw _failures.Of(CallProblem.Malformed, $"{Origin} goes on far beyond the {maximum.Output:N0} tokens that were asked for, and was cut off", Most(maximum, hearing, request, hides));
                }
            }
        }
        catch (Exception problem) when (attempt.HasAnswer && problem is not (RefusedException or TroubleException or ModelException or WireException or OperationCanceledException))
        {
            // The whole answer is there, and what could not be read came after it.
            if (hearing.Stop is null || !hearing.HasBegun)
            {
                throw _failures.Malformed(problem, Most(maximum, hearing, request, hides));
            }
        }
        catch (TroubleException problem) when (hearing.Stop is null)
        {
            Refusal refusal = Failures.WithStatus(problem.Refusal);
            throw problem.IsAll && refusal.Status is >= 400 and < 500 and not 408
                ? new RefusedException(refusal)
                : _failures.Trouble(refusal, hearing.Usage(request, maximum, hides));
        }
        catch (WireException problem) when (hearing.Stop is null)
        {
            throw Broke(problem, request, maximum, hearing, hides);
        }
        catch (Exception problem) when (problem is WireException or TroubleException)
        {
            // The answer was whole before the connection ended.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw _failures.Broken(
                new WireException(WireTrouble.TimedOut, $"the answer took longer than {_connection.Total.TotalMinutes:0.#} minutes"), Most(maximum, hearing, request, hides));
        }
        TokenUsage usage = hearing.Usage(request, maximum, hides);
        if (streams && hearing.Stop is null && !attempt.HasEnded)
        {
            throw attempt.IsJson
                ? _failures.Of(CallProblem.Malformed, $"{Origin} answered what is not of its protocol: it did not stream", usage)
                : _failures.Of(CallProblem.Cut, $"{Origin}: the answer broke off in the middle", usage);
        }
        return Finish(request, hearing, usage);
    }

    private ModelReply Finish(ModelRequest request, Hearing hearing, TokenUsage usage)
    {
        (string text, string thinking) = hearing.End();
        StopReason stop = hearing.Stop ?? StopReason.Finished;
        if (string.IsNullOrWhiteSpace(text))
        {
            throw stop switch
            {
                StopReason.Refused => _failures.Of(CallProblem.Refused, $"{Name} refused to answer", usage),
                StopReason.TooLong => _failures.Of(CallProblem.Empty, $"{Name} spent all of its {request.MaximumOutput} tokens before it came to an answer: allow more, or less effort", usage),
                _ => _failures.Of(CallProblem.Empty, $"{Name} gave an empty answer", usage),
            };
        }
        return new ModelReply(text, thinking, usage, stop, hearing.Model.Length > 0 ? hearing.Model : Name[(Name.IndexOf(':', StringComparison.Ordinal) + 1)..])
        {
            Remark = Unread(request, hearing.ReportedInput),
        };
    }

    /// <summary>A server of open models cuts a prompt that is longer than its context, and says nothing of it but the count.</summary>
    private string Unread(ModelRequest request, long? read)
    {
        if (_connection.IsOwnOrigin || read is not > 0)
        {
            return "";
        }
        long sent = TokenCounter.Bytes.TextOf(request);
        return sent >= LeastCut && read < sent / MostBytesOfToken
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name} read only {read} tokens of a prompt of {sent / 1024} KB: raise the context of its server")
            : "";
    }

    private ModelException Broke(WireException problem, ModelRequest request, TokenUsage maximum, Hearing hearing, bool hides) =>
        _failures.Broken(problem, problem.Trouble == WireTrouble.Cut && hearing.HasBegun ? hearing.Usage(request, maximum, hides) : Most(maximum, hearing, request, hides));

    /// <summary>A provider may work on after nobody listens any more, so what is not told counts in full.</summary>
    private static TokenUsage Most(TokenUsage maximum, Hearing hearing, ModelRequest request, bool hides)
    {
        TokenUsage usage = hearing.Usage(request, maximum, hides);
        return usage with { Input = Math.Max(usage.Input, maximum.Input), CachedInput = 0, Output = Math.Max(usage.Output, maximum.Output) };
    }

    private static ModelRequest Clean(ModelRequest request) => request with
    {
        System = WellFormed.Text(request.System),
        Messages = [.. request.Messages.Select(message => message with { Text = WellFormed.Text(message.Text) })],
    };
}
