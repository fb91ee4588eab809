using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Engineers;

/// <summary>Who works on what: one model for all operators, or a model, or the built-in engineer, for each.</summary>
/// <param name="Name">As the user wrote it: <c>openai:gpt-5.1</c>, or <c>draft=anthropic:claude-opus-5,debug=builtin</c>.</param>
/// <param name="Members">For every operator; null is the built-in engineer.</param>
public sealed record Crew(string Name, ImmutableDictionary<Operator, CrewMember?> Members)
{
    private const string Review = "review";

    /// <summary>Reads each scored program; null where nobody does.</summary>
    public CrewMember? Reviewer { get; init; }

    /// <summary>Whether somebody was named to tune; else whoever wrote a program tunes it, as far as that was the built-in engineer.</summary>
    public bool HasTuner { get; init; }

    public CrewMember? this[Operator @operator] => Members[@operator];

    /// <summary>The crew with each model in another's place.</summary>
    public Crew With(Func<IModel, IModel> change) => this with
    {
        Members = Members.ToImmutableDictionary(member => member.Key, member => Changed(member.Value, change)),
        Reviewer = Changed(Reviewer, change),
    };

    private static CrewMember? Changed(CrewMember? member, Func<IModel, IModel> change) => member is null ? null : member with { Model = change(member.Model) };

    /// <param name="make">Makes the member that a text such as <c>openai:gpt-5.1</c> names; called once for each text.</param>
    /// <exception cref="FormatException">The text is no crew; the message says what is wrong.</exception>
    public static Crew Parse(string text, Func<string, CrewMember> make)
    {
        Dictionary<string, CrewMember?> made = new(StringComparer.Ordinal) { ["builtin"] = null };
        ImmutableDictionary<Operator, CrewMember?>.Builder members = ImmutableDictionary.CreateBuilder<Operator, CrewMember?>();
        CrewMember? others = null;
        bool hasOthers = false;
        CrewMember? reviewer = null;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = part[(equals + 1)..].Trim();
            CrewMember? member = Member(name);
            if (equals < 0)
            {
                (others, hasOthers) = hasOthers ? throw new FormatException($"Two engineers for all else, the second being '{name}': name the operator of one, as in debug={name}.") : (member, true);
            }
            else if (part[..equals].Trim().Equals(Review, StringComparison.OrdinalIgnoreCase))
            {
                reviewer = reviewer is not null ? throw new FormatException("Two engineers for review: one is enough.")
                    : member ?? throw new FormatException("The built-in engineer reviews nothing: name a model, as in review=openai:MODEL, or nobody.");
            }
            else if (!Enum.TryParse(part[..equals].Trim(), ignoreCase: true, out Operator @operator) || !Enum.IsDefined(@operator) || char.IsAsciiDigit(part[0]))
            {
                throw new FormatException($"There is no operator '{part[..equals]}': they are {string.Join(", ", Enum.GetNames<Operator>()).ToLowerInvariant()}; and there is review.");
            }
            else if (!members.TryAdd(@operator, member))
            {
                throw new FormatException($"Two engineers for {part[..equals]}: one is enough.");
            }
        }

        bool hasTuner = members.ContainsKey(Operator.Tune);
        foreach (Operator @operator in Enum.GetValues<Operator>().Where(@operator => !members.ContainsKey(@operator)))
        {
            members[@operator] = hasOthers ? others
                : IEngineer.IsVariation(@operator) ? members[Operator.Improve]
                : throw new FormatException($"Nobody is named for {@operator.ToString().ToLowerInvariant()}: add one for it, or one for all else, as in {text},builtin.");
        }

        return new Crew(text, members.ToImmutable()) { Reviewer = reviewer, HasTuner = hasTuner };

        CrewMember? Member(string name)
        {
            if (!made.TryGetValue(name, out CrewMember? member))
            {
                member = name.Length > 0 ? make(name) : throw new FormatException("An engineer has no name: it is a list such as draft=anthropic:MODEL,debug=openai:MODEL,builtin.");
                made[name] = member;
            }

            return member;
        }
    }
}

/// <summary>A model, and how its prompts are written for what programs find where they run.</summary>
public sealed record CrewMember(IModel Model, Func<EnvironmentFacts, PromptOptions> Options);
