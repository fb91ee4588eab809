using AgentIde.Core.Chats;
using AgentIde.Cli.Commands;
using AgentIde.Core.Runs;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Terminal;

/// <summary>The command that goes on with a run: what it began with is in its log, but for the sandbox, which is the resuming user's to choose.</summary>
internal static class ResumeCommand
{
    /// <param name="sandbox">As the run that was interrupted had it; null takes what its log tells, which is the engine.</param>
    public static string Of(RunId run, Journal journal, SandboxChoice? sandbox = null)
    {
        SandboxChoice chosen = sandbox ?? SandboxChoice.Default with { Engine = journal.Sandbox?.Engine ?? SandboxEngines.Default };
        return string.Join(' ', ["agentide run --resume", run.Value, .. chosen.Arguments().Concat(Asking(journal)).Select(Quoted)]);
    }

    /// <summary>What no log may decide: where models are asked, and what they cost there.</summary>
    private static IEnumerable<string> Asking(Journal journal)
    {
        AskedModel[] elsewhere = [.. (journal.Settings?.Models ?? []).Where(model => model.Address is not null)];
        string[] addresses = [.. elsewhere.Select(model => model.Address!).Distinct()];
        return [.. addresses.Length == 1 ? ["--base-url", addresses[0]] : Array.Empty<string>(), .. (journal.Settings?.Models ?? []).Where(NeedsPrice).SelectMany(model => new[] { "--price", model.PriceOption! })];
    }

    /// <summary>Whether nobody but the user knows what it costs.</summary>
    private static bool NeedsPrice(AskedModel model) => model.PriceOption is not null && (EditorModelName.Is(model.Name) || model is { Address: not null, Output: > 0 });

    /// <summary>As a shell takes it for one word.</summary>
    public static string Quoted(string argument) =>
        argument.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:+=,@".Contains(letter, StringComparison.Ordinal)) ? argument : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
