using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.Bench.Reports;

/// <summary>
/// Numbers as Python's <c>json</c> writes floats: the shortest digits that give the same double, <c>1.0</c> for one, and
/// <c>NaN</c>, <c>Infinity</c> bare, which is no JSON. What reads them here is <see cref="PythonJson"/>.
/// </summary>
public sealed class PythonNumber : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.Number
        ? reader.GetDouble()
        : reader.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => throw new JsonException("not a number"),
        };

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        writer.WriteRawValue(Text(value), skipInputValidation: true);

    internal static string Text(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        (string digits, int exponent) = Shortest(Math.Abs(value));
        string sign = double.IsNegative(value) ? "-" : "";
        return exponent switch
        {
            < -4 or >= 16 => string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}"),
            < 0 => $"{sign}0.{new string('0', -exponent - 1)}{digits}",
            _ when digits.Length <= exponent + 1 => $"{sign}{digits.PadRight(exponent + 1, '0')}.0",
            _ => $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}",
        };
    }

    /// <summary>The fewest digits that give the same double, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Shortest(double value)
    {
        string[] parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        string[] places = parts[0].Split('.');
        string all = places[0] + (places.Length > 1 ? places[1] : "");
        string digits = all.TrimStart('0');
        int exponent = places[0].Length - 1 - (all.Length - digits.Length) + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        return digits.Length == 0 ? ("0", 0) : (digits.TrimEnd('0'), exponent);
    }
}
