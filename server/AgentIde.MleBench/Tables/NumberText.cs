using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace AgentIde.MleBench.Tables;

/// <summary>What pandas takes for a number, a truth or a missing value.</summary>
internal static class NumberText
{
    private static readonly double[] Tens =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private static readonly FrozenSet<string> Missing = new[]
    {
        "NA", "N/A", "n/a", "<NA>", "#N/A", "#N/A N/A", "#NA", "NULL", "null", "None", "NaN", "nan", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsMissing(ReadOnlySpan<byte> cell)
    {
        if (cell.Length is 0 or > 8)
        {
            return cell.IsEmpty;
        }

        if (cell[0] is not ((byte)'N' or (byte)'n' or (byte)'<' or (byte)'#' or (byte)'-' or (byte)'1'))
        {
            return false;
        }

        Span<char> text = stackalloc char[cell.Length];
        return Encoding.UTF8.TryGetChars(cell, text, out int written)
            && Missing.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..written]);
    }

    public static bool? Truth(ReadOnlySpan<byte> cell) =>
        cell.SequenceEqual("True"u8) || cell.SequenceEqual("TRUE"u8) || cell.SequenceEqual("true"u8) ? true
        : cell.SequenceEqual("False"u8) || cell.SequenceEqual("FALSE"u8) || cell.SequenceEqual("false"u8) ? false
        : null;

    /// <summary>Correctly rounded. Blanks around the number are passed over.</summary>
    public static NumberForm Parse(ReadOnlySpan<byte> cell, out long integer, out double number)
    {
        integer = 0;
        number = 0;
        cell = Strip(cell);
        int at = 0;
        bool negative = false;
        if (!cell.IsEmpty && cell[0] is (byte)'-' or (byte)'+')
        {
            negative = cell[0] == (byte)'-';
            at = 1;
        }

        if (at == cell.Length)
        {
            return NumberForm.None;
        }

        ulong digits = 0;
        int count = 0; // Of digits; from the nineteenth on the short way is not exact.
        int start = at;
        for (; at < cell.Length && (uint)(cell[at] - '0') <= 9; at++)
        {
            digits = unchecked((digits * 10) + (ulong)(cell[at] - '0'));
            count++;
        }

        if (at == cell.Length && count > 0)
        {
            return WholeNumber(cell, digits, count, negative, out integer, out number);
        }

        int fraction = 0;
        if (at < cell.Length && cell[at] == (byte)'.')
        {
            for (at++; at < cell.Length && (uint)(cell[at] - '0') <= 9; at++)
            {
                digits = unchecked((digits * 10) + (ulong)(cell[at] - '0'));
                count++;
                fraction++;
            }
        }

        if (count == 0)
        {
            return Infinity(cell[start..], negative, out number) ? NumberForm.Number : NumberForm.None;
        }

        if (at == cell.Length && count <= 19 && TryDivide(digits, fraction, out number))
        {
            number = negative ? -number : number;
            return NumberForm.Number;
        }

        return at == cell.Length || IsExponent(cell[at..])
            ? double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number) ? NumberForm.Number : NumberForm.None
            : NumberForm.None;
    }

    /// <summary>A whole number with blanks around it at most, as Python's <c>int</c> reads it.</summary>
    public static bool TryInteger(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(PythonText.Strip(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>A number as Python's <c>float</c> reads it.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out double value)
    {
        text = PythonText.Strip(text);
        Span<byte> bytes = stackalloc byte[128];
        value = 0;
        if (text.Length > 100 || !Encoding.UTF8.TryGetBytes(text, bytes, out int written))
        {
            return false;
        }

        NumberForm form = Parse(bytes[..written], out long integer, out value);
        if (form == NumberForm.Integer)
        {
            value = integer;
        }
        else if (form == NumberForm.None)
        {
            ReadOnlySpan<char> unsigned = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
            if (unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase))
            {
                value = double.NaN;
                return true;
            }

            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && text.IndexOfAny(",_") < 0;
        }

        return true;
    }

    /// <summary>
    /// The double nearest to digits / 10^fraction, of nineteen digits at most; false where it is too close to the middle
    /// of two to be told this way.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDivide(ulong digits, int fraction, out double quotient)
    {
        double[] tens = Tens;
        if (digits < 1UL << 53 && (uint)fraction < (uint)tens.Length)
        {
            quotient = (long)digits / tens[fraction];
            return true;
        }

        return TryDivideMany(digits, fraction, out quotient);
    }

    private static bool TryDivideMany(ulong digits, int fraction, out double quotient)
    {
        quotient = 0;
        if ((uint)fraction >= (uint)Tens.Length)
        {
            return false;
        }

        // What division and conversion have left over is exact; its share is known to fifty bits.
        double tens = Tens[fraction];
        double high = digits;
        double first = high / tens;
        double left = Math.FusedMultiplyAdd(-first, tens, high) + (high >= 18446744073709551616.0 ? 0 : (long)(digits - (ulong)high));
        double second = left / tens;
        double slack = Math.Abs(second) * 8.881784197001252e-16;
        quotient = first + second;
        return high < 1.8e19 && first + (second + slack) == quotient && first + (second - slack) == quotient;
    }

    private static NumberForm WholeNumber(ReadOnlySpan<byte> cell, ulong digits, int count, bool negative, out long integer, out double number)
    {
        number = 0;
        if (count <= 18)
        {
            integer = negative ? -(long)digits : (long)digits;
            return NumberForm.Integer;
        }

        ReadOnlySpan<byte> plain = cell[0] == (byte)'+' ? cell[1..] : cell;
        if (Utf8Parser.TryParse(plain, out integer, out int consumed) && consumed == plain.Length)
        {
            return NumberForm.Integer;
        }

        number = double.Parse(plain, CultureInfo.InvariantCulture);
        return Utf8Parser.TryParse(plain, out ulong _, out consumed) && consumed == plain.Length ? NumberForm.Number : NumberForm.Huge;
    }

    private static bool Infinity(ReadOnlySpan<byte> word, bool negative, out double number)
    {
        number = negative ? double.NegativeInfinity : double.PositiveInfinity;
        return Ascii.EqualsIgnoreCase(word, "inf"u8) || Ascii.EqualsIgnoreCase(word, "infinity"u8);
    }

    private static bool IsExponent(ReadOnlySpan<byte> rest)
    {
        if (rest[0] is not ((byte)'e' or (byte)'E'))
        {
            return false;
        }

        rest = rest[1..];
        rest = !rest.IsEmpty && rest[0] is (byte)'-' or (byte)'+' ? rest[1..] : rest;
        return !rest.IsEmpty && rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> cell)
    {
        if (cell.IsEmpty || (cell[0] > (byte)' ' && cell[^1] > (byte)' '))
        {
            return cell;
        }

        return cell.Trim(" \t\n\v\f\r"u8);
    }
}
