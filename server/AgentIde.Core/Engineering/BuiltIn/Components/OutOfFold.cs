namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Runs the models over the folds.</summary>
internal sealed class OutOfFold : Component
{
    public override string Name => "out-of-fold";

    public override Block Block => Block.Model;

    public override int Rank => 50;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part)
    {
        string seeds = script.Recipe.Seeds > 1 ? $"; {script.Recipe.Seeds} seeds each, averaged, so that less hangs on chance" : "";
        string memory = script.Recipe.Has(Mends.LessMemory.Key) ? "; one model at a time, since memory ran out" : "";
        return $"train is predicted out of fold, test by the mean of the fold models{seeds}{memory}.";
    }

    public override void Write(Script script, Part part)
    {
        bool number = script.Problem.Goal == Goal.Number;
        int seeds = script.Recipe.Seeds;
        script.From("joblib", "Parallel", "delayed");
        script.From("sklearn.base", "clone");
        bool means = script.Recipe.Has(TargetMeans.Key) && TargetMeans.Columns(script).Count > 0;
        string encode = means ? "\n        learn, others = add_means(X.iloc[fit], y[fit], X.iloc[rows])" : "";
        (string learn, string others) = means ? ("learn", "others") : ("X.iloc[fit]", "X.iloc[rows]");
        (string shape, string predicted, string unpacked, string add) = number
            ? ("len(X)", $"fitted.predict({others})", "some", "guess[rows] += some")
            : ("(len(X), len(classes))", $"fitted.classes_, fitted.predict_proba({others})", "known, some", "guess[np.ix_(rows, known)] += some  # a fold may lack a rare class");
        string jobs = seeds > 1
            ? $"[(SEED + 100 * again + number, *fold) for again in range({seeds}) for number, fold in enumerate(folds)]"
            : "[(SEED + number, *fold) for number, fold in enumerate(folds)]";
        string mean = seeds > 1 ? $"\n    guess /= {seeds}" : "";
        string workers = script.Recipe.Has(Mends.LessMemory.Key) ? "1" : "CORES";
        string result = script.Recipe.Has(Pool.Key) ? ""
            : script.Models is [var only] ? $"\n\n\nguess = out_of_fold({only})"
            : $"\n\n\nguess = np.mean([out_of_fold(model) for model in [{string.Join(", ", script.Models)}]], axis=0)";
        script.Segment(Block, Why(script, part), $$"""
            def out_of_fold(model):
                def run(seed, fit, rest):
                    rows = np.r_[rest, len(y):len(X)]{{encode}}
                    chance = {name: seed for name in model.get_params() if name.endswith("random_state")}
                    fitted = clone(model).set_params(**chance).fit({{learn}}, y[fit])
                    return rows, {{predicted}}

                guess = np.zeros({{shape}})
                jobs = {{jobs}}
                for rows, {{unpacked}} in Parallel(n_jobs={{workers}}, prefer="threads")(delayed(run)(*job) for job in jobs):
                    {{add}}
                guess[len(y):] /= len(folds){{mean}}
                return guess{{result}}
            """);
    }
}
