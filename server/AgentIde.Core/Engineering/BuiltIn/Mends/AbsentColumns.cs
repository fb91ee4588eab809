using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>Does without columns that the files turned out not to have.</summary>
internal sealed partial class AbsentColumns : Mend
{
    public const string Key = "absent-columns";

    public override string Name => Key;

    public override Block Block => Block.Clean;

    public override int Rank => -9;

    public override bool IsOfTheData => true;

    public override string Why(Script script, Part part) =>
        $"does without {PythonText.Names(Columns(part))}: a run stopped because the files don't have it as expected.";

    public override void Write(Script script, Part part)
    {
        if (script.Recipe.IsConstant)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $"data = data.drop(columns={PythonText.List(Columns(part))}, errors=\"ignore\")");
        script.Forget(Columns(part));
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom)
    {
        if (!symptom.Says("KeyError", "not in index", "not found in axis", "Usecols do not match", "was not present in the dictionary"))
        {
            return null;
        }

        HashSet<string> quoted = [.. Quoted().Matches(symptom.Message).Select(match => match.Groups[1].Value)];
        Part before = recipe[Key] ?? Part.Of(Key);
        List<string> columns = [.. problem.Inputs.Select(column => column.Name).Where(quoted.Contains).Except(Columns(before))];
        if (columns.Count == 0)
        {
            return null;
        }

        return new Repair($"Does without {PythonText.Names(columns)}: the files don't have it as the profile said.", recipe.Put(Of([.. Columns(before), .. columns])));
    }

    public override Part Join(Part one, Part other) => Of(Columns(one).Union(Columns(other)));

    private static Part Of(IEnumerable<string> columns) =>
        Part.Of(Key).Set("columns", JsonSerializer.Serialize([.. columns], ColumnNamesJsonContext.Default.ListString));

    /// <summary>The columns that a part names.</summary>
    public static List<string> Columns(Part part)
    {
        try
        {
            return part.With.TryGetValue("columns", out string? json) ? JsonSerializer.Deserialize(json, ColumnNamesJsonContext.Default.ListString) ?? [] : [];
        }
        catch (JsonException)
        {
            // Notes that somebody changed: no column is known to be absent.
            return [];
        }
    }

    [GeneratedRegex("'([^']{1,200})'", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Quoted();
}

[JsonSerializable(typeof(List<string>))]
internal sealed partial class ColumnNamesJsonContext : JsonSerializerContext;
