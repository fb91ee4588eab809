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
        bool means = script.Recipe.Has(TargetMeans.Key) && TargetMeans.Columns(script).Count > 0;
        script.From("joblib", "Parallel", "delayed");
        string encode = means ? "\n        learn, near, far = add_means(learn, y[fit], (near, far))" : "";
        string predict = number ? "model.predict(rows)" : "spread(model, rows)";
        string shape = number ? "{0}" : "({0}, len(classes))";
        string helper = number ? "" : """
            def spread(model, rows):
                chances = np.zeros((len(rows), len(classes)))
                chances[:, model.classes_] = model.predict_proba(rows)  # a fold may lack a rare class
                return chances



            """;
        string jobs = seeds > 1
            ? $"""
            jobs = [(SEED + 100 * again + number, fit, rest)
                        for again in range({seeds}) for number, (fit, rest) in enumerate(folds)]
            """
            : "jobs = [(SEED + number, fit, rest) for number, (fit, rest) in enumerate(folds)]";
        string share = seeds > 1 ? $" / {seeds}" : "";
        string all = string.Join(", ", script.Models);
        string workers = script.Recipe.Has(Mends.LessMemory.Key) ? "1" : "CORES";
        script.Segment(Block, Why(script, part), helper + $$"""
            def out_of_fold(make):
                def run(seed, fit, rest):
                    learn, near, far = X.iloc[fit], X.iloc[rest], X_test{{encode}}
                    model = make(seed).fit(learn, y[fit])
                    return rest, *({{predict}} for rows in (near, far))

                {{jobs}}
                inside, outside = np.zeros({{string.Format(null, shape, "len(y)")}}), np.zeros({{string.Format(null, shape, "len(X_test)")}})
                for rest, near, far in Parallel(n_jobs={{workers}}, prefer="threads")(delayed(run)(*job) for job in jobs):
                    inside[rest] += near{{share}}
                    outside += far / len(jobs)
                return inside, outside


            insides, outsides = zip(*(out_of_fold(make) for make in [{{all}}]))
            """);
    }
}
