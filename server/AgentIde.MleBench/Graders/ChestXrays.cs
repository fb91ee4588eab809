using System.Globalization;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>
/// VinBigData: the average precision of COCO at an overlap of 0.4, with what the original makes of it: right and lower
/// edges are taken for width and height, and box 0 of either side counts as none.
/// </summary>
internal static class ChestXrays
{
    private const double LeastOverlap = 0.4;
    private const double LargestArea = 1e10;
    private const int MostOfImage = 100;

    public static double Grade(Table answers, Table submission)
    {
        submission.Needs("PredictionString");
        Rows.MustBeSameSet(answers["image_id"], submission["image_id"]);
        Dictionary<string, int> images = new(StringComparer.Ordinal);
        Dictionary<(long Class, int Image), List<Box>> truths = [];
        double[] classes = answers["class_id"].Finite();
        double[][] corners = [answers["x_min"].Numbers, answers["y_min"].Numbers, answers["x_max"].Numbers, answers["y_max"].Numbers];
        int[] imageOf = new int[answers.Rows];
        for (int row = 0; row < answers.Rows; row++)
        {
            string image = answers["image_id"].TextOf(row);
            images.TryAdd(image, images.Count);
            imageOf[row] = images[image];
        }

        int id = 0;
        foreach (int row in Enumerable.Range(0, answers.Rows).OrderBy(row => imageOf[row]))
        {
            Add(truths, ((long)classes[row], imageOf[row]), new Box(id++, 0, corners[0][row], corners[1][row], corners[2][row], corners[3][row]));
        }

        HashSet<long> known = [.. truths.Keys.Select(key => key.Class)];
        Dictionary<(long Class, int Image), List<Box>> given = Given(submission, images, known);
        List<double> precisions = [];
        foreach (long label in known.Order())
        {
            List<Outcome> outcomes = [];
            int wanted = 0;
            for (int image = 0; image < images.Count; image++)
            {
                List<Box> ofTruth = truths.GetValueOrDefault((label, image)) ?? [];
                List<Box> boxes = given.GetValueOrDefault((label, image)) ?? [];
                wanted += ofTruth.Count(box => !box.IsIgnored);
                Match(ofTruth, boxes, outcomes);
            }

            if (wanted > 0)
            {
                precisions.Add(Precision(outcomes, wanted));
            }
        }

        return precisions.Count == 0 ? -1 : precisions.Average();
    }

    private static Dictionary<(long Class, int Image), List<Box>> Given(Table submission, Dictionary<string, int> images, HashSet<long> known)
    {
        Dictionary<(long Class, int Image), List<Box>> given = [];
        int id = 0;
        for (int row = 0; row < submission.Rows; row++)
        {
            string text = submission["PredictionString"].Text(row) ?? throw new NoScoreException($"row {row + 1}: no prediction; 14 1 0 0 1 1 stands for no finding");
            int image = images[submission["image_id"].TextOf(row)];
            foreach (double[] box in Detections.Groups([.. text.Split(' ')], 6, row, group => group.ConvertAll(word => Detections.Number(word, row)).ToArray()))
            {
                if (!(Math.Abs(box[0]) < 1e18))
                {
                    throw new NoScoreException($"row {row + 1}: {box[0].ToString(CultureInfo.InvariantCulture)} is no class");
                }

                Box made = new(id++, box[1], box[2], box[3], box[4], box[5]);
                if (known.Contains((long)box[0]))
                {
                    Add(given, ((long)box[0], image), made);
                }
            }
        }

        return given;
    }

    private static void Match(List<Box> truths, List<Box> boxes, List<Outcome> outcomes)
    {
        Box[] wanted = [.. truths.OrderBy(truth => truth.IsIgnored)];
        bool[] used = new bool[wanted.Length];
        foreach (Box box in boxes.OrderByDescending(box => box.Confidence).Take(MostOfImage))
        {
            int best = -1;
            double overlap = LeastOverlap;
            for (int at = 0; at < wanted.Length; at++)
            {
                if (used[at])
                {
                    continue;
                }

                if (best >= 0 && !wanted[best].IsIgnored && wanted[at].IsIgnored)
                {
                    break;
                }

                double here = box.Overlap(wanted[at]);
                if (here >= overlap)
                {
                    (best, overlap) = (at, here);
                }
            }

            bool isHit = best >= 0 && wanted[best].Id != 0;
            bool isIgnored = (best >= 0 && wanted[best].IsIgnored) || (!isHit && box.IsIgnored);
            if (best >= 0)
            {
                used[best] = box.Id != 0;
            }

            outcomes.Add(new Outcome(box.Confidence, isHit, isIgnored));
        }
    }

    private static double Precision(List<Outcome> outcomes, int wanted)
    {
        List<double> recalls = [];
        List<double> precisions = [];
        int hits = 0;
        int misses = 0;
        foreach (Outcome outcome in outcomes.OrderByDescending(outcome => outcome.Confidence))
        {
            hits += outcome.IsHit && !outcome.IsIgnored ? 1 : 0;
            misses += !outcome.IsHit && !outcome.IsIgnored ? 1 : 0;
            recalls.Add((double)hits / wanted);
            precisions.Add(hits / (hits + misses + 2.220446049250313e-16));
        }

        for (int at = precisions.Count - 2; at >= 0; at--)
        {
            precisions[at] = Math.Max(precisions[at], precisions[at + 1]);
        }

        double sum = 0;
        int reached = 0;
        for (int point = 0; point <= 100; point++)
        {
            double recall = point == 100 ? 1 : point * 0.01;
            while (reached < recalls.Count && recalls[reached] < recall)
            {
                reached++;
            }

            sum += reached < recalls.Count ? precisions[reached] : 0;
        }

        return sum / 101;
    }

    private static void Add(Dictionary<(long Class, int Image), List<Box>> boxes, (long Class, int Image) key, Box box)
    {
        if (!boxes.TryGetValue(key, out List<Box>? there))
        {
            boxes[key] = there = [];
        }

        there.Add(box);
    }

    private sealed record Box(int Id, double Confidence, double X1, double Y1, double X2, double Y2)
    {
        public bool IsIgnored => (X2 - X1) * (Y2 - Y1) is < 0 or > LargestArea;

        /// <summary>Of rectangles from (x1, y1) that are x2 wide and y2 high.</summary>
        public double Overlap(Box other)
        {
            double width = Math.Min(X1 + X2, other.X1 + other.X2) - Math.Max(X1, other.X1);
            double height = Math.Min(Y1 + Y2, other.Y1 + other.Y2) - Math.Max(Y1, other.Y1);
            return width <= 0 || height <= 0 ? 0 : width * height / ((X2 * Y2) + (other.X2 * other.Y2) - (width * height));
        }
    }

    private readonly record struct Outcome(double Confidence, bool IsHit, bool IsIgnored);
}
