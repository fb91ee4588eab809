using AgentIde.Core.Engineering.BuiltIn.CSharp;

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
        string test = script.Recipe.Has(AllRows.Key) ? "models of all rows, since more rows count more here than a mean of models" : "the mean of the fold models";
        return $"train is predicted out of fold, test by {test}{seeds}{memory}.";
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
        bool all = script.Recipe.Has(AllRows.Key);
        string parts = all ? "parts" : "folds";
        string jobs = seeds > 1
            ? $"[(SEED + 100 * again + number, *fold) for again in range({seeds}) for number, fold in enumerate({parts})]"
            : $"[(SEED + number, *fold) for number, fold in enumerate({parts})]";
        string whole = all ? "\n    parts = [(np.arange(len(y)), np.arange(len(y), len(X))), *folds]  # the first learns from all rows, and predicts test" : "";
        string folded = all ? "" : "\n        rows = np.r_[rest, len(y):len(X)]";
        string testMean = all ? "" : "\n    guess[len(y):] /= len(folds)";
        string mean = seeds > 1 ? $"\n    guess /= {seeds}" : "";
        (string workers, string alone) = ("1", "");
        if (!script.Recipe.Has(Mends.LessMemory.Key))
        {
            // Not by the environment: a Python whose libraries are loaded reads it no more.
            (workers, alone) = ("CORES", "\n        threadpool_limits(1)  # folds run side by side, each on one core");
            script.From("threadpoolctl", "threadpool_limits");
        }

        string result = script.Recipe.Has(Pool.Key) ? ""
            : script.Models is [var only] ? $"\n\n\nguess = out_of_fold({only})"
            : $"\n\n\nguess = np.mean([out_of_fold(model) for model in [{string.Join(", ", script.Models)}]], axis=0)";
        script.Segment(Block, Why(script, part), $$"""
            def out_of_fold(model):
                def run(seed, fit, {{(all ? "rows" : "rest")}}):{{alone}}{{folded}}{{encode}}
                    chance = {name: seed for name in model.get_params() if name.endswith("random_state")}
                    fitted = clone(model).set_params(**chance).fit({{learn}}, y[fit])
                    return rows, {{predicted}}

                guess = np.zeros({{shape}}){{whole}}
                jobs = {{jobs}}
                for rows, {{unpacked}} in Parallel(n_jobs={{workers}}, prefer="threads")(delayed(run)(*job) for job in jobs):
                    {{add}}{{testMean}}{{mean}}
                return guess{{result}}
            """);
    }

    public override void WriteCSharp(Script script, Part part)
    {
        if (!script.Recipe.IsConstant)
        {
            WriteFolds(script, part);
        }
    }

    private void WriteFolds(Script script, Part part)
    {
        Problem problem = script.Problem;
        int seeds = script.Recipe.Seeds;
        bool many = problem.Goal == Goal.ManyClasses, median = script.Recipe.Has(MedianWeights.Key);
        bool means = script.Recipe.Has(TargetMeans.Key) && TargetMeans.Columns(script).Count > 0;
        script.Import("System.Threading.Tasks");
        script.Import("Microsoft.ML.Data");
        string outputs = many ? "classes.Length" : "1";
        (string type, string label) = problem.Goal switch
        {
            Goal.Number => ("float", "row < y.Length ? (float)y[row] : 0"),
            Goal.TwoClasses => ("bool", "row < y.Length && y[row] > 0.5"),
            _ => ("uint", "row < y.Length ? (uint)y[row] : 0"),
        };
        string key = many ? "\n        schema[\"Label\"].ColumnType = new KeyDataViewType(typeof(uint), classes.Length);" : "";
        string column = problem.Goal == Goal.TwoClasses ? "Probability" : "Score";
        string read = many ? $"GetColumn<float[]>(\"{column}\")" : $"GetColumn<float>(\"{column}\").Select(value => new[] {{ value }})";
        string weight = median ? ", Weight = row < y.Length ? weights[row] : 1" : "";
        string start = median ? "\n        float[] weights = [.. y.Select(_ => 1f)];" : "";
        string fit = !median ? $"fits[job] = (others, [.. model(ml, seed).Fit(View(learn)).Transform(View(others)).{read}]);" : """
            float[][] Predict(ITransformer fitted, int[] rows) => [.. fitted.Transform(View(rows)).GetColumn<float>("Score").Select(value => new[] { value })];
                    double[] errors = [.. learn.Zip(Predict(model(ml, seed).Fit(View(learn)), learn), (row, value) => Math.Abs(value[0] - y[row]))];
                    double typical = errors.Average();
                    foreach ((int row, double error) in learn.Zip(errors)) weights[row] = (float)(typical / Math.Max(error, 0.5 * typical + 1e-30));
                    fits[job] = (others, Predict(model(ml, seed).Fit(View(learn)), others));
            """;
        string rows = means ? "\n        float[][] seen = WithMeans(learn);" : "";
        string workers = script.Recipe.Has(Mends.LessMemory.Key) ? "1" : "cores";
        string jobs = seeds > 1 ? $"{seeds} * Folds" : "Folds";
        string result = script.Recipe.Has(Pool.Key) ? ""
            : script.Models is [var only] ? $"\ndouble[][] guess = OutOfFold({only});"
            : "\n" + Mean(script);
        script.Segment(Block, median ? $"{Why(script, part)} {Catalogue.Get(MedianWeights.Key).Why(script, Part.Of(MedianWeights.Key))}" : Why(script, part), $$"""
            double[][] OutOfFold(Func<MLContext, int, IEstimator<ITransformer>> model)
            {
                double[][] guess = [.. table.Select(_ => new double[{{outputs}}])];
                var fits = new (int[] Rows, float[][] Guess)[{{jobs}}];
                Parallel.For(0, fits.Length, new ParallelOptions { MaxDegreeOfParallelism = {{workers}} }, job =>
                {
                    int seed = Seed + job, fold = job % Folds;
                    int[] learn = [.. Enumerable.Range(0, y.Length).Where(row => foldOf[row] != fold)];
                    int[] others = [.. Enumerable.Range(0, guess.Length).Where(row => row >= y.Length || foldOf[row] == fold)];{{rows}}
                    MLContext ml = new(seed);
                    SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
                    schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, {{(means ? "seen" : "table")}}[0].Length);{{key}}{{start}}
                    IDataView View(int[] rows) => ml.Data.LoadFromEnumerable(rows.Select(row => new Row { Features = {{(means ? "seen" : "table")}}[row], Label = {{label}}{{weight}} }), schema);
                    {{fit}}
                });
                foreach ((int[] rows, float[][] some) in fits)
                    foreach ((int at, int row) in rows.Index())
                        for (int i = 0; i < some[at].Length; i++) guess[row][i] += some[at][i] / (row < y.Length ? {{(seeds > 1 ? seeds : 1)}}.0 : fits.Length);
                return guess;
            }{{result}}
            """);
        script.Type("a row as ML.NET reads it.", $$"""
            sealed class Row { public float[] Features; public {{type}} Label;{{(median ? " public float Weight;" : "")}} }
            """);
    }

    private static string Mean(Script script) => $"""
        double[][][] guesses = [{string.Join(", ", script.Models.Select(model => $"OutOfFold({model})"))}];
        double[][] guess = [.. guesses[0].Select((row, at) => row.Select((_, i) => guesses.Average(some => some[at][i])).ToArray())];
        """;
}
