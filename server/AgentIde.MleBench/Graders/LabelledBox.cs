namespace AgentIde.MleBench.Graders;

/// <summary>A box by two corners.</summary>
internal sealed record LabelledBox(string Label, double Confidence, double Left, double Top, double Right, double Bottom)
{
    private double Area => (Right - Left) * (Bottom - Top);

    /// <summary>Intersection over union; 0 if the union is not above 0.</summary>
    public double Overlap(LabelledBox other)
    {
        double width = Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left));
        double height = Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
        double union = Area + other.Area - (width * height);
        return union > 0 ? width * height / union : 0;
    }
}
