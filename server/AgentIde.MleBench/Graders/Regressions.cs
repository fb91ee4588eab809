using System.Globalization;
using AgentIde.MleBench.Metrics;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>Numbers against numbers.</summary>
internal static class Regressions
{
    private static readonly string[] Degradations = ["reactivity", "deg_Mg_pH10", "deg_Mg_50C"];

    /// <summary>A distance of one column; rows go by id.</summary>
    public static Grader Of(string id, string target, Func<double[], double[], double> metric, double low = double.MinValue, double high = double.MaxValue) =>
        (answers, submission) =>
        {
            submission.Needs(id, target);
            Pairs pairs = Rows.BySortedId(answers, submission, id);
            return metric(pairs.OfAnswers(answers[target].Finite()), pairs.OfSubmission(submission[target].Within(low, high)));
        };

    /// <summary>Both sides are sorted by the key; what the keys are is not compared.</summary>
    public static double TaxiFares(Table answers, Table submission)
    {
        submission.Needs("key", "fare_amount");
        Pairs pairs = Rows.BySortOnly(answers, submission, "key");
        return Regression.RootMeanSquaredError(pairs.OfAnswers(answers["fare_amount"].Finite()), pairs.OfSubmission(submission["fare_amount"].Finite()));
    }

    /// <summary>Rounded to a whole number, half to even.</summary>
    public static double Eruptions(Table answers, Table submission)
    {
        Pairs pairs = Rows.Joined(answers, submission, "segment_id");
        return Math.Round(Regression.MeanAbsoluteError(
            pairs.OfAnswers(answers["time_to_eruption"].Finite()), pairs.OfSubmission(submission["time_to_eruption"].Finite())));
    }

    /// <summary>The mean over types of the logarithm of the mean absolute error; a type without error makes it minus infinity.</summary>
    public static double ScalarCoupling(Table answers, Table submission)
    {
        const string target = "scalar_coupling_constant";
        Pairs pairs = Rows.Joined(answers, submission, "id");
        double[] truth = answers[target].Finite();
        double[] given = submission[target].Finite();
        Column type = answers["type"];
        return Enumerable.Range(0, pairs.Count)
            .GroupBy(pair => type.TextOf(pairs.Answer(pair)), pair => Math.Abs(truth[pairs.Answer(pair)] - given[pairs.Submitted(pair)]))
            .Average(errors => Math.Log(errors.Average()));
    }

    /// <summary>Rows of inspiration alone.</summary>
    public static double VentilatorPressure(Table answers, Table submission)
    {
        submission.Needs("pressure");
        double[] exhales = answers["u_out"].Numbers;
        Pairs pairs = Rows.BySortedId(answers, submission, "id").Where(row => exhales[row] == 0);
        return Regression.MeanAbsoluteError(pairs.OfAnswers(answers["pressure"].Numbers), pairs.OfSubmission(submission["pressure"].Loose()));
    }

    /// <summary>The mean over both columns of the error of logarithms; rows go by their place.</summary>
    public static double Conductors(Table answers, Table submission)
    {
        Rows.MustBeAsMany(answers, submission);
        string[] targets = ["formation_energy_ev_natom", "bandgap_energy_ev"];
        return targets.Average(target => Regression.RootMeanSquaredError(Logs(answers[target]), Logs(submission[target])));

        static double[] Logs(Column column) => Array.ConvertAll(column.Within(0, double.MaxValue), value => Math.Log(1 + value));
    }

    /// <summary>Which rows count is taken from places in the answers' file, for the submission too.</summary>
    public static double Degradation(Table answers, Table submission)
    {
        submission.Needs([.. Degradations, "deg_pH10", "deg_50C"]);
        Pairs pairs = Rows.BySortedId(answers, submission, "id_seqpos");
        double[] keep = answers["keep"].Numbers;
        int[] truthRows = [.. Enumerable.Range(0, pairs.Count).Select(pairs.Answer).Where(row => keep[row] == 1)];
        int[] givenRows = [.. Enumerable.Range(0, pairs.Count).Select(pairs.Submitted).Where(row => keep[row] == 1)];
        return Degradations.Average(target =>
        {
            double[] truth = answers[target].Numbers;
            double[] given = submission[target].Loose();
            return Regression.RootMeanSquaredError(Array.ConvertAll(truthRows, row => truth[row]), Array.ConvertAll(givenRows, row => given[row]));
        });
    }

    public static double PhraseMatching(Table answers, Table submission)
    {
        submission.Needs("score");
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        return pairs.Count < 2
            ? throw new NoScoreException("a correlation needs two rows")
            : Regression.Pearson(pairs.OfAnswers(answers["score"].Numbers), pairs.OfSubmission(submission["score"].Numbers));
    }

    /// <summary>The mean correlation of ranks over all columns; ids are sorted by and not compared.</summary>
    public static double Quest(Table answers, Table submission)
    {
        string[] targets = [.. answers.Columns.Select(column => column.Name).Where(name => name != "qa_id")];
        submission.HasExactly(["qa_id", .. targets]);
        Pairs pairs = Rows.BySortOnly(answers, submission, "qa_id");
        return pairs.Count < 2
            ? throw new NoScoreException("a correlation needs two rows")
            : targets.Average(target => Regression.Spearman(pairs.OfAnswers(answers[target].Numbers), pairs.OfSubmission(Ordered(submission[target]))));

        static double[] Ordered(Column column)
        {
            if (column.Kind != CellKind.Text)
            {
                return column.Numbers;
            }

            if (column.AnyMissing())
            {
                return [.. Enumerable.Repeat(double.NaN, column.Rows)];
            }

            int[] order = Rows.Sorted(column);
            double[] places = new double[order.Length];
            for (int at = 0; at < order.Length; at++)
            {
                places[order[at]] = at > 0 && Rows.Compare(column, order[at - 1], column, order[at]) == 0 ? places[order[at - 1]] : at;
            }

            return places;
        }
    }

    /// <summary>The mean angle between directions, in radians.</summary>
    public static double Neutrinos(Table answers, Table submission)
    {
        submission.HasExactly("event_id", "azimuth", "zenith");
        Pairs pairs = Rows.BySortedId(answers, submission, "event_id");
        double[] azimuth = answers["azimuth"].Finite();
        double[] zenith = answers["zenith"].Finite();
        double[] givenAzimuth = submission["azimuth"].Finite();
        double[] givenZenith = submission["zenith"].Finite();
        double sum = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            (double sinA, double cosA) = Math.SinCos(azimuth[pairs.Answer(pair)]);
            (double sinZ, double cosZ) = Math.SinCos(zenith[pairs.Answer(pair)]);
            (double givenSinA, double givenCosA) = Math.SinCos(givenAzimuth[pairs.Submitted(pair)]);
            (double givenSinZ, double givenCosZ) = Math.SinCos(givenZenith[pairs.Submitted(pair)]);
            double cosine = (sinZ * givenSinZ * ((cosA * givenCosA) + (sinA * givenSinA))) + (cosZ * givenCosZ);
            sum += Math.Acos(Math.Clamp(cosine, -1, 1));
        }

        return pairs.Count == 0 ? throw new NoScoreException("no rows") : sum / pairs.Count;
    }

    /// <summary>Metres on the sphere: per trip the mean of the median and the 95th percentile, then the mean over trips.</summary>
    public static double Decimetres(Table answers, Table submission)
    {
        submission.Needs("tripId", "UnixTimeMillis");
        Rows.MustBeAsMany(answers, submission);
        double[] latitude = answers["LatitudeDegrees"].Numbers;
        double[] longitude = answers["LongitudeDegrees"].Numbers;
        double[] givenLatitude = submission["LatitudeDegrees"].Numbers;
        double[] givenLongitude = submission["LongitudeDegrees"].Numbers;
        Dictionary<string, List<int>> given = ByTrip(submission["tripId"]);
        return ByTrip(answers["tripId"]).Average(trip =>
        {
            List<int>? rows = given.GetValueOrDefault(trip.Key);
            if (rows is null || rows.Count != trip.Value.Count)
            {
                throw new NoScoreException($"trip '{trip.Key}' has {rows?.Count ?? 0} rows where the answers have {trip.Value.Count}");
            }

            double[] distances = [.. trip.Value.Zip(rows, (a, s) => Haversine(latitude[a], longitude[a], givenLatitude[s], givenLongitude[s])).Order()];
            return Array.Exists(distances, double.IsNaN) ? double.NaN : (Regression.Quantile(distances, 0.5) + Regression.Quantile(distances, 0.95)) / 2;
        });

        static Dictionary<string, List<int>> ByTrip(Column trip) =>
            Enumerable.Range(0, trip.Rows).Where(row => !trip.IsMissing(row)).GroupBy(trip.TextOf).ToDictionary(rows => rows.Key, rows => rows.ToList(), StringComparer.Ordinal);
    }

    /// <summary>Laplace likelihood of the last three weeks of each patient; only rows that were submitted count.</summary>
    public static double Fibrosis(Table answers, Table submission)
    {
        Column id = answers["Patient_Week"];
        Column givenId = submission["Patient_Week"];
        double[] truth = answers["FVC"].Numbers;
        double[] given = submission["FVC"].Numbers;
        double[] confidence = submission["Confidence"].Numbers;
        if (givenId.AnyMissing())
        {
            throw new NoScoreException("column 'Patient_Week': an id is missing");
        }

        HashSet<string> known = [.. Enumerable.Range(0, id.Rows).Select(id.TextOf)];
        Dictionary<string, int> scored = Enumerable.Range(0, id.Rows).Where(row => !double.IsNaN(truth[row]))
            .GroupBy(row => answers["Patient"].TextOf(row))
            .SelectMany(rows => rows.OrderBy(row => Week(id.TextOf(row))).TakeLast(3))
            .ToDictionary(id.TextOf, row => row, StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<double> values = [];
        for (int row = 0; row < submission.Rows; row++)
        {
            string key = givenId.TextOf(row);
            if (!known.Contains(key))
            {
                throw new NoScoreException($"column 'Patient_Week', row {row + 1}: the answers have no '{key}'");
            }

            if (!scored.TryGetValue(key, out int answer))
            {
                continue;
            }

            if (!seen.Add(key))
            {
                throw new NoScoreException($"column 'Patient_Week': '{key}' is there twice");
            }

            double spread = Math.Max(double.IsNaN(confidence[row]) ? 0 : confidence[row], 70);
            double error = Math.Min(Math.Abs(truth[answer] - given[row]), 1000);
            values.Add((-Math.Sqrt(2) * error / spread) - Math.Log(Math.Sqrt(2) * spread));
        }

        return values.Count == 0 ? double.NaN : values.Average();

        static long Week(string id) => long.TryParse(id.AsSpan(id.LastIndexOf('_') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long week)
            ? week
            : throw new NoScoreException($"the answers' '{id}' names no week");
    }

    private static double Haversine(double latitude, double longitude, double givenLatitude, double givenLongitude)
    {
        const double radius = 6_371_000;
        double lat1 = double.DegreesToRadians(latitude);
        double lat2 = double.DegreesToRadians(givenLatitude);
        double north = Math.Sin((lat2 - lat1) / 2);
        double east = Math.Sin(double.DegreesToRadians(givenLongitude - longitude) / 2);
        return 2 * radius * Math.Asin(Math.Sqrt((north * north) + (Math.Cos(lat1) * Math.Cos(lat2) * east * east)));
    }
}
