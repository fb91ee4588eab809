using System.Globalization;
using System.Text;
using AgentIde.MleBench.Tables;
using CsCheck;

namespace AgentIde.MleBench.Tests;

public sealed class TableTests
{
    [Fact]
    public void Kinds_are_those_of_whole_columns()
    {
        Table table = Read("a,b,c,d,e\n007, 1.5,True,x,\n+5,NA,false,1,7\n");
        table.Columns.Select(column => column.Kind).ShouldBe([CellKind.Integer, CellKind.Number, CellKind.Truth, CellKind.Text, CellKind.Number]);
        table.Columns.Select(column => column.TextOf(0)).ShouldBe(["7", "1.5", "True", "x", "nan"]);
        table["e"].TextOf(1).ShouldBe("7.0");
    }

    [Fact]
    public void Quoted_fields_hold_quotes_commas_and_lines()
    {
        Table table = Read("\ufeffid,text\r\n1,\"a \"\"b\"\", c\nd\"e\"\r\n\r\n  \n2,x\"y");
        table.Rows.ShouldBe(2);
        table["text"].TextOf(0).ShouldBe("a \"b\", c\nde\"");
        table["text"].TextOf(1).ShouldBe("x\"y");
    }

    [Fact]
    public void Surplus_fields_of_the_first_row_shift_the_columns_and_short_rows_are_padded()
    {
        Table table = Read("id,x\n1,0.5,\n2,0.25\n");
        table["id"].Numbers.ShouldBe([0.5, 0.25]);
        table["x"].IsMissing(1).ShouldBeTrue();
    }

    [Fact]
    public void Names_that_repeat_get_a_suffix_and_none_a_number() =>
        Read("x,x,,x\n1,2,3,4\n").Columns.Select(column => column.Name).ShouldBe(["x", "x.1", "Unnamed: 2", "x.2"]);

    [Theory]
    [InlineData(123, "123.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(-0.00012, "-0.00012")]
    [InlineData(1e16, "1e+16")]
    [InlineData(9007199254740993e0, "9007199254740992.0")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Numbers_are_written_as_Python_writes_them(double number, string text) => PythonText.Of(number).ShouldBe(text);

    [Theory]
    [InlineData("0.30000000000000004")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("4.9e-324")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("9007199254740993.0")]
    public void Numbers_are_the_nearest_doubles(string text)
    {
        NumberText.Parse(Encoding.UTF8.GetBytes(text), out _, out double number).ShouldBe(NumberForm.Number);
        number.ShouldBe(double.Parse(text, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Numbers_of_many_digits_are_the_nearest_doubles_too() =>
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Int[0, 19], Gen.Double[0, 1]).Sample(
            (digits, point, share) =>
            {
                string figures = digits.ToString(CultureInfo.InvariantCulture).PadLeft(point + 1, '0');
                foreach (string text in new[] { $"{figures[..^point]}.{figures[^point..]}", share.ToString("F17", CultureInfo.InvariantCulture), share.ToString("R", CultureInfo.InvariantCulture) })
                {
                    NumberForm form = NumberText.Parse(Encoding.UTF8.GetBytes(text), out long integer, out double number);
                    (form == NumberForm.Integer ? integer : number).ShouldBe(double.Parse(text, CultureInfo.InvariantCulture), text);
                }
            },
            iter: Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 3_000_000 : 20_000);

    private static Table Read(string text) => TableReader.Read(Encoding.UTF8.GetBytes(text), TableLimits.Usual);
}
