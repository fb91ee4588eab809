using AgentIde.Core.Runs;
using AgentIde.Models.Answers;

namespace AgentIde.Models.Tests.Answers;

public sealed class SamenessTests
{
    private const string Python = "def f(a):\n    if a:\n        return g(a, 'x # y')\n    return 1\n";
    private const string CSharp = "foreach (var x in xs)\n{\n    Console.WriteLine($\"{x}: {m[\"// no\"]}\");\n}\n";

    [Theory]
    [InlineData("# what\ndef f(a):  # it\n\n    if a:   \n        return g(a, 'x # y')\n\n\n    return 1")]
    [InlineData("def f( a ) :\n  if a :\n   return g(a,'x # y')\n  return 1\n")]
    [InlineData("def f(a):\r\n\tif a:\r\n\t\treturn g(\r\na,\r\n    'x # y'\r\n)\r\n\treturn \\\r\n  1\r\n")]
    public void Python_that_only_looks_different_is_the_same(string code) =>
        Sameness.Of(code, ProgramLanguage.Python).ShouldBe(Sameness.Of(Python, ProgramLanguage.Python));

    [Theory]
    [InlineData("def f(a):\n    if a:\n        return g(a, 'x #  y')\n    return 1\n")]
    [InlineData("def f(a):\n    if a:\n        return g(a, 'x # y')\n        return 1\n")]
    [InlineData("def f(a):\n    if a:\n        return g(a, 'x # y')\n    return 2\n")]
    [InlineData("def f(a):\n    if a:\n        return ga('x # y')\n    return 1\n")]
    [InlineData("def f(a):\n    if a:\n        return\n        g(a, 'x # y')\n    return 1\n")]
    [InlineData("")]
    public void Python_that_does_something_else_is_not(string code) =>
        Sameness.Of(code, ProgramLanguage.Python).ShouldNotBe(Sameness.Of(Python, ProgramLanguage.Python));

    [Fact]
    public void Texts_of_Python_keep_their_insides()
    {
        Of("x = '''a\n\n  # b'''").ShouldNotBe(Of("x = '''a\n\n  # c'''"));
        Of("x = r'\\'' # a").ShouldBe(Of("x = r'\\'' # b"));
        Of("x = f\"{y!r}#\" + z").ShouldNotBe(Of("x = f\"{y!r}#\" + w"));

        static Digest Of(string code) => Sameness.Of(code, ProgramLanguage.Python);
    }

    [Theory]
    [InlineData("// loop\nforeach(var x in xs){ Console.WriteLine( $\"{x}: {m[\"// no\"]}\" ) ; /* done */ }")]
    [InlineData("foreach (var x in xs)\r\n\r\n{\r\nConsole . WriteLine($\"{x}: {m[\"// no\"]}\");}")]
    public void CSharp_that_only_looks_different_is_the_same(string code) =>
        Sameness.Of(code, ProgramLanguage.CSharp).ShouldBe(Sameness.Of(CSharp, ProgramLanguage.CSharp));

    [Theory]
    [InlineData("x = @\"a\\\"; // b", "x = @\"a\\\"; // c", true)]
    [InlineData("x = \"a // b\";", "x = \"a // c\";", false)]
    [InlineData("x = \"\"\"a \" // b\"\"\";", "x = \"\"\"a \" // c\"\"\";", false)]
    [InlineData("x = '\"'; // b", "x = '\"'; // c", true)]
    [InlineData("x = @\"a\"\" // b\";", "x = @\"a\"\" // c\";", false)]
    [InlineData("x = $\"{{\"; // b", "x = $\"{{\"; // c", false)]
    [InlineData("x = 1;", "x = 2;", false)]
    public void Texts_of_CSharp_keep_their_insides(string one, string other, bool same) =>
        (Sameness.Of(one, ProgramLanguage.CSharp) == Sameness.Of(other, ProgramLanguage.CSharp)).ShouldBe(same);
}
