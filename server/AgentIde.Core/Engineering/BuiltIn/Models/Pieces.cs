namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>Pieces of words, weighed by rarity, as the models of texts read them. Case and marks are kept.</summary>
internal static class Pieces
{
    /// <summary>Of one text, as a step of a column transformer.</summary>
    /// <param name="longest">Letters of the longest piece; the shortest has two.</param>
    public static string Reader(int longest) =>
        $"*((TfidfVectorizer(analyzer=\"char_wb\", ngram_range=(2, {longest}), min_df=3, lowercase=False, sublinear_tf=True), name) for name in texts)";

    /// <summary>A pipeline from the pieces of all texts to a model.</summary>
    public static string Into(Script script, int longest, string model)
    {
        script.From("sklearn.compose", "make_column_transformer");
        script.From("sklearn.feature_extraction.text", "TfidfVectorizer");
        script.From("sklearn.pipeline", "make_pipeline");
        return $"make_pipeline(\n    make_column_transformer(\n        {Reader(longest)}),\n    {model})";
    }
}
