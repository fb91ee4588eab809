using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AgentIde.MleBench.Tables;

/// <summary>One column: values or characters, and what they are as a whole.</summary>
/// <param name="text">The characters of all cells, unquoted, one after the other; more bytes may follow.</param>
/// <param name="ends">Where in them each cell ends.</param>
/// <param name="kind">Null where the characters have to tell.</param>
/// <param name="made">Whether the cells were made here: the empty one alone is missing then.</param>
internal sealed class Column(string name, byte[] text, int[] ends, int rows, CellKind? kind, bool made = false)
{
    private CellKind? _kind = kind;
    private bool _hasTruths; // Beside missing cells: text for all that reads it, but not the text of the file.
    private int[]? _small;
    private long[]? _integers;
    private double[]? _numbers;

    public string Name => name;

    public int Rows => rows;

    public CellKind Kind => _kind ??= Infer();

    public bool IsNumeric => Kind is CellKind.Integer or CellKind.Number;

    /// <summary>The characters between separators, unquoted; of a column of text.</summary>
    public ReadOnlySpan<byte> this[int row]
    {
        get
        {
            int start = row == 0 ? 0 : ends[row - 1];
            return text.AsSpan(start, ends[row] - start);
        }
    }

    /// <summary>Only of a column of whole numbers.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "Millions of values, read only.")]
    public long[] Integers => Kind == CellKind.Integer ? _integers ??= Array.ConvertAll(_small!, value => (long)value) : throw NotNumbers();

    /// <summary>The values of a column of whole numbers of 32 bits; empty for any other.</summary>
    public ReadOnlySpan<int> Small => _small;

    /// <summary>The values; missing ones are NaN, truths are 1 and 0.</summary>
    /// <exception cref="NoScoreException">A column of text.</exception>
    [SuppressMessage("Performance", "CA1819", Justification = "Millions of values, read only.")]
    public double[] Numbers => Kind == CellKind.Text ? throw NotNumbers() : _numbers ??= _integers is null ? Converted(_small!) : Array.ConvertAll(_integers, value => (double)value);

    /// <summary>A column of whole numbers of 32 bits.</summary>
    public static Column Of(string name, int[] values) => new(name, [], [], values.Length, CellKind.Integer) { _small = values };

    /// <summary>A column of whole numbers.</summary>
    public static Column Of(string name, long[] values) => new(name, [], [], values.Length, CellKind.Integer) { _integers = values };

    /// <summary>A column of numbers, missing ones NaN, or of truths, 1 and 0.</summary>
    public static Column Of(string name, double[] values, CellKind kind) => new(name, [], [], values.Length, kind) { _numbers = values };

    /// <summary>Whether both are text and all cells the same, characters for characters.</summary>
    public bool IsSameText(Column other) =>
        Kind == CellKind.Text && other.Kind == CellKind.Text && rows == other.Rows && other.HasText(text, ends, rows);

    /// <summary>The numbers of a column that may hold text as well; what is none is NaN.</summary>
    public double[] Loose()
    {
        if (Kind != CellKind.Text)
        {
            return Numbers;
        }

        double[] numbers = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            numbers[row] = NumberText.Parse(this[row], out long integer, out double number) switch
            {
                NumberForm.None => double.NaN,
                NumberForm.Integer => integer,
                _ => number,
            };
        }

        return numbers;
    }

    public bool IsMissing(int row) => Kind switch
    {
        CellKind.Number => double.IsNaN(_numbers![row]),
        CellKind.Text => made ? this[row].IsEmpty : NumberText.IsMissing(this[row]),
        _ => false,
    };

    public bool AnyMissing()
    {
        for (int row = 0; row < rows && Kind is CellKind.Number or CellKind.Text; row++)
        {
            if (IsMissing(row))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The numbers, none of them missing or infinite.</summary>
    public double[] Finite()
    {
        double[] numbers = Numbers;
        int odd = 0;
        while (odd < numbers.Length && double.IsFinite(numbers[odd]))
        {
            odd++;
        }

        return odd == numbers.Length ? numbers : throw new NoScoreException($"column '{name}', row {odd + 1}: a missing or infinite value");
    }

    /// <summary>The numbers, none of them missing.</summary>
    public double[] Present()
    {
        double[] numbers = Numbers;
        int odd = 0;
        while (odd < numbers.Length && !double.IsNaN(numbers[odd]))
        {
            odd++;
        }

        return odd == numbers.Length ? numbers : throw new NoScoreException($"column '{name}', row {odd + 1}: a missing value");
    }

    /// <summary>The numbers, each within the bounds; a missing one is outside.</summary>
    public double[] Within(double low, double high)
    {
        double[] numbers = Numbers;
        int odd = 0;
        while (odd < numbers.Length && numbers[odd] >= low && numbers[odd] <= high)
        {
            odd++;
        }

        return odd == numbers.Length ? numbers : throw new NoScoreException($"column '{name}', row {odd + 1}: {numbers[odd].ToString(CultureInfo.InvariantCulture)} is not within {low} and {high}");
    }

    /// <summary>The cell as text, null if it is missing.</summary>
    public string? Text(int row) => IsMissing(row) ? null : TextOf(row);

    /// <summary>The cell as Python writes its value: whole numbers lose leading zeros, a missing cell is <c>nan</c>.</summary>
    public string TextOf(int row) => Kind switch
    {
        CellKind.Integer => (_integers is null ? _small![row] : _integers[row]).ToString(CultureInfo.InvariantCulture),
        CellKind.Number => PythonText.Of(_numbers![row]),
        CellKind.Truth => _numbers![row] == 1 ? "True" : "False",
        _ when IsMissing(row) => "nan",
        _ when _hasTruths => NumberText.Truth(this[row]) == true ? "True" : "False",
        _ => Encoding.UTF8.GetString(this[row]),
    };

    /// <exception cref="NoScoreException">The column holds anything but text (with a missing cell at most).</exception>
    public void MustBeText()
    {
        if (Kind == CellKind.Text ? _hasTruths : !(Kind == CellKind.Number && Array.TrueForAll(_numbers!, double.IsNaN)))
        {
            throw new NoScoreException($"column '{name}' holds nothing but numbers or truths; text is needed");
        }
    }

    private static double[] Converted(int[] integers)
    {
        double[] numbers = GC.AllocateUninitializedArray<double>(integers.Length);
        for (int row = 0; row < integers.Length; row++)
        {
            numbers[row] = integers[row];
        }

        return numbers;
    }

    private bool HasText(byte[] otherText, int[] otherEnds, int count) =>
        count == 0 || (ends.AsSpan(0, count).SequenceEqual(otherEnds.AsSpan(0, count)) && text.AsSpan(0, ends[count - 1]).SequenceEqual(otherText.AsSpan(0, ends[count - 1])));

    private NoScoreException NotNumbers()
    {
        for (int row = 0; Kind == CellKind.Text && row < rows; row++)
        {
            if (!IsMissing(row) && NumberText.Parse(this[row], out _, out _) == NumberForm.None)
            {
                string shown = Encoding.UTF8.GetString(this[row][..Math.Min(40, this[row].Length)]);
                return new NoScoreException($"column '{name}', row {row + 1}: '{shown}' is not a number");
            }
        }

        return new NoScoreException($"column '{name}' does not hold numbers");
    }

    private CellKind Infer()
    {
        if (rows == 0)
        {
            return CellKind.Text;
        }

        return InferIntegers() ?? InferNumbers() ?? InferTruths() ?? CellKind.Text;
    }

    private CellKind? InferIntegers()
    {
        long[]? integers = null;
        bool gaps = false;
        for (int row = 0; row < rows; row++)
        {
            NumberForm form = NumberText.Parse(this[row], out long value, out _);
            if (form == NumberForm.Integer)
            {
                integers ??= new long[rows];
                integers[row] = value;
            }
            else if (form == NumberForm.None && NumberText.IsMissing(this[row]))
            {
                gaps = true;
            }
            else
            {
                // The first cell that is no integer decides: one too large for 64 bits makes the column text.
                return form == NumberForm.Huge ? CellKind.Text : null;
            }
        }

        if (gaps)
        {
            return null;
        }

        _integers = integers;
        return CellKind.Integer;
    }

    private CellKind? InferNumbers()
    {
        double[]? numbers = null;
        for (int row = 0; row < rows; row++)
        {
            NumberForm form = NumberText.Parse(this[row], out long integer, out double number);
            if (form == NumberForm.None)
            {
                if (!NumberText.IsMissing(this[row]))
                {
                    return null;
                }

                number = double.NaN;
            }

            numbers ??= new double[rows];
            numbers[row] = form == NumberForm.Integer ? integer : number;
        }

        _numbers = numbers;
        return CellKind.Number;
    }

    private CellKind? InferTruths()
    {
        bool gaps = false;
        for (int row = 0; row < rows; row++)
        {
            bool missing = NumberText.IsMissing(this[row]);
            gaps |= missing;
            if (!missing && NumberText.Truth(this[row]) is null)
            {
                return null;
            }
        }

        if (gaps)
        {
            _hasTruths = true;
            return CellKind.Text;
        }

        _numbers = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            _numbers[row] = NumberText.Truth(this[row]) == true ? 1 : 0;
        }

        return CellKind.Truth;
    }
}
