using System.Globalization;
using AgentIde.Core.Engineering;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>Square grey pictures that lie in a table row by row, a column for each pixel: <c>pixel0</c>, <c>pixel1</c> and so on.</summary>
/// <param name="Prefix">What all pixels' names begin with.</param>
/// <param name="First">The number of the first pixel.</param>
/// <param name="Side">Pixels in a row, and rows.</param>
/// <param name="Brightest">The largest value.</param>
/// <param name="Background">The value of pixels that are the same in all pictures; 0 where there are none.</param>
internal sealed record Pictures(string Prefix, int First, int Side, double Brightest, double Background)
{
    private const int SmallestSide = 8;
    private const int LargestSide = 64;

    /// <summary>Null where the columns of numbers are no pictures.</summary>
    public static Pictures? Of(Problem problem)
    {
        List<ColumnProfile> pixels =
            [.. problem.Profile.Columns.Where(column => column.InTest && column.Name != problem.Task.Label && column.Name != problem.Task.IdColumn)];
        int side = (int)Math.Sqrt(pixels.Count);
        if (side is < SmallestSide or > LargestSide || side * side != pixels.Count || !pixels.TrueForAll(IsPixel))
        {
            return null;
        }

        string prefix = pixels[0].Name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        if (!int.TryParse(pixels[0].Name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !pixels.Index().All(pixel => pixel.Item.Name == string.Create(CultureInfo.InvariantCulture, $"{prefix}{first + pixel.Index}")))
        {
            return null;
        }

        double brightest = pixels.Max(column => column.Numbers!.Maximum);
        return brightest > 0 ? new Pictures(prefix, first, side, brightest, pixels.Find(column => column.Distinct == 1)?.Numbers!.Minimum ?? 0) : null;
    }

    private static bool IsPixel(ColumnProfile column) => column is { Missing: 0, Unreadable: 0, Numbers: { Whole: true, Minimum: >= 0, Maximum: <= 255 } };
}
