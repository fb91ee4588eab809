namespace AgentIde.MleBench.Graders;

/// <summary>A box on the ground: a centre, sizes, and an angle around the vertical.</summary>
internal sealed record SolidBox(string Label, double Confidence, double X, double Y, double Z, double Width, double Length, double Height, double Yaw)
{
    public bool IsSolid => Width > 0 && Length > 0 && Height > 0 && double.IsFinite(X + Y + Z + Width + Length + Height + Yaw);

    /// <summary>Intersection over union of volumes, 0 to 1.</summary>
    public double Overlap(SolidBox other)
    {
        double high = Math.Min(Z + (Height / 2), other.Z + (other.Height / 2)) - Math.Max(Z - (Height / 2), other.Z - (other.Height / 2));
        double reach = (Width + Length + other.Width + other.Length) / 2;
        if (high <= 0 || Math.Abs(X - other.X) > reach || Math.Abs(Y - other.Y) > reach)
        {
            return 0;
        }

        double common = Area(Clip(Corners(), other.Corners())) * high;
        double union = (Width * Length * Height) + (other.Width * other.Length * other.Height) - common;
        return Math.Clamp(common / union, 0, 1);
    }

    /// <summary>Counterclockwise.</summary>
    private (double X, double Y)[] Corners()
    {
        (double sin, double cos) = Math.SinCos(Yaw);
        double l = Length / 2;
        double w = Width / 2;
        return [.. new[] { (l, w), (-l, w), (-l, -w), (l, -w) }.Select(corner => (X + (corner.Item1 * cos) - (corner.Item2 * sin), Y + (corner.Item1 * sin) + (corner.Item2 * cos)))];
    }

    /// <summary>What of a polygon lies within a convex one (Sutherland and Hodgman, CACM 17, 1974).</summary>
    private static List<(double X, double Y)> Clip((double X, double Y)[] polygon, (double X, double Y)[] within)
    {
        List<(double X, double Y)> left = [.. polygon];
        for (int edge = 0; edge < within.Length && left.Count > 0; edge++)
        {
            (double X, double Y) from = within[edge];
            (double X, double Y) to = within[(edge + 1) % within.Length];
            List<(double X, double Y)> kept = [];
            for (int at = 0; at < left.Count; at++)
            {
                (double X, double Y) here = left[at];
                (double X, double Y) next = left[(at + 1) % left.Count];
                double side = Side(from, to, here);
                double nextSide = Side(from, to, next);
                if (side >= 0)
                {
                    kept.Add(here);
                }

                if (side >= 0 != nextSide >= 0)
                {
                    double share = side / (side - nextSide);
                    kept.Add((here.X + (share * (next.X - here.X)), here.Y + (share * (next.Y - here.Y))));
                }
            }

            left = kept;
        }

        return left;
    }

    private static double Side((double X, double Y) from, (double X, double Y) to, (double X, double Y) point) =>
        ((to.X - from.X) * (point.Y - from.Y)) - ((to.Y - from.Y) * (point.X - from.X));

    private static double Area(List<(double X, double Y)> polygon)
    {
        if (polygon.Count < 3)
        {
            return 0;
        }

        // Around the first corner: coordinates are large where boxes are small.
        double area = 0;
        (double x, double y) = polygon[0];
        for (int at = 1; at + 1 < polygon.Count; at++)
        {
            area += ((polygon[at].X - x) * (polygon[at + 1].Y - y)) - ((polygon[at + 1].X - x) * (polygon[at].Y - y));
        }

        return Math.Abs(area) / 2;
    }
}
