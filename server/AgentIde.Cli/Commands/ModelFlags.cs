using System.CommandLine;
using AgentIde.Cli.Runner;
using AgentIde.Models;

namespace AgentIde.Cli.Commands;

/// <summary>The options that say how models are asked.</summary>
internal sealed class ModelFlags
{
    private const int MostSamples = 16;

    private const int MostMinutes = 1440;

    private readonly Option<string?> _baseUrl = new("--base-url") { Description = "A server that speaks the provider's protocol, for openai:MODEL such as http://localhost:11434/v1." };
    private readonly Option<string[]> _price = new("--price") { Description = "What a model costs, as MODEL=IN,OUT or MODEL=IN,OUT,CACHED: US dollars for a million tokens." };
    private readonly Option<string?> _effort = new("--effort") { Description = "How long a reasoning model is to think: none, minimal, low, medium, high, xhigh or max, as far as the model knows it." };
    private readonly Option<double?> _temperature = new("--temperature") { Description = "0 to 2; left to the model otherwise." };
    private readonly Option<int?> _output = new("--max-output") { Description = "Tokens of one answer at most, reasoning included." };
    private readonly Option<bool> _whole = new("--no-stream") { Description = "Ask for answers in one piece, for servers that can't send them as they are written." };

    private readonly Option<double?> _timeout = new("--timeout") { Description = "Minutes that one answer may take, and its first word too: 20 otherwise, of which 5 to the first word; 60 and 10 at a server of your own." };
    private readonly Option<bool> _structured = new("--structured") { Description = "Ask for programs as a field of an object too, where the model can be held to one; reviews are anyway." };
    private readonly Option<int> _samples = new("--samples") { Description = "Answers to ask for with each prompt, 1 to 16, at once; each that holds a new program becomes a node.", DefaultValueFactory = _ => 1 };

    /// <summary>What a run keeps for good.</summary>
    public Option Samples => _samples;

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _baseUrl, _price, _effort, _temperature, _output, _whole, _timeout, _structured, _samples })
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="CommandException">One of them says nothing that there is.</exception>
    public EngineerFlags Read(ParseResult parsed) => new(
        Environment.CurrentDirectory,
        parsed.GetValue(_baseUrl),
        [.. parsed.GetValue(_price) ?? []],
        parsed.GetValue(_effort) switch
        {
            null => null,
            "low" => Effort.Low,
            "medium" => Effort.Medium,
            "high" => Effort.High,
            "none" => Effort.None,
            "minimal" => Effort.Minimal,
            "xhigh" => Effort.ExtraHigh,
            "max" => Effort.Max,
            var other => throw new CommandException(ExitCode.BadUsage, $"There is no effort '{other}': it is none, minimal, low, medium, high, xhigh or max."),
        },
        parsed.GetValue(_temperature) is { } temperature and not (>= 0 and <= 2) ? throw new CommandException(ExitCode.BadUsage, "--temperature must be 0 to 2.") : parsed.GetValue(_temperature),
        parsed.GetValue(_output) is { } output and not (>= 256 and <= 200_000) ? throw new CommandException(ExitCode.BadUsage, "--max-output must be 256 to 200000 tokens.") : parsed.GetValue(_output),
        null,
        parsed.GetValue(_whole))
    {
        Timeout = parsed.GetValue(_timeout) is not { } minutes ? null : minutes is > 0 and <= MostMinutes ? TimeSpan.FromMinutes(minutes)
            : throw new CommandException(ExitCode.BadUsage, $"--timeout must be more than 0 and at most {MostMinutes} minutes."),
        IsStructured = parsed.GetValue(_structured),
        Samples = parsed.GetValue(_samples) is < 1 or > MostSamples ? throw new CommandException(ExitCode.BadUsage, $"--samples must be 1 to {MostSamples}.") : parsed.GetValue(_samples),
    };
}
