using System.Collections.Immutable;
using AgentIde.Core.Chats;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Models;
using AgentIde.Models.Commands;
using AgentIde.Models.Editor;
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

    /// <summary>Tokens for a run that asks an editor's models, of which nobody knows the price, and whose user said nothing.</summary>
    public const long UsualTokens = 2_000_000;

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

    /// <summary>The editors' models that it asks.</summary>
    public IReadOnlyList<EditorModel> EditorModels { get; private set; } = [];

    /// <summary>What is kept of its models with the run; null where it asks none.</summary>
    public ImmutableArray<AskedModel>? Asked => !All.Any() ? null :
    [
        .. All.Select(model => new AskedModel(model.Name, (model as ProviderModel)?.Address?.AbsoluteUri, model.Price?.Input, model.Price?.Output, model.Price?.CachedInput)),
    ];

    /// <summary>The budget of a run whose user said nothing of models: what may cost something is capped, and so is what nobody knows the price of.</summary>
    public Budget Usual(int nodes, double seconds) => new(nodes, seconds)
    {
        Dollars = All.All(model => model.Price is not null) && All.Any(model => model.Price is { Input: > 0 } or { Output: > 0 }) ? UsualDollars : null,
        Tokens = EditorModels.Any(model => model.Price is null) ? UsualTokens : null,
    };

    private IEnumerable<IModel> All => [.. Models, .. EditorModels];

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
        if (budget.HasDollars && All.FirstOrDefault(model => model.Price is null) is { } unknown)
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

    /// <summary>A sandbox that shows no key of the user's, where there is one.</summary>
    public ISandbox Discreet(ISandbox sandbox) => _providers.Redactor.KnowsSecrets ? new DiscreetSandbox(sandbox, _providers.Redactor) : sandbox;

    /// <summary>Where questions for an editor's models are left.</summary>
    public void AskAt(IChatDesk desk)
    {
        desk.Clear();
        foreach (EditorModel model in EditorModels)
        {
            model.Desk = desk;
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
        Dictionary<string, IModel> models = [];
        Crew crew = AgentIde.Models.Engineers.Crew.Parse(name, text =>
        {
            IModel model = EditorModelName.Is(text) ? _providers.OfEditor(text)
                : text.Contains(':', StringComparison.Ordinal) ? _providers.Create(text)
                : throw new FormatException($"There is no engineer '{text}': it is builtin, openai:MODEL, anthropic:MODEL, vscode, vscode:MODEL, command:PROGRAM, recording:FILE, or a list of models for the operators.");
            models.Add(text, model);
            return new CrewMember(new DiscreetModel(model, _providers.Redactor), environment =>
            {
                bool takesForms = model is ProviderModel { RefusesForms: false };
                return _flags.Options(environment, takesForms && _flags.IsStructured, takesForms && (_flags.IsStructured || model is ProviderModel { IsKnownToTakeForms: true }));
            });
        });
        Models = [.. models.Values.OfType<ProviderModel>()];
        EditorModels = [.. models.Values.OfType<EditorModel>()];
        if (models.Count == 0 && _flags.Samples > 1)
        {
            throw NoSamples(name);
        }

        if (models.Count > 0 && Models.Count == 0 && _flags is not { BaseUrl: null, Effort: null, Temperature: null })
        {
            throw new ArgumentException($"{name} asks a model of your editor, which has no address and takes no effort or temperature: leave out --base-url, --effort and --temperature.");
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
