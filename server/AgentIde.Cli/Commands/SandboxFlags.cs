using System.Collections.Immutable;
using System.CommandLine;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Commands;

/// <summary>Where candidates run, as chosen on a command line. Paths are absolute.</summary>
/// <param name="Engine">One of <see cref="SandboxEngines.Names"/>.</param>
/// <param name="Python">The interpreter of candidates; null for the system's.</param>
/// <param name="Models">Folders of model weights, shown read-only as <c>/models/NAME</c>.</param>
/// <param name="Gpus">How many an execution asks for.</param>
/// <param name="Cold">Whether nothing is kept ready for the next execution.</param>
internal sealed record SandboxChoice(string Engine, string? Python, ImmutableArray<string> Models, int Gpus, bool Cold)
{
    public static SandboxChoice Default { get; } = new(SandboxEngines.Default, null, [], 0, false);

    /// <exception cref="SandboxException">The engine can't do what was chosen.</exception>
    public SandboxEngine Create() => Create(PythonStart.WhenWarm);

    /// <summary>Always warm, not when it happens to be: an attack on a warm Python must meet one.</summary>
    /// <exception cref="SandboxException">The engine can't do what was chosen.</exception>
    public SandboxEngine Attacked() => Create(PythonStart.Warm);

    /// <summary>The same choice on another command line: what is not said is the default.</summary>
    public string[] Arguments() =>
    [
        .. Engine == SandboxEngines.Default ? Array.Empty<string>() : ["--sandbox", Engine],
        .. Python is { } python ? ["--python", python] : Array.Empty<string>(),
        .. Models.SelectMany(folder => (string[])["--models", folder]),
        .. Gpus == 0 ? Array.Empty<string>() : ["--gpus", Gpus.ToString(System.Globalization.CultureInfo.InvariantCulture)],
        .. Cold ? ["--cold"] : Array.Empty<string>(),
    ];

    private SandboxEngine Create(PythonStart start) => SandboxEngines.Create(
        Engine,
        new SandboxSettings(Python ?? SandboxSettings.Default.Python, Cold ? PythonStart.Cold : start) { Models = Models, Gpus = Gpus });
}

/// <summary>The options by which every command that starts a sandbox takes a <see cref="SandboxChoice"/>.</summary>
internal sealed class SandboxFlags
{
    private static readonly string[] InterpretersOfAnEnvironment = ["bin/python3", "bin/python"];

    private readonly Option<string> _engine = new("--sandbox")
    {
        Description = $"Where candidates run: {string.Join(", ", SandboxEngines.Names)}.",
        DefaultValueFactory = _ => SandboxEngines.Default,
    };

    private readonly Option<string?> _python = new("--python") { Description = "The Python of candidates, instead of /usr/bin/python3: an interpreter, or the folder of a virtual or conda environment. Shown read-only." };
    private readonly Option<string[]> _models = new("--models") { Description = "A folder of model weights, shown read-only as /models/NAME; may be given several times." };
    private readonly Option<int> _gpus = new("--gpus") { Description = "GPUs for each execution, asked of Docker or Slurm." };
    private readonly Option<bool> _cold = new("--cold") { Description = "Keep nothing ready for the next execution: no Python with its libraries loaded, no container." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _engine, _python, _models, _gpus, _cold })
        {
            command.Options.Add(option);
        }
    }

    public bool IsEngineGiven(ParseResult parsed) => parsed.GetResult(_engine) is { Implicit: false };

    /// <exception cref="CommandException">There is no such engine, interpreter or folder.</exception>
    public SandboxChoice Read(ParseResult parsed)
    {
        string engine = parsed.GetValue(_engine)!;
        if (!SandboxEngines.Names.Contains(engine))
        {
            throw new CommandException(ExitCode.BadUsage, $"There is no sandbox '{engine}': it is {string.Join(" or ", SandboxEngines.Names)}.");
        }

        int gpus = parsed.GetValue(_gpus);
        if (gpus < 0)
        {
            throw new CommandException(ExitCode.BadUsage, "--gpus must be at least 0.");
        }

        foreach (Option option in new Option[] { _python, _models })
        {
            if (parsed.GetResult(option)?.Tokens.Any(token => token.Value.Length == 0) == true)
            {
                throw new CommandException(ExitCode.BadUsage, $"{option.Name} was given an empty text: name a path, or leave it out.");
            }
        }

        ImmutableArray<string> models = [.. (parsed.GetValue(_models) ?? []).Select(Path.GetFullPath).Select(Path.TrimEndingDirectorySeparator).Distinct()];
        if (models.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
        {
            throw new CommandException(ExitCode.BadUsage, $"--models takes folders, and {missing} is none.");
        }

        if (models.GroupBy(Path.GetFileName).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new CommandException(ExitCode.BadUsage, $"Two folders of --models would both be /models/{twice.Key}: name one folder that holds both, or rename one.");
        }

        return new SandboxChoice(engine, parsed.GetValue(_python) is { } python ? Interpreter(Path.GetFullPath(python)) : null, models, gpus, parsed.GetValue(_cold));
    }

    /// <summary>An interpreter, or that of an environment's folder.</summary>
    private static string Interpreter(string path)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        return InterpretersOfAnEnvironment.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            ?? throw new CommandException(ExitCode.Missing, $"There is no bin/python3 in {path}: --python takes an interpreter, or the folder of a virtual or conda environment.");
    }
}
