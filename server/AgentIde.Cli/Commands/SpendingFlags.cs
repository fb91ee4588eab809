using System.CommandLine;
using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Commands;

/// <summary>What may be spent on models, as given on a command line; null for what was not given.</summary>
internal sealed record SpendingCaps(long? Tokens, decimal? Dollars, long? NodeTokens, decimal? NodeDollars, decimal? DayDollars)
{
    /// <summary>A budget with these caps in place of its own, where they are given.</summary>
    public Budget On(Budget budget) => budget with
    {
        Tokens = Tokens ?? budget.Tokens,
        Dollars = Dollars ?? budget.Dollars,
        NodeTokens = NodeTokens ?? budget.NodeTokens,
        NodeDollars = NodeDollars ?? budget.NodeDollars,
        DayDollars = DayDollars ?? budget.DayDollars,
    };
}

/// <summary>The options that cap what a run spends on models. They come from the command line alone: no file of a workspace raises them.</summary>
internal sealed class SpendingFlags
{
    private const decimal Most = 1_000_000;

    private readonly Option<string?> _tokens = new("--tokens") { Description = "Tokens that all calls to models may use, input and output: 200000, 200k, 2M." };
    private readonly Option<string?> _cost = new("--cost") { Description = "US dollars that all calls to models may cost: 2, 0.50. 0 lets none be made that costs anything." };
    private readonly Option<string?> _nodeTokens = new("--node-tokens") { Description = "Tokens that the calls for one node may use; a node that needs more fails, and the search goes on." };
    private readonly Option<string?> _nodeCost = new("--node-cost") { Description = "US dollars that the calls for one node may cost." };
    private readonly Option<string?> _dayCost = new("--day-cost") { Description = "US dollars that all runs of this workspace may cost on one day (by UTC)." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _tokens, _cost, _nodeTokens, _nodeCost, _dayCost })
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="CommandException">One of them is no amount.</exception>
    public SpendingCaps Read(ParseResult parsed) => new(
        Tokens(parsed, _tokens), Dollars(parsed, _cost), Tokens(parsed, _nodeTokens), Dollars(parsed, _nodeCost), Dollars(parsed, _dayCost));

    private static long? Tokens(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        (string digits, long unit) = text switch
        {
            [.. var front, 'k' or 'K'] => (front, 1_000L),
            [.. var front, 'm' or 'M'] => (front, 1_000_000L),
            _ => (text, 1L),
        };
        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) && number <= Most && (number * unit) % 1 == 0
            ? (long)(number * unit)
            : throw new CommandException(ExitCode.BadUsage, $"{option.Name}: '{text}' is not a number of tokens: write 200000, 200k or 2M.");
    }

    private static decimal? Dollars(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : decimal.TryParse(text.TrimStart('$'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal dollars) && dollars <= Most ? dollars
        : throw new CommandException(ExitCode.BadUsage, $"{option.Name}: '{text}' is not an amount of US dollars: write 2 or 0.50.");
}
