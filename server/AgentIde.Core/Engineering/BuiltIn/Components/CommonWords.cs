using System.Globalization;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>How often each of the most common words and marks stands in a text, a column each: for trees, which see two of them together.</summary>
internal sealed class CommonWords : Component
{
    public const string Key = "common-words";

    private const int Most = 400;

    /// <summary>Columns that a text adds, as far as they cost: most are empty for most rows.</summary>
    public const int Width = Most / 4;

    public override string Name => Key;

    public override Block Block => Block.Features;

    /// <summary>After the shape of texts, which fills their gaps.</summary>
    public override int Rank => 3;

    public override bool Fits(Problem problem) => problem.Language == Runs.ProgramLanguage.Python && problem.Texts.Any() && problem.Rows >= Most;

    public override string Why(Script script, Part part) =>
        $"the {Most} most common words and marks of {PythonText.Names([.. script.Texts])}, counted: trees see which stand together.";

    public override void Write(Script script, Part part)
    {
        if (script.Texts.Count == 0)
        {
            return;
        }

        string most = Most.ToString(CultureInfo.InvariantCulture);
        script.From("sklearn.feature_extraction.text", "CountVectorizer");
        script.Segment(Block, Why(script, part), $$"""
            for name in {{PythonText.List(script.Texts)}}:
                data[name] = data[name].fillna("").astype(str)
                counter = CountVectorizer(max_features={{most}}, token_pattern=r"\w+|[^\w\s]").fit(data[name][:len(train)])
                counts = pd.DataFrame(np.log1p(counter.transform(data[name]).toarray()).astype("float32"))
                data = data.join(counts.reindex(columns=range({{most}}), fill_value=0).add_prefix(name + " word "))
            """);
        script.Numbers.AddRange(from name in script.Texts from word in Enumerable.Range(0, Most) select string.Create(CultureInfo.InvariantCulture, $"{name} word {word}"));
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (Fits(problem) && !recipe.Has(Key))
        {
            yield return new Move("features", Key, $"Counts the {Most} most common words and marks of the texts: trees see which of them stand together.", 2.2, recipe.Add(Part.Of(Key)));
        }
    }
}
