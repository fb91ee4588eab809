using AgentIde.Core.Runs;
using AgentIde.Models.Answers;

namespace AgentIde.Models.Tests.Answers;

public sealed class AnswerFormsTests
{
    private const string Program = "import pandas as pd\n\ntest = pd.read_csv(\"input/test.csv\")\ntest.to_csv(\"working/submission.csv\")\n";

    private static readonly AnswerContext Draft = new(Operator.Draft, null, ProgramLanguage.Python);

    [Fact]
    public void A_plan_and_one_fenced_program_are_read_as_they_stand()
    {
        Answer answer = AnswerReader.Read($"Fit a ridge on the log of the price, as it is skewed.\n\n```python\n{Program}```", Draft);

        answer.Plan.ShouldBe("Fit a ridge on the log of the price, as it is skewed.");
        answer.Code.ShouldBe(Program);
        answer.Reasons.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("```python\n{0}```")]
    [InlineData("```\n{0}```")]
    [InlineData("```py\n{0}\n\n```\n")]
    [InlineData("```Python3\n{0}```")]
    [InlineData("```python title=\"solution.py\"\n{0}```")]
    [InlineData("``` {{.python}}\n{0}```")]
    [InlineData("~~~python\n{0}~~~")]
    [InlineData("````python\n{0}````")]
    [InlineData("  ```python\n{0}  ```")]
    [InlineData("```python\n{0}")]
    [InlineData("```python\n\n\n{0}```\n\nThis should do well.")]
    [InlineData("Here it is: ```python\n{0}```")]
    [InlineData("{0}")]
    [InlineData("I read the test and write it.\n\n{0}")]
    [InlineData("<think>Should it be ```python\nx = 1\n```?</think>\n```python\n{0}```")]
    [InlineData("<think>a</think><think>b</think>\n```python\n{0}```")]
    [InlineData("It may be a ridge.\n</think>\n```python\n{0}```")]
    public void Every_usual_way_to_give_a_program_gives_the_same_program(string form) =>
        AnswerReader.Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Program), Draft).Code.ShouldBe(Program);

    [Fact]
    public void Line_ends_of_Windows_and_lone_surrogates_are_mended()
    {
        Answer answer = AnswerReader.Read($"Plan.\r\n```python\r\n{Program.Replace("\n", "\r\n")}x = \"\ud800\"\r\n```\r\n", Draft);

        answer.Code.ShouldBe(Program + "x = \"\uFFFD\"\n");
    }

    [Fact]
    public void Commands_of_a_shell_beside_the_program_are_no_part_of_it() =>
        AnswerReader.Read($"```bash\npip install pandas lightgbm catboost torch torchvision transformers accelerate datasets evaluate optuna sktime prophet\n```\n```python\n{Program}```", Draft).Code.ShouldBe(Program);

    [Fact]
    public void Of_two_whole_programs_the_longer_is_taken() =>
        AnswerReader.Read($"First try:\n```python\n{Program}```\nBetter:\n```python\n# with a comment\n{Program}```", Draft).Code.ShouldBe("# with a comment\n" + Program);

    [Fact]
    public void Of_two_programs_of_one_length_the_last_is_taken() =>
        AnswerReader.Read($"```python\n{Program}a = 1\n```\n```python\n{Program}a = 2\n```", Draft).Code.ShouldBe(Program + "a = 2\n");

    [Fact]
    public void A_longer_example_that_reads_nothing_and_writes_nothing_is_not_the_program() =>
        AnswerReader.Read($"```python\n{string.Concat(Enumerable.Repeat("x = 1\n", 100))}```\n```python\n{Program}```", Draft).Code.ShouldBe(Program);

    [Fact]
    public void A_program_that_was_cut_in_pieces_is_joined()
    {
        const string first = "import pandas as pd\ntest = pd.read_csv(\"input/test.csv\")", second = "test.to_csv(\"working/submission.csv\")";

        Answer answer = AnswerReader.Read($"Load:\n```python\n{first}\n```\nWrite:\n```python\n{second}\n```", Draft);

        answer.Plan.ShouldBe("Load:");
        answer.Code.ShouldBe($"{first}\n\n{second}\n");
    }

    [Theory]
    [InlineData("text = \"\"\"\n```\nx\n```\n\"\"\"\n")]
    [InlineData("'''\n```markdown\nx\n```\n'''\n")]
    public void A_fence_in_a_text_of_the_program_does_not_end_it(string text) =>
        AnswerReader.Read($"Plan.\n```python\n{text}{Program}```\nReasons:", Draft).Code.ShouldBe(text + Program);

    [Fact]
    public void A_lone_mark_of_a_text_does_not_swallow_what_comes_after_the_program() =>
        AnswerReader.Read($"Plan.\n```python\n# no \"\"\" here\n{Program}```\nReasons:\n- load: `import pandas as pd` - needed", Draft).Code.ShouldBe("# no \"\"\" here\n" + Program);

    [Theory]
    [InlineData("{\"plan\": \"A ridge.\", \"code\": \"a = 1\\nb = 2\\n\", \"reasons\": \"\"}")]
    [InlineData("```json\n{\"plan\": \"A ridge.\", \"code\": \"a = 1\\nb = 2\\n\"}\n```")]
    [InlineData("Here is my answer: {\"plan\": \"A ridge.\", \"code\": \"a = 1\\nb = 2\\n\"} I hope it helps.")]
    [InlineData("Of {x} and {y}: {\"plan\": \"A ridge.\", \"code\": \"a = 1\\nb = 2\\n\"}")]
    [InlineData("{\"plan\": \"A ridge.\", \"code\": \"a = 1\nb = 2\n\",}")]
    [InlineData("{'plan': 'A ridge.', 'code': 'a = 1\\nb = 2\\n'}")]
    [InlineData("{\"Plan\": \"A ridge.\", \"Code\": \"```python\\na = 1\\nb = 2\\n```\"}")]
    [InlineData("{\"plan\": \"A ridge.\", \"code\": \"\"\"a = 1\nb = 2\n\"\"\"}")]
    [InlineData("{\"plan\": \"A ridge.\", \"code\": \"a = 1\\nb = 2\\n")]
    public void An_object_is_read_however_loosely_it_is_written(string text)
    {
        Answer answer = AnswerReader.Read(text, Draft);

        answer.Plan.ShouldBe("A ridge.");
        answer.Code.ShouldBe("a = 1\nb = 2\n");
    }

    [Fact]
    public void A_program_in_an_object_may_hold_fences_and_backslashes_of_its_own() =>
        AnswerReader.Read("{\"plan\": \"p\", \"code\": \"import re\\nre.sub('\\d', '', '''\\n```\\nx\\n```\\n''')\\n\"}", Draft).Code
            .ShouldBe("import re\nre.sub('\\d', '', '''\n```\nx\n```\n''')\n");

    [Fact]
    public void Programs_in_csharp_are_read_too()
    {
        const string program = "using System.IO;\n\nvar rows = File.ReadAllLines(\"input/test.csv\");\nFile.WriteAllLines(\"working/submission.csv\", rows);\n";
        AnswerContext context = new(Operator.Draft, null, ProgramLanguage.CSharp);

        AnswerReader.Read($"Copy.\n```csharp\n{program}```", context).Code.ShouldBe(program);
        AnswerReader.Read($"Copy.\n```c#\n{program}```", context).Code.ShouldBe(program);
        AnswerReader.Read($"Copy the rows.\n\n{program}", context).Code.ShouldBe(program);
    }

    [Theory]
    [InlineData("", "The answer is empty.")]
    [InlineData(" \n\n ", "The answer is empty.")]
    [InlineData("<think>What a task", "The answer is empty.")]
    [InlineData("I can't help with that.", "The model refused: \"I can't help with that.\"")]
    [InlineData("I’m sorry, but I cannot do this.", "The model refused: \"I’m sorry, but I cannot do this.\"")]
    [InlineData("A ridge would be good.", "The answer holds no program; it begins with \"A ridge would be good.\".")]
    [InlineData("From all of this I conclude that trees win.\nUsing them is wise.", "The answer holds no program; it begins with \"From all of this I conclude that trees win. Using them is wise.\".")]
    [InlineData("Do\n```bash\nrm -rf /\n```", "The answer's only block of code is marked \"bash\": the program must be Python.")]
    [InlineData("```csharp\nvar x = 1;\n```", "The answer's only block of code is marked \"csharp\": the program must be Python.")]
    [InlineData("Plan.\n```python\n\n```", "The answer holds no program; it begins with \"Plan. ```python ```\".")]
    [InlineData("{\"plan\": \"p\", \"code\": \"  \"}", "The program in the answer is empty.")]
    [InlineData("```python\nx = '\0'\n```", "The program holds a NUL character.")]
    public void An_answer_without_a_program_says_what_is_wrong(string text, string message) =>
        Should.Throw<UnreadableAnswerException>(() => AnswerReader.Read(text, Draft)).Message.ShouldBe(message);

    [Fact]
    public void A_program_may_have_half_a_megabyte_and_no_more()
    {
        string line = new string('#', 99) + "\n";

        AnswerReader.Read($"```python\n{string.Concat(Enumerable.Repeat(line, 5_000))}```", Draft).Code.Length.ShouldBe(500_000);
        Should.Throw<UnreadableAnswerException>(() => AnswerReader.Read($"```python\n{string.Concat(Enumerable.Repeat(line, 5_001))}```", Draft))
            .Message.ShouldBe("The program is longer than 500 KB.");
    }
}
