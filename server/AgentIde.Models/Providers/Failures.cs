using System.Text.RegularExpressions;
using AgentIde.Core.Runs;
using AgentIde.Models.Keys;
using AgentIde.Models.Providers.Wire;

namespace AgentIde.Models.Providers;

/// <summary>Turns what went wrong on the wire into what the user is told and what it may have cost.</summary>
/// <param name="name">The model, as the user names it.</param>
/// <param name="origin">Where it was asked.</param>
/// <param name="keyVariable">The variable to set for a key.</param>
/// <param name="baseVariable">The variable to set for an address.</param>
internal sealed partial class Failures(ModelName name, Origin origin, string keyVariable, string baseVariable, bool hasKey, Redactor redactor)
{
    private const int MostLettersQuoted = 300;

    /// <param name="maximum">What the request could come to, for refusals that come from a gateway which can't know.</param>
    public ModelException Refused(Refusal refusal, TokenUsage maximum)
    {
        CallProblem problem = Kind(refusal);
        TokenUsage spent = refusal.Status is 408 or 502 or 504 or 524 ? maximum : TokenUsage.None;
        return new ModelException(problem, Line(WayOut(problem, refusal), refusal.Message), spent, refusal.RetryAfter);
    }

    public ModelException Broken(WireException problem, TokenUsage spent) => new(
        problem.Trouble switch
        {
            WireTrouble.Unreachable => CallProblem.Unreachable,
            WireTrouble.TimedOut => CallProblem.TimedOut,
            WireTrouble.Cut => CallProblem.Cut,
            WireTrouble.Redirected => CallProblem.Request,
            _ => CallProblem.Malformed,
        },
        Line($"{origin}: {problem.Message}{Advice(problem.Trouble)}", ""),
        problem.Trouble is WireTrouble.Unreachable or WireTrouble.Redirected ? TokenUsage.None : spent);

    public ModelException Malformed(Exception problem, TokenUsage spent) =>
        new(CallProblem.Malformed, Line($"{origin} answered what is not of its protocol; check {baseVariable}", problem.Message), spent);

    public ModelException Of(CallProblem problem, string message, TokenUsage spent) => new(problem, Line(message, ""), spent);

    /// <summary>An error in the middle of a stream: no status, so its name says what it is.</summary>
    public ModelException Trouble(Refusal trouble, TokenUsage spent)
    {
        CallProblem problem = Kind(trouble);
        return new ModelException(problem, Line(WayOut(problem, trouble), trouble.Message), spent, trouble.RetryAfter);
    }

    /// <summary>With the status that its code stands for.</summary>
    public static Refusal WithStatus(Refusal trouble) => trouble with { Status = StatusOf(trouble.Code) };

    public static CallProblem Kind(Refusal refusal)
    {
        if (IsUnpaid(refusal))
        {
            return CallProblem.Quota;
        }
        return refusal.Status switch
        {
            401 => CallProblem.Key,
            403 => IsFiltered(refusal) || Says(refusal, "requires moderation", "was flagged", "flagged for") ? CallProblem.Refused : CallProblem.Key,
            404 => CallProblem.Model,
            408 => CallProblem.TimedOut,
            429 => IsAboveAnyLimit(refusal) ? CallProblem.Request : CallProblem.Busy,
            400 when IsFiltered(refusal) => CallProblem.Refused,
            400 when refusal.Code == "model_not_found" || Says(refusal, "is not a valid model id", "model not exist") => CallProblem.Model,
            400 when Says(refusal, "api key not valid", "api_key_invalid") => CallProblem.Key,
            >= 500 => CallProblem.Broken,
            _ => CallProblem.Request,
        };
    }

    public static bool IsTooLong(Refusal refusal) => refusal.Status == 413 || refusal.Code is "context_length_exceeded" or "request_too_large"
        || Says(refusal, "context length", "context window", "prompt is too long", "maximum context", "exceeds the available context", "exceed context limit", "too many tokens");

    /// <summary>
    /// Of Google's refusals the words about a quota are the same for a day without money and for a minute with too many
    /// requests; only of the latter it says when to come back.
    /// </summary>
    private static bool IsUnpaid(Refusal refusal) =>
        refusal.Status == 402 || refusal.Code is "insufficient_quota" or "billing_error" or "billing_hard_limit_reached" or "billing_not_active"
        || Says(refusal, "credit balance is too low", "insufficient balance", "insufficient credits")
        || (Says(refusal, "exceeded your current quota") && !HasInBody(refusal, "RESOURCE_EXHAUSTED", "RetryInfo", "retry in"));

    private static bool IsFiltered(Refusal refusal) => refusal.Code is "content_filter" or "content_policy_violation";

    /// <summary>The one request is more than the account may send in a minute: waiting does not help.</summary>
    private static bool IsAboveAnyLimit(Refusal refusal) => Says(refusal, "request too large for");

    /// <summary>The length that was allowed to the answer is what does not fit.</summary>
    private static bool IsAboutOutput(Refusal refusal) => OutputSetting().IsMatch(refusal.Message) && (IsTooLong(refusal) || OutputTooLong().IsMatch(refusal.Message));

    private static bool HasInBody(Refusal refusal, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (refusal.Body.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Says(Refusal refusal, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (refusal.Message.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }

    private static int StatusOf(string code) => code switch
    {
        "authentication_error" or "invalid_api_key" or "permission_error" => 401,
        "not_found_error" or "model_not_found" => 404,
        "rate_limit_error" or "rate_limit_exceeded" => 429,
        "invalid_request_error" or "invalid_prompt" or "context_length_exceeded" => 400,
        "content_filter" => 400,
        _ => int.TryParse(code, System.Globalization.CultureInfo.InvariantCulture, out int status) && status is >= 400 and < 600 ? status : 500,
    };

    private string WayOut(CallProblem problem, Refusal refusal) => problem switch
    {
        CallProblem.Key when !hasKey => $"{origin} wants a key: set {keyVariable}",
        CallProblem.Key => $"{origin} does not accept the key in {keyVariable} ({refusal.Status})",
        CallProblem.Model => $"{origin} has no model {name.Model}; or {baseVariable} is not the whole address, up to /v1",
        CallProblem.Quota => $"the account at {origin} has no money left",
        CallProblem.Busy when refusal.RetryAfter is { TotalSeconds: >= 60 } wait => FormattableString.Invariant($"{origin} allows no more requests for another {Math.Ceiling(wait.TotalMinutes):0} minutes"),
        CallProblem.Busy => $"{origin} has too much to do or allows no more requests for now",
        CallProblem.Refused => $"{origin} refused the prompt by its filter",
        CallProblem.TimedOut => $"{origin} gave up waiting",
        CallProblem.Broken => $"{origin} failed ({refusal.Status})",
        _ when IsAboveAnyLimit(refusal) => $"{origin} allows this account no request of that size: shorten what may be answered by --max-output N, or ask for a higher limit there",
        _ when IsTooLong(refusal) && IsAboutOutput(refusal) => $"the prompt is too long for {name} beside so long an answer: allow a shorter one by --max-output N",
        _ when IsAboutOutput(refusal) => $"{name} can't answer at such length: allow less by --max-output N",
        _ when IsTooLong(refusal) => $"the prompt is too long for {name}",
        _ => $"{origin} does not take the request ({refusal.Status})",
    };

    private string Advice(WireTrouble trouble) => trouble switch
    {
        WireTrouble.Unreachable when origin.IsLoopback => "; is the server running?",
        WireTrouble.Unreachable => $"; check the network and {baseVariable}",
        WireTrouble.Redirected => $", which is not followed with a key: set {baseVariable} to where it is now",
        WireTrouble.Malformed => $"; check {baseVariable}",
        _ => "",
    };

    private string Line(string told, string quoted)
    {
        string words = string.Join(' ', quoted.Split([' ', '\n', '\r', '\t', '\u2028', '\u2029'], StringSplitOptions.RemoveEmptyEntries));
        string clean = new([.. redactor.Clean(words).Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) != System.Globalization.UnicodeCategory.Format)]);
        string shown = WellFormed.Text(clean.Length > MostLettersQuoted ? clean[..MostLettersQuoted] + "…" : clean);
        return redactor.Clean(told) + (shown.Length > 0 ? $": \"{shown}\"" : told.EndsWith('?') ? "" : ".");
    }

    [GeneratedRegex("max_(completion_|output_|new_)?tokens|max output tokens|number of output tokens", RegexOptions.IgnoreCase)]
    private static partial Regex OutputSetting();

    [GeneratedRegex(@"too (large|high|big)|at most|exceed|maximum (allowed|value|number)|less than or equal|\d\s*>\s*\d", RegexOptions.IgnoreCase)]
    private static partial Regex OutputTooLong();
}
