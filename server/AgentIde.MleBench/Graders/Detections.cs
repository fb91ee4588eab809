using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>Labelled boxes and points of images.</summary>
internal static class Detections
{
    private const int MostBoxes = 20_000;

    /// <summary>Average precision of each class at an overlap above one half; the mean over classes.</summary>
    public static double Covid(Table answers, Table submission)
    {
        const string target = "PredictionString";
        submission.Needs(target);
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        List<LabelledBox>[] truths = [.. Enumerable.Range(0, pairs.Count).Select(pair => Boxes(answers[target], pairs.Answer(pair)))];
        List<LabelledBox>[] given = [.. Enumerable.Range(0, pairs.Count).Select(pair => Boxes(submission[target], pairs.Submitted(pair)))];
        string[] classes = [.. truths.SelectMany(boxes => boxes).Select(box => box.Label).Distinct(StringComparer.Ordinal)];
        return classes.Length == 0 ? throw new NoScoreException("the answers hold no boxes") : classes.Average(OfClass);

        double OfClass(string label)
        {
            List<(bool Truth, double Confidence)> found = [];
            for (int image = 0; image < truths.Length; image++)
            {
                LabelledBox[] wanted = [.. truths[image].Where(box => box.Label == label)];
                LabelledBox[] boxes = [.. given[image].Where(box => box.Label == label).OrderByDescending(box => box.Confidence)];
                bool[] used = new bool[wanted.Length];
                foreach (LabelledBox box in boxes)
                {
                    int best = -1;
                    double overlap = 0.5;
                    for (int at = 0; at < wanted.Length; at++)
                    {
                        if (!used[at] && box.Overlap(wanted[at]) is double here && here > overlap)
                        {
                            (best, overlap) = (at, here);
                        }
                    }

                    found.Add((best >= 0, box.Confidence));
                    if (best >= 0)
                    {
                        used[best] = true;
                    }
                }

                found.AddRange(used.Where(one => !one).Select(_ => (true, 0.0)));
                if (wanted.Length == 0 && boxes.Length == 0)
                {
                    found.Add((false, 0));
                }
            }

            return AveragePrecision(label, found);
        }

        static List<LabelledBox> Boxes(Column column, int row)
        {
            string text = column.Text(row) ?? throw new NoScoreException($"row {row + 1}: no prediction; an image without boxes needs a blank");
            List<string> words = PythonText.Words(text);
            return Groups(words, 6, row, group => new LabelledBox(group[0], Number(group[1], row), Number(group[2], row), Number(group[3], row), Number(group[4], row), Number(group[5], row)));
        }
    }

    /// <summary>F1 of points that lie strictly within boxes of their label, over all pages.</summary>
    public static double Characters(Table answers, Table submission)
    {
        const string target = "labels";
        submission.Needs(target);
        Pairs pairs = Rows.BySortedId(answers, submission, "image_id");
        long hits = 0;
        long truths = 0;
        long guesses = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int a = pairs.Answer(pair);
            int s = pairs.Submitted(pair);
            List<(string Label, double X, double Y, double Width, double Height)> boxes = Groups(Split(answers[target].Text(a)), 5, a, group =>
                (group[0], Number(group[1], a), Number(group[2], a), Number(group[3], a), Number(group[4], a)));
            List<(string Label, double X, double Y)> points = Groups(Split(submission[target].Text(s)), 3, s, group =>
                (group[0], Number(group[1], s), Number(group[2], s)));
            bool[] used = new bool[points.Count];
            Dictionary<string, List<int>> byLabel = Enumerable.Range(0, points.Count).GroupBy(at => points[at].Label).ToDictionary(at => at.Key, at => at.ToList(), StringComparer.Ordinal);
            foreach ((string label, double x, double y, double width, double height) in boxes)
            {
                int hit = byLabel.GetValueOrDefault(label)?.FindIndex(at =>
                    !used[at] && points[at].X > x && points[at].X < x + width && points[at].Y > y && points[at].Y < y + height) ?? -1;
                if (hit >= 0)
                {
                    used[byLabel[label][hit]] = true;
                    hits++;
                }
            }

            truths += boxes.Count;
            guesses += points.Count;
        }

        return hits == 0 ? 0 : 2.0 * hits / (truths + guesses);
    }

    /// <summary>Precision over recall of rotated boxes at ten overlaps; the mean over classes, samples and overlaps.</summary>
    public static double Vehicles(Table answers, Table submission)
    {
        const string target = "PredictionString";
        submission.Needs(target);
        Pairs pairs = Rows.BySortedId(answers, submission, "Id");
        double[] thresholds = [.. Enumerable.Range(0, 10).Select(at => 0.5 + (at * 0.05))];
        double sum = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            List<SolidBox> truths = Boxes(answers[target], pairs.Answer(pair));
            List<SolidBox> given = Boxes(submission[target], pairs.Submitted(pair));
            string[] classes = [.. truths.Select(box => box.Label).Distinct(StringComparer.Ordinal)];
            double[] ofClasses = [.. classes.Select(label => OfClass([.. truths.Where(box => box.Label == label)], [.. given.Where(box => box.Label == label).OrderByDescending(box => box.Confidence)]))];
            sum += ofClasses.Length == 0 ? double.NaN : ofClasses.Average();
        }

        return sum / pairs.Count;

        double OfClass(SolidBox[] wanted, SolidBox[] boxes)
        {
            SolidBox? bad = wanted.Concat(boxes).FirstOrDefault(box => !box.IsSolid);
            if (bad is not null)
            {
                throw new NoScoreException($"a box of class '{bad.Label}' has a size that is not above 0, or a place that is no number");
            }

            (int Best, double Overlap)[] best = [.. boxes.Select(box =>
            {
                int at = 0;
                double most = double.NegativeInfinity;
                for (int truth = 0; truth < wanted.Length; truth++)
                {
                    double overlap = box.Overlap(wanted[truth]);
                    if (overlap > most)
                    {
                        (at, most) = (truth, overlap);
                    }
                }

                return (at, most);
            })];
            return thresholds.Average(threshold =>
            {
                bool[] used = new bool[wanted.Length];
                bool[] hits = new bool[boxes.Length];
                for (int at = 0; at < boxes.Length; at++)
                {
                    hits[at] = best[at].Overlap > threshold && !used[best[at].Best];
                    used[best[at].Best] |= hits[at];
                }

                return Envelope(hits, wanted.Length);
            });
        }

        static List<SolidBox> Boxes(Column column, int row) => Groups(Split(column.Text(row)), 9, row, group => new SolidBox(
            group[8], Number(group[0], row), Number(group[1], row), Number(group[2], row), Number(group[3], row), Number(group[4], row), Number(group[5], row), Number(group[6], row), Number(group[7], row)));
    }

    internal static List<T> Groups<T>(List<string> words, int size, int row, Func<List<string>, T> read)
    {
        if (words.Count % size != 0)
        {
            throw new NoScoreException($"row {row + 1}: {words.Count} words, which are not groups of {size}");
        }

        if (words.Count / size > MostBoxes)
        {
            throw new NoScoreException($"row {row + 1}: more than {MostBoxes:N0} boxes");
        }

        List<T> groups = [];
        for (int at = 0; at < words.Count; at += size)
        {
            groups.Add(read(words.GetRange(at, size)));
        }

        return groups;
    }

    internal static double Number(string word, int row) => NumberText.TryNumber(word, out double value)
        ? value
        : throw new NoScoreException($"row {row + 1}: '{(word.Length > 40 ? $"{word[..40]}…" : word)}' is not a number");

    /// <summary>At single spaces; nothing in a missing cell.</summary>
    private static List<string> Split(string? text) => text is null ? [] : [.. text.Split(' ')];

    /// <summary>Sum of steps of recall times precision, equal confidences in one step.</summary>
    private static double AveragePrecision(string label, List<(bool Truth, double Confidence)> found)
    {
        if (found.TrueForAll(one => one.Truth) || found.Exists(one => !double.IsFinite(one.Confidence)))
        {
            throw new NoScoreException($"class '{label}': confidences can't be ranked");
        }

        int positives = found.Count(one => one.Truth);
        int hits = 0;
        int seen = 0;
        double sum = 0;
        foreach (IGrouping<double, (bool Truth, double Confidence)> step in found.GroupBy(one => one.Confidence).OrderByDescending(step => step.Key))
        {
            int more = step.Count(one => one.Truth);
            hits += more;
            seen += step.Count();
            sum += (double)more / positives * hits / seen;
        }

        return sum;
    }

    /// <summary>Area under the precision that the recall reaches at least.</summary>
    private static double Envelope(bool[] hits, int truths)
    {
        double area = 0;
        double best = 0;
        int found = hits.Count(hit => hit);
        for (int at = hits.Length - 1; at >= 0; at--)
        {
            best = Math.Max(best, (double)found / (at + 1));
            area += hits[at] ? best / truths : 0;
            found -= hits[at] ? 1 : 0;
        }

        return area;
    }
}
