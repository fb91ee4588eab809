using AgentIde.MleBench.Metrics;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>Masks of images.</summary>
internal static class Masks
{
    public static double Contrails(Table answers, Table submission)
    {
        const string target = "encoded_pixels";
        submission[target].MustBeText();
        Pairs pairs = Rows.BySortedId(answers, submission, "record_id");
        long common = 0;
        long all = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int a = pairs.Answer(pair);
            long pixels = Pixels(answers, a, "height", "width");
            Mask truth = Decode(answers[target], a, pixels);
            Mask given = Decode(submission[target], pairs.Submitted(pair), pixels);
            common += truth.Common(given);
            all += truth.Count + given.Count;
        }

        return 2.0 * common / all;

        static Mask Decode(Column column, int row, long pixels) => column.IsMissing(row)
            ? throw new NoScoreException($"row {row + 1}: a mask is missing; an empty one is written -")
            : Mask.Decode(column.TextOf(row) is "-" ? "" : column.TextOf(row), pixels);
    }

    public static double Kidneys(Table answers, Table submission)
    {
        submission["predicted"].MustBeText();
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        if (answers["encoding"].AnyMissing())
        {
            throw new NoScoreException("an answer's mask is missing");
        }

        return Enumerable.Range(0, pairs.Count).Average(pair =>
        {
            int a = pairs.Answer(pair);
            long pixels = Pixels(answers, a, "height_pixels", "width_pixels");
            Mask truth = Mask.Decode(answers["encoding"].TextOf(a), pixels);
            Mask given = Mask.Decode(submission["predicted"].Text(pairs.Submitted(pair)) ?? "", pixels);
            return truth.Count + given.Count == 0 ? 1 : truth.Dice(given);
        });
    }

    /// <summary>The share of ten thresholds that the overlap passes; an empty prediction of something counts as a full one.</summary>
    public static double Salt(Table answers, Table submission)
    {
        const int pixels = 101 * 101;
        submission.HasExactly("id", "rle_mask");
        submission["rle_mask"].MustBeText();
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        return Enumerable.Range(0, pairs.Count).Average(pair =>
        {
            Mask truth = Mask.Decode(answers["rle_mask"].Text(pairs.Answer(pair)) ?? "", pixels);
            Mask given = Mask.Decode(submission["rle_mask"].Text(pairs.Submitted(pair)) ?? "", pixels);
            if (truth.Count == 0)
            {
                return given.Count == 0 ? 1.0 : 0.0;
            }

            long common = given.Count == 0 ? truth.Count : truth.Common(given);
            double overlap = (double)common / (given.Count == 0 ? pixels : truth.Count + given.Count - common);
            return Enumerable.Range(0, 10).Count(at => overlap > 0.5 + (at * 0.050000000000000044)) / 10.0;
        });
    }

    /// <summary>F-beta with beta one half over pixels, rows first; rows go by their place and must have the same ids.</summary>
    public static double Ink(Table answers, Table submission)
    {
        submission.HasExactly("Id", "Predicted");
        Pairs pairs = Rows.InFileOrder(answers, submission);
        Column given = submission["Predicted"];
        if (given.Kind != CellKind.Text || given.AnyMissing())
        {
            throw new NoScoreException("column 'Predicted': every row needs a mask as text");
        }

        return Enumerable.Range(0, pairs.Count).Average(row =>
        {
            if (answers["Id"].TextOf(row) != submission["Id"].TextOf(row))
            {
                throw new NoScoreException($"row {row + 1}: ids must be in the order of the sample submission");
            }

            long pixels = Pixels(answers, row, "height", "width");
            Mask truth = Mask.Decode(answers["Predicted"].Text(row) ?? "", pixels);
            Mask mask = Mask.Decode(given.TextOf(row), pixels);
            long hits = truth.Common(mask);
            double all = (1.25 * hits) + (0.25 * (truth.Count - hits)) + (mask.Count - hits);
            return all == 0 ? 0 : 1.25 * hits / all;
        });
    }

    private static long Pixels(Table answers, int row, string height, string width) => (long)answers[height].Numbers[row] * (long)answers[width].Numbers[row];
}
