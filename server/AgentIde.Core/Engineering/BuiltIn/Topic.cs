using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.CSharp;
using AgentIde.Core.Engineering.BuiltIn.Models;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>Something that a person may ask for in words, and the moves that do it.</summary>
/// <param name="Title">For people.</param>
/// <param name="Words">Any of these in a hint means it: lower case, words apart by one space.</param>
/// <param name="Component">The part that a recipe has where it is done already; null where it can be done again and again.</param>
/// <param name="Moves">Whether a move of this name does it; of parameters, the name without the family.</param>
internal sealed record Topic(string Title, ImmutableArray<string> Words, string? Component, Func<string, bool> Moves)
{
    /// <summary>Whether it changes parameters of a model that is there.</summary>
    public bool IsOfParameters { get; private init; }

    /// <summary>The parameter that a number in the hint sets; null where it takes none.</summary>
    public string? Setting { get; private init; }

    public bool TakesNumber => Setting is not null;

    private bool IsPlural => Title.EndsWith('s') && !Title.StartsWith("a ", StringComparison.Ordinal);

    public string Are => IsPlural ? "are" : "is";

    public string Do => IsPlural ? "do" : "does";

    /// <summary>Where the words name it first, and by how many words; null where they don't. What is short means itself alone: "log" is not "logistic".</summary>
    public (int At, int Length)? Find(IReadOnlyList<string> words)
    {
        foreach (string[] sought in Words.Select(word => word.Split(' ')))
        {
            for (int at = 0; at + sought.Length <= words.Count; at++)
            {
                if (Enumerable.Range(0, sought.Length).All(i => i == sought.Length - 1 && string.Join(' ', sought).Length > 3
                    ? words[at + i].StartsWith(sought[i], StringComparison.Ordinal)
                    : words[at + i] == sought[i]))
                {
                    return (at, sought.Length);
                }
            }
        }

        return null;
    }

    /// <summary>Whether the clause means it there. Overfitting is asked away by the penalty; of other parameters a denial says nothing, nor does a higher learning rate.</summary>
    public bool IsMeant(ImmutableArray<string> words, int at, ref bool isDenied)
    {
        if (!IsOfParameters)
        {
            return true;
        }

        bool isTrouble = words[at].StartsWith("overfit", StringComparison.Ordinal);
        bool isMeant = (!isDenied || isTrouble) && !(words[at] == "learning" && words.Take(at).Any(word => word is "higher" or "larger" or "bigger" or "increase" or "raise" or "greater"));
        isDenied = false;
        return isMeant;
    }

    public ModelFamily? Family => Component is null ? null : Catalogue.Family(Component);

    /// <summary>Those that say more come before those that say less: of two that share a word, the first is meant.</summary>
    public static ImmutableArray<Topic> All { get; } =
    [
        new("plain target", ["plain target", "target as it is", "raw target", "untransformed target"], null, name => name == "plain target"),
        new("log target", ["log target", "log of the target", "logarithm", "log1p", "log transform", "log scale", "log label", "log price", "log"], LogTarget.Key, name => name == "log target"),
        Part("target means", TargetMeans.Key, "target mean", "target encod", "mean encod", "likelihood encod"),
        Part("pairs of categories", PairKeys.Key, "pair key", "pairs of categor", "category pair", "pairs of column", "cross of", "crosses", "interaction"),
        Part("ratios", "ratios", "ratio", "quotient", "divide"),
        Part("frequencies", "frequencies", "frequenc", "count encod", "how often", "rare categor"),
        new("more folds", ["more folds", "folds", "fold"], null, name => name.EndsWith(" folds", StringComparison.Ordinal)) { Setting = FoldSplit.Setting },
        new("more seeds", ["seed", "bagging"], null, name => name.EndsWith(" seeds", StringComparison.Ordinal)) { Setting = SeedBag.Setting },
        new("calibration", ["calibrat", "temperature"], Pool.Key, name => name == "temperature"),
        new("clipping", ["clip", "target range", "range of train"], TargetRange.Key, name => name == "range"),
        new("more rows", ["more rows", "all rows", "whole train", "all the data", "full data", "subsampl"], null, name => name == "more rows"),
        new("median weights", ["median weight", "outlier", "robust"], MedianWeights.Key, name => name == "median weights"),
        Model("a linear model", LinearModel.Key, "linear", "ridge", "lasso", "logistic"),
        Model("a linear model", LinearTrainer.Key, "linear", "ridge", "lasso", "logistic"),
        Model("nearest neighbours", Neighbours.Key, "neighbour", "neighbor", "knn", "k nn"),
        Model("extra trees", ExtraTrees.Key, "extra tree", "random forest", "forest"),
        Model("FastForest", FastForest.Key, "fastforest", "fast forest", "random forest", "forest"),
        Model("xgboost", XgBoost.Key, "xgboost", "xgb"),
        Model("LightGBM", LightGbm.Key, "lightgbm", "light gbm", "lgbm"),
        Model("FastTree", FastTree.Key, "fasttree", "fast tree", "boosted tree", "gradient boost", "boosting"),
        Model("boosted trees", BoostedTrees.Key, "boosted tree", "gradient boost", "histgradient", "hist gradient", "hgb", "boosting"),
        Model("support vectors", KernelMachine.Key, "support vector", "kernel", "svm", "svc", "svr"),
        Model("a model of words", WordModel.Key, "tf idf", "tfidf", "bag of words", "model of words"),
        new("a blend", ["blend", "ensembl", "stack", "average of models"], null, name => name.StartsWith("with ", StringComparison.Ordinal)),
        Dial("pieces of words", ["pieces of words", "character n gram", "char n gram", "ngram", "n gram"], "pieces"),
        Dial("squares and products", ["squares", "products", "polynom"], "products"),
        Dial("more trees", ["more trees", "more rounds", "more estimators", "more iterations", "longer"], "longer", "more", "slower") with { Setting = "trees" },
        Dial("smaller steps", ["smaller steps", "learning rate", "slower"], "slower") with { Setting = "rate" },
        Dial("larger trees", ["larger tree", "deeper tree", "deeper", "more leaves", "more depth"], "larger", "deeper", "smaller leaves") with { Setting = "depth" },
        Dial("smaller trees", ["smaller tree", "shallower tree", "shallow", "fewer leaves", "less depth"], "smaller", "shallower", "larger leaves") with { Setting = "depth" },
        Dial("a depth in numbers", ["max depth", "depth"]) with { Setting = "depth" },
        Dial("a stronger penalty", ["penalt", "regulari", "overfit", "smoother", "steadier"], "steadier", "stronger penalty", "larger leaves", "heavier", "softer", "wider"),
        Dial("fewer columns", ["fewer columns", "column sampl", "colsample", "feature fraction"], "fewer columns"),
    ];

    private static Topic Part(string title, string component, params ImmutableArray<string> words) => new(title, words, component, name => name == component);

    private static Topic Model(string title, string family, params ImmutableArray<string> words) => new(title, words, family, name => name == $"with {family}");

    private static Topic Dial(string title, ImmutableArray<string> words, params ImmutableArray<string> steps) => new(title, words, null, name => steps.Contains(name)) { IsOfParameters = true };
}
