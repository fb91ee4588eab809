using AgentIde.Import.Aide;

namespace AgentIde.Import.Tests.Aide;

public sealed class PythonLiteralTests
{
    [Theory]
    [InlineData("""'it\'s "so"'""", "it's \"so\"")]
    [InlineData("""" "it's" """", "it's")]
    [InlineData("""'\x41\u00e9\U0001F600\t\\d\d'""", "Aé😀\t\\d\\d")]
    [InlineData("""'\ud800'""", "\uFFFD")]
    public void A_text_is_what_Python_meant(string printed, string text) => PythonLiteral.Read(printed)!.Text.ShouldBe(text);

    [Fact]
    public void A_dict_has_its_fields_whatever_their_kind()
    {
        PythonValue value = PythonLiteral.Read("{'a': True, \"b\": None, 'c': -1.5e-3, 'd': (1, 'x',), 'e': nan, 'f': {}}")!;
        value.ShouldSatisfyAllConditions(
            () => value["a"]!.Flag.ShouldBe(true),
            () => value["b"].ShouldBe(PythonValue.None),
            () => value["c"]!.Number.ShouldBe(-0.0015),
            () => value["d"]!.Items!.Value.Select(item => item.Text).ShouldBe([null, "x"]),
            () => value["e"]!.Number.ShouldBe(double.NaN),
            () => value["f"]!.Fields!.ShouldBeEmpty(),
            () => value["g"].ShouldBeNull());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("[1 2]")]
    [InlineData("['a'] and more")]
    [InlineData("{'a'}")]
    [InlineData("{1: 2}")]
    [InlineData("'never ends")]
    [InlineData(@"'\u12'")]
    [InlineData("__import__('os')")]
    public void What_is_no_literal_is_none(string text) => PythonLiteral.Read(text).ShouldBeNull();
}
