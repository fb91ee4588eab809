using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Models;
using AgentIde.Models.Commands;
using AgentIde.Models.Engineers;
using AgentIde.Models.Keys;
using AgentIde.Models.Prompts;
using AgentIde.Models.Providers;
using AgentIde.Models.Recordings;

namespace AgentIde.Cli.Runner;

/// <summary>Makes the engineer that a run names, and lets go of what it holds: a program, a recording under way.</summary>
internal sealed class EngineerChoice : IAsyncDisposable
{
    public const string Recording = "recording:", Command = "command:";

    /// <summary>US dollars for a run whose models cost something and whose user said nothing.</summary>
    public const decimal UsualDollars = 5;

    private readonly List<IAsyncDisposable> _held = [];
    private readonly EngineerFlags _flags;
    private readonly ModelProviders _providers;

    private Crew? _crew;

    private EngineerChoice(string name, EngineerFlags flags)
    {
        _flags = flags;
        _providers = flags.Providers(name);
    }

    public IEngineer Engineer { get; private set; } = new BuiltInEngineer();

    /// <summary>Reads each scored program; null where nobody was named for it.</summary>
    public IReviewer? Reviewer { get; private set; }

    /// <summary>The models at providers that it asks.</summary>
    public IReadOnlyList<ProviderModel> Models { get; private set; } = [];

    /// <summary>What is kept of them with the run; null where it asks none.</summary>
    public ImmutableArray<AskedModel>? Asked =>
        Models.Count == 0 ? null : [.. Models.Select(model => new AskedModel(model.Name, model.Address?.AbsoluteUri, model.Price?.Input, model.Price?.Output, model.Price?.CachedInput))];

    /// <summary>Whether a call can cost something, by what is known of the prices.</summary>
    public bool CostsMoney => Models.Count > 0 && Models.All(model => model.Price is not null) && Models.Any(model => model.Price is { Input: > 0 } or { Output: > 0 });

    /// <exception cref="CommandException">There is no such engineer, or something that it needs is missing.</exception>
    public static async Task<EngineerChoice> CreateAsync(string name, EngineerFlags flags, CancellationToken cancellationToken)
    {
        EngineerChoice? choice = null;
        try
        {
            choice = new EngineerChoice(name, flags);
            choice.Engineer = await choice.MakeAsync(name, cancellationToken);
            return choice;
        }
        catch (Exception problem)
        {
            await (choice?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (problem is ArgumentException or FormatException)
            {
                throw new CommandException(ExitCode.BadUsage, problem.Message, problem);
            }

            throw;
        }
    }

    /// <summary>Whether every call of a run with this budget could be refused for want of a price.</summary>
    /// <exception cref="CommandException">It could.</exception>
    public void MustHavePrices(Budget budget)
    {
        if (budget.HasDollars && Models.FirstOrDefault(model => model.Price is null) is { } unknown)
        {
            throw new CommandException(ExitCode.BadUsage, $"The price of {unknown.Name} is not known, so it can't be held to a budget in dollars: tell it with --price {unknown.Name}=IN,OUT (dollars for a million tokens), or cap tokens alone with --tokens.");
        }
    }

    /// <summary>A run whose caps don't let it ask a model even for its first draft is not begun: its nodes would fail one by one.</summary>
    /// <param name="profile">Reads the data; called where a cap has to be looked at.</param>
    /// <exception cref="CommandException">They don't; says the least that would do.</exception>
    public async Task MustAllowACallAsync(RunStarted started, Func<DataProfile> profile, ExecutionLimits limits, CancellationToken cancellationToken)
    {
        if (_crew is null || started.Settings.Budget is { HasDollars: false, Tokens: null, NodeTokens: null })
        {
            return;
        }

        DataProfile known = profile();
        DataProfiled profiled = new(known, Engineer.Observe(started.Task, known));
        if (await FirstCall.OfAsync(_crew, started, profiled, limits, cancellationToken) is { } first && BudgetCheck.Hopeless(started.Settings.Budget, first) is { } problem)
        {
            throw new CommandException(ExitCode.BadUsage, problem);
        }
    }

    /// <summary>A run that goes on asks its models where it asked them and counts them as it did, unless its user says otherwise.</summary>
    /// <exception cref="CommandException">It would not, and nobody said so.</exception>
    public void MustGoOnLike(RunSettings settings)
    {
        foreach ((AskedModel before, AskedModel now) in (settings.Models ?? []).Join(Asked ?? [], before => before.Name, now => now.Name, (before, now) => (before, now)))
        {
            if (before.Address != now.Address && _flags.BaseUrl is null)
            {
                throw new CommandException(ExitCode.BadUsage, $"{settings.Run} asked {before.Name} at {before.Address ?? "its provider's own address"}, and this would ask at {now.Address ?? "its provider's own address"}: name the one that you mean with --base-url.");
            }

            if (before.PriceOption is { } option && option != now.PriceOption && !_flags.Priced.Contains(before.Name))
            {
                throw new CommandException(ExitCode.BadUsage, $"{settings.Run} counted {before.Name} at other prices than are known now: add --price {option}, or what it costs now.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        (Engineer as IDisposable)?.Dispose();
        foreach (IAsyncDisposable held in Enumerable.Reverse(_held))
        {
            await held.DisposeAsync();
        }

        foreach (ProviderModel model in Models)
        {
            model.Dispose();
        }
    }

    private async Task<IEngineer> MakeAsync(string name, CancellationToken cancellationToken)
    {
        if (_flags.Samples > 1 && (name is RunPlan.BuiltInEngineer or "builtin/1" || name.StartsWith(Command, StringComparison.Ordinal)))
        {
            throw NoSamples(name);
        }

        if (name is RunPlan.BuiltInEngineer or "builtin/1")
        {
            return _flags.AskNothing ? new BuiltInEngineer() : throw new ArgumentException("The built-in engineer asks no model: name one with --engineer, such as openai:MODEL or anthropic:MODEL.");
        }

        bool asksNobody = name.StartsWith(Command, StringComparison.Ordinal) || name.StartsWith(Recording, StringComparison.Ordinal);
        if (asksNobody && !_flags.AskNothing)
        {
            throw new ArgumentException($"{name} asks no model at a provider: leave out --base-url, --price, --record and what else says how one is asked.");
        }

        return name.StartsWith(Command, StringComparison.Ordinal) ? await ProgramAsync(name[Command.Length..], cancellationToken)
            : name.StartsWith(Recording, StringComparison.Ordinal) ? await RecordedAsync(name[Recording.Length..], cancellationToken)
            : Crew(name);
    }

    private async Task<CommandEngineer> ProgramAsync(string command, CancellationToken cancellationToken)
    {
        CommandEngineer engineer;
        try
        {
            engineer = CommandEngineer.Create(command, _flags.Folder, _providers.Redactor.Clean);
        }
        catch (FormatException problem)
        {
            throw new ArgumentException($"--engineer command:{command}: {problem.Message}", problem);
        }

        _held.Add(engineer);
        await engineer.GreetAsync(cancellationToken);
        return engineer;
    }

    private async Task<IEngineer> RecordedAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new ArgumentException($"There is no recording {file}: name the file with --engineer recording:FILE.");
        }

        try
        {
            string text = await RecordingFormat.ReadAsync(file, cancellationToken);
            if (RecordingFormat.Of(text) == RecordingKind.Proposals)
            {
                return _flags.Samples == 1 ? RecordedEngineer.Parse(text) : throw NoSamples(Recording + file);
            }

            ReplayModel replay = ReplayModel.Parse(text, _providers.Redactor.Clean, Incidentals.TakenOut);
            CrewMember player = new(replay, environment => _flags.Options(environment, replay.WasHeldTo(AnswerForm.Solution), replay.WasHeldTo(AnswerForm.Review)));
            Reviewer = replay.HasReviews ? new ModelReviewer(player, Patience.Replayed, TimeProvider.System) : null;
            return new ReplayEngineer(replay, new ModelEngineer(AgentIde.Models.Engineers.Crew.Parse(replay.Name, _ => player), new BuiltInEngineer(), Patience.Replayed, TimeProvider.System));
        }
        catch (FormatException problem)
        {
            throw new ArgumentException($"The recording {file} can't be played: {problem.Message}", problem);
        }
    }

    private ModelEngineer Crew(string name)
    {
        Dictionary<string, ProviderModel> models = [];
        Crew crew = AgentIde.Models.Engineers.Crew.Parse(name, text =>
        {
            ProviderModel model = text.Contains(':', StringComparison.Ordinal) ? _providers.Create(text)
                : throw new FormatException($"There is no engineer '{text}': it is builtin, openai:MODEL, anthropic:MODEL, command:PROGRAM, recording:FILE, or a list of models for the operators.");
            models.Add(text, model);
            return new CrewMember(
                new DiscreetModel(model, _providers.Redactor),
                environment => _flags.Options(environment, _flags.IsStructured && !model.RefusesForms, (_flags.IsStructured || model.IsKnownToTakeForms) && !model.RefusesForms));
        });
        Models = [.. models.Values];
        if (models.Count == 0 && _flags.Samples > 1)
        {
            throw NoSamples(name);
        }

        if (_flags.Priced.FirstOrDefault(priced => !models.ContainsKey(priced)) is { } stranger)
        {
            throw new FormatException($"--price tells what {stranger} costs, and {name} does not ask it: write the model as --engineer has it.");
        }

        if (_flags.Record is { } path)
        {
            RecordingFile recording = RecordingFile.Create(path, _providers.Redactor.Clean);
            _held.Add(recording);
            crew = crew.With(model => new RecordingModel(model, recording));
        }

        _crew = crew;
        Reviewer = crew.Reviewer is { } reviewer ? new ModelReviewer(reviewer, Patience.Default, TimeProvider.System) : null;
        return new ModelEngineer(crew, new BuiltInEngineer(), Patience.Default, TimeProvider.System);
    }

    private static ArgumentException NoSamples(string name) =>
        new($"--samples asks a model for several answers, and {name} asks none: leave it out, or name a model with --engineer, such as openai:MODEL or anthropic:MODEL.");
}
