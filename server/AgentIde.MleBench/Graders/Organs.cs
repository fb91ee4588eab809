using AgentIde.MleBench.Metrics;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>UW-Madison GI tract: Dice of slices and Hausdorff's distance of volumes; rows go by their place.</summary>
internal static class Organs
{
    public static double Grade(Table answers, Table submission)
    {
        submission.Needs("id", "class", "predicted");
        int rows = Math.Min(answers.Rows, submission.Rows);
        answers["predicted"].MustBeText();
        submission["predicted"].MustBeText();
        List<Slice> truths = [];
        List<Slice> given = [];
        List<double> dice = [];
        for (int row = 0; row < answers.Rows; row++)
        {
            int height = (int)answers["image_height"].Numbers[row];
            int width = (int)answers["image_width"].Numbers[row];
            Mask truth = Mask.Decode(answers["predicted"].Text(row) ?? "", (long)height * width);
            truths.Add(new Slice(answers["id"].TextOf(row), height, width, truth));
            if (row >= rows)
            {
                continue;
            }

            Mask mask = Mask.Decode(submission["predicted"].Text(row) ?? "", (long)height * width);
            given.Add(new Slice(submission["id"].TextOf(row), height, width, mask));
            if (truth.Count + mask.Count > 0)
            {
                dice.Add(truth.Dice(mask));
            }
        }

        List<double> distances = [.. Volumes(truths).Zip(Volumes(given), Distance).OfType<double>()];
        return dice.Count == 0 || distances.Count == 0 ? double.NaN : (0.4 * dice.Average()) + (0.6 * (1 - distances.Average()));
    }

    /// <summary>Slices of one day of a case on each other, in the order of their ids.</summary>
    private static List<Volume> Volumes(List<Slice> slices) =>
    [
        .. slices.GroupBy(slice => slice.Id).OrderBy(group => group.Key, StringComparer.Ordinal)
            .GroupBy(group => group.Key.Split("_slice_")[0])
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(day => Volume.Of([.. day.Select(slice => slice.Select(part => (part.Height, part.Width, part.Mask)).ToList())])),
    ];

    /// <summary>Null where there is nothing on either side.</summary>
    private static double? Distance(Volume truth, Volume given) => (truth.Count, given.Count) switch
    {
        (0, 0) => null,
        (0, _) or (_, 0) => 1,
        _ when given.Count > 10 * truth.Count => 1,
        _ => truth.Hausdorff(given) / Math.Sqrt(3),
    };

    private sealed record Slice(string Id, int Height, int Width, Mask Mask);
}
