using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// Does what a person's hint asks for, as far as it names what the engineer knows, and says what it does not do. It reads
/// words and no more: <c>no xgboost</c> and <c>ridge instead of trees</c> are about as much as it understands. Lines that
/// are quoted code, four blanks in, say nothing.
/// </summary>
internal sealed class Wishes(Problem problem, double? score, Experience experience, double seconds)
{
    /// <summary>What is told of it where a part of a hint is not done.</summary>
    internal const string Undone = "Of the hint it does not do this: ";

    private const int WordsLookedBack = 3;

    private static readonly string[] Denials = ["no", "not", "without", "drop", "remove", "stop", "avoid", "never", "don", "omit", "skip", "leave", "exclude", "instead", "less"];

    /// <summary>The part of a hint that is a topic, and whether it is asked for or asked away.</summary>
    internal readonly record struct Named(Topic Topic, bool IsWanted, int At);

    /// <summary>
    /// What the hint makes of a recipe, or of a <paramref name="basis"/>, an idea for one; null where it changes nothing.
    /// The sentence says what was not done and why, or is empty.
    /// </summary>
    public (Idea? Idea, string Said) Grant(string hint, Recipe recipe, Idea? basis)
    {
        ImmutableArray<Named> named = Read(hint);
        if (named.IsEmpty)
        {
            return (null, $"The hint names nothing that this engineer knows; it knows {string.Join(", ", Known.Select(topic => topic.Title).Distinct())}.");
        }

        List<Move> done = [];
        List<string> refused = [];
        foreach ((Topic topic, bool isWanted, _) in named)
        {
            if (Find(topic, isWanted, recipe, named) is { } move)
            {
                done.Add(move);
                recipe = move.After;
            }
            else if (basis is null || topic.Family is null || !isWanted || !recipe.Has(topic.Family.Name))
            {
                refused.Add(Because(topic, isWanted, recipe));
            }
        }

        string said = refused.Count == 0 ? "" : $"{Undone}{string.Join("; ", refused)}.";
        if (done.Count == 0)
        {
            return (null, said);
        }

        (Recipe after, ImmutableArray<string> left) = Brevity.Around(problem, recipe, named.Select(one => one.Topic.Component).OfType<string>().ToHashSet());
        string code = Composer.Compose(problem, after).Code;
        if (!Brevity.Holds(code) || experience.WasTried(code))
        {
            return (null, Brevity.Holds(code) ? "What the hint asks for comes to a program that was tried already." : $"What the hint asks for comes to a program of more than {Brevity.MostLines} lines.");
        }

        string room = left.IsEmpty ? "" : $" For room it goes without {PythonText.Names([.. left])}.";
        string plan = string.Join(" ", done.Select(move => move.Plan)) + room;
        return (new Idea(
            basis?.Kind ?? (done.Count == 1 ? done[0].Kind : "several"),
            basis?.Name ?? string.Join(", ", done.Select(move => move.Name)),
            $"{(basis is null ? "" : $"{basis.Plan} ")}{plan} A person's hint asks for it.",
            after), said);
    }

    /// <summary>The family that the hint wants to start with; null where it names none.</summary>
    public ModelFamily? Start(string hint) => Read(hint).FirstOrDefault(named => named is { IsWanted: true, Topic.Family: not null }).Topic?.Family is { } family && experience.IsThere(family) ? family : null;

    private IEnumerable<Topic> Known => Topic.All.Where(topic => topic.Family?.Fits(problem) ?? (topic.Component != MedianWeights.Key || problem.Language == Runs.ProgramLanguage.CSharp));

    /// <summary>In the order in which the hint names them.</summary>
    internal ImmutableArray<Named> Read(string hint)
    {
        StringBuilder text = new(Plain(hint));
        ImmutableArray<Named>.Builder named = ImmutableArray.CreateBuilder<Named>();
        foreach (Topic topic in Known)
        {
            string now = text.ToString();
            foreach (string word in topic.Words)
            {
                // What is short means itself alone: "log" is not "logistic".
                int at = now.IndexOf(word.Length <= 3 ? $" {word} " : $" {word}", StringComparison.Ordinal);
                if (at >= 0)
                {
                    named.Add(new Named(topic, topic.IsOfParameters || !IsDenied(now, at), at));
                    text.Remove(at + 1, word.Length).Insert(at + 1, new string('_', word.Length));
                    break;
                }
            }
        }

        bool namesModel = named.Any(one => one.Topic.Family is not null);
        return [.. named.Where(one => !namesModel || one.Topic.Title != "a blend").OrderBy(one => one.At)];
    }

    /// <summary>Lower case, words apart by one blank, ends of clauses as a bar; without what is quoted.</summary>
    private static string Plain(string hint)
    {
        StringBuilder plain = new(" ");
        foreach (string line in hint.Split('\n').Where(line => !line.StartsWith("    ", StringComparison.Ordinal)))
        {
            foreach (char character in line.ToLowerInvariant())
            {
                string one = char.IsLetterOrDigit(character) ? character.ToString() : character is ',' or '.' or ';' or ':' or '!' or '?' ? " | " : " ";
                plain.Append(one == " " && plain[^1] == ' ' ? "" : one is [' ', ..] && plain[^1] == ' ' ? one[1..] : one);
            }

            plain.Append(plain[^1] == ' ' ? "| " : " | ");
        }

        return plain.ToString();
    }

    private static bool IsDenied(string text, int at) =>
        text[..at].Split(' ', StringSplitOptions.RemoveEmptyEntries).Reverse().Take(WordsLookedBack).TakeWhile(word => word is not ("|" or "but" or "and")).Any(Denials.Contains);

    private Move? Find(Topic topic, bool isWanted, Recipe recipe, ImmutableArray<Named> named)
    {
        IEnumerable<Move> moves = isWanted ? Wanted(topic, recipe, named) : Unwanted(topic, recipe);
        List<(Move Move, double Seconds)> found = [.. moves.Select(move => (move, Costs.Seconds(problem, move.After)))];
        return found.Count == 0 ? null
            : found.Any(entry => entry.Seconds <= seconds) ? found.Where(entry => entry.Seconds <= seconds).MaxBy(entry => experience.Worth(entry.Move)).Move
            : found.MinBy(entry => entry.Seconds).Move;
    }

    private IEnumerable<Move> Wanted(Topic topic, Recipe recipe, ImmutableArray<Named> named)
    {
        // The engineer itself takes a logarithm only where metric or skew call for it; a person may know better.
        IEnumerable<Move> moves = Improvements.Moves(problem, recipe, score, experience).Concat(Catalogue.Get(LogTarget.Key).Moves(problem, recipe));
        if (!topic.IsOfParameters)
        {
            return moves.Where(move => topic.Moves(move.Name));
        }

        string[] families = [.. named.Where(one => one.IsWanted).Select(one => one.Topic.Family?.Name).OfType<string>()];
        return moves.Where(move => move.Kind == "parameters" && recipe.Models.Any(model =>
            (families.Length == 0 || families.Contains(model.Family.Name)) && move.Name.StartsWith($"{model.Family.Name} ", StringComparison.Ordinal) && topic.Moves(move.Name[(model.Family.Name.Length + 1)..])));
    }

    private IEnumerable<Move> Unwanted(Topic topic, Recipe recipe) =>
        topic.Component is not { } component || !recipe.Has(component) ? []
        : component == LogTarget.Key ? [new Move("link", "plain target", "Learns the target as it is instead of its logarithm.", 0.6, recipe.Without(component))]
        : Simplifications.Without(problem, recipe).Where(move => move.Name == $"without {component}");

    private static string Because(Topic topic, bool isWanted, Recipe recipe) =>
        !isWanted ? topic.Component is { } unwanted && recipe.Has(unwanted) ? $"nothing would be left without {topic.Title}" : $"{topic.Title} is not there anyway"
        : topic.Component is { } component && recipe.Has(component) ? $"{topic.Title} is there already"
        : $"{topic.Title} does not fit here";
}
