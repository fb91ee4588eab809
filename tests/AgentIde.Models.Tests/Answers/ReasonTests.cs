using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Answers;

namespace AgentIde.Models.Tests.Answers;

public sealed class ReasonTests
{
    private const string Program = "import os\n\nx = load()\ny = log(x)\n\nmodel = Ridge()\nmodel.fit(x, y)\nx = load()\n";

    [Fact]
    public void A_reason_is_tied_to_the_part_whose_first_line_it_quotes() => Read("""
        Reasons:
        - load: `x = load()` - everything at once
        - target: `y = log(x)` — the price is skewed
        - model: `model = Ridge()`: few rows
        """).ShouldBe(
        [
            new Reason(3, 3, "load", "everything at once"),
            new Reason(4, 4, "target", "the price is skewed"),
            new Reason(6, 8, "model", "few rows"),
        ]);

    [Fact]
    public void Reasons_come_in_the_order_of_the_lines_and_equal_lines_one_after_the_other() => Read("""
        * **model**: ``model = Ridge()`` => few rows
        1. again: `    x = load()  ` - once more
        - `x = load()` the first
        """).ShouldBe(
        [
            new Reason(3, 4, "x = load()", "the first"),
            new Reason(6, 7, "model", "few rows"),
            new Reason(8, 8, "again", "once more"),
        ]);

    [Fact]
    public void What_can_not_be_placed_is_dropped() =>
        Read("- a: `no such line` - why\n- b: `` - why\n- c: `import os`\n- `\nNo reason at all: `import os` - x\n").ShouldBeEmpty();

    [Fact]
    public void Reasons_of_an_object_are_lines_or_objects()
    {
        Reason[] expected = [new(1, 1, "load", "needed"), new(6, 8, "model", "few rows")];

        Object("\"- load: `import os` - needed\\n- model: `model = Ridge()` - few rows\"").ShouldBe(expected);
        Object("[\"load: `import os` - needed\", \"- model: `model = Ridge()` - few rows\"]").ShouldBe(expected);
        Object("[{\"block\": \"load\", \"line\": \"import os\", \"text\": \"needed\"}, {\"block\": \"model\", \"line\": \"`model = Ridge()`\", \"why\": \"few rows\"}, {\"block\": \"x\"}, 7]").ShouldBe(expected);
    }

    [Fact]
    public void Reasons_are_plain_and_short()
    {
        Reason reason = Read($"- lo\u202Ead: `import os` - {new string('x', 500)}\u0007").ShouldHaveSingleItem();

        reason.Block.ShouldBe("lo\\u{202E}ad");
        reason.Text.Length.ShouldBe(300);
    }

    [Fact]
    public void Reasons_of_edits_are_tied_to_the_program_that_they_make()
    {
        Answer answer = AnswerReader.Read(
            "Less.\n<<<<<<< SEARCH\nmodel = Ridge()\n=======\n\nmodel = Ridge(3)\n>>>>>>> REPLACE\n\nReasons:\n- model: `model = Ridge(3)` - less of it",
            new AnswerContext(Operator.Improve, Program, ProgramLanguage.Python));

        answer.Reasons.ShouldBe([new Reason(6, 8, "model", "less of it")]);
    }

    private static IEnumerable<Reason> Read(string reasons) =>
        AnswerReader.Read($"Plan.\n```python\n{Program}```\n{reasons}", new AnswerContext(Operator.Draft, null, ProgramLanguage.Python)).Reasons;

    private static IEnumerable<Reason> Object(string reasons) =>
        AnswerReader.Read($"{{\"plan\": \"p\", \"code\": \"{Program.Replace("\n", "\\n")}\", \"reasons\": {reasons}}}", new AnswerContext(Operator.Draft, null, ProgramLanguage.Python)).Reasons;
}
