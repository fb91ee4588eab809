using AgentIde.Core.Runs;
using AgentIde.Models.Answers;

namespace AgentIde.Models.Tests.Answers;

public sealed class EditTests
{
    private const string Parent = """
        import pandas as pd

        def load():
            train = pd.read_csv("input/train.csv")
            return train

        def fit(rounds=100):
            for fold in range(5):
                print(fold)
            print("score: 1")

        fit()

        """;

    [Fact]
    public void An_edit_replaces_the_lines_that_it_names()
    {
        Answer answer = Read("Fewer folds are enough.\n\n" + Edit("    for fold in range(5):", "    for fold in range(3):"));

        answer.Plan.ShouldBe("Fewer folds are enough.");
        answer.Code.ShouldBe(Parent.Replace("range(5)", "range(3)"));
    }

    [Fact]
    public void Several_edits_apply_in_order_each_on_what_the_one_before_left()
    {
        string text = Edit("fit()", "fit(200)") + "\nand\n" + Edit("fit(200)", "fit(300)") + Edit("            print(fold)\n".TrimEnd(), "");

        Read(text, Parent.Replace("        print(fold)", "            print(fold)")).Code.ShouldBe(Parent.Replace("\nfit()", "\nfit(300)").Replace("        print(fold)\n", ""));
    }

    [Theory]
    [InlineData("```python\n{0}\n```")]
    [InlineData("```\n{0}\n```")]
    [InlineData("{0}")]
    [InlineData("solution.py\n```diff\n{0}\n```\nReasons:\n")]
    [InlineData("{{\"plan\": \"p\", \"code\": '''{0}'''}}")]
    public void Edits_are_found_in_fences_in_objects_and_without(string form) =>
        Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Edit("fit()", "fit(7)"))).Code.ShouldBe(Parent.Replace("\nfit()", "\nfit(7)"));

    [Fact]
    public void Marks_of_other_lengths_and_with_spaces_count_too() =>
        Read("<<<<<<<<<SEARCH\nfit()\n======\nfit(7)\n>>>>>> REPLACE:").Code.ShouldBe(Parent.Replace("\nfit()", "\nfit(7)"));

    [Theory]
    [InlineData("=====")]
    [InlineData("======")]
    [InlineData("========")]
    public void A_line_under_a_title_in_the_program_divides_no_edit(string underline)
    {
        string parent = $"\"\"\"\nTitle\n{underline}\n\"\"\"\nfit()\n";

        Read(Edit($"Title\n{underline}\n\"\"\"\nfit()", $"Other\n{underline}\n\"\"\"\nfit(7)"), parent).Code.ShouldBe($"\"\"\"\nOther\n{underline}\n\"\"\"\nfit(7)\n");
    }

    [Fact]
    public void White_space_at_line_ends_does_not_matter() =>
        Read(Edit("def load():  \n    train = pd.read_csv(\"input/train.csv\")\t", "def load():\n    train = None")).Code.ShouldContain("def load():\n    train = None\n    return train\n");

    [Fact]
    public void Lines_without_their_indentation_are_found_and_the_new_ones_are_indented_as_the_old() =>
        Read(Edit("for fold in range(5):\n    print(fold)", "for fold in range(3):\n    if fold:\n\n        print(fold)")).Code
            .ShouldContain("    for fold in range(3):\n        if fold:\n\n            print(fold)\n    print(\"score: 1\")");

    [Fact]
    public void Lines_with_too_much_indentation_are_found_too() =>
        Read(Edit("        fit()", "        fit(1)\n        fit(2)")).Code.ShouldEndWith("\nfit(1)\nfit(2)\n");

    [Fact]
    public void Lines_that_stand_nowhere_are_refused_with_the_nearest_ones()
    {
        UnreadableAnswerException problem = Should.Throw<UnreadableAnswerException>(() => Read(Edit("fit()", "fit(2)") + Edit("    train = pd.read_csv(\"train.csv\")", "x")));

        problem.Message.ShouldBe("Edit 2 can't be placed: the program has no such lines as \"train = pd.read_csv(\"train.csv\")\"; the nearest are those from line 4. Copy the lines exactly, or give the whole program.");
        problem.Excerpt.ShouldBe("def load():\n    train = pd.read_csv(\"input/train.csv\")\n    return train\n");
    }

    [Fact]
    public void Lines_that_stand_twice_are_refused_with_their_places() =>
        Should.Throw<UnreadableAnswerException>(() => Read(Edit("x = 1", "x = 2"), "x = 1\ny = 2\nx = 1\n"))
            .Message.ShouldBe("Edit 1 can't be placed: what it searches for stands at lines 1, 3; give more lines of the right place.");

    [Fact]
    public void Exact_lines_win_over_those_that_are_only_alike() =>
        Read(Edit("x = 1", "x = 2"), "if a:\n    x = 1\nx = 1\n").Code.ShouldBe("if a:\n    x = 1\nx = 2\n");

    [Theory]
    [InlineData("<<<<<<< SEARCH\nfit()\n>>>>>>> REPLACE", "Edit 1 has no ======= between SEARCH and REPLACE")]
    [InlineData("<<<<<<< SEARCH\nfit()\n=======\nfit(1)", "Edit 1 has no >>>>>>> REPLACE at its end")]
    [InlineData("<<<<<<< SEARCH\nfit()", "Edit 1 has no ======= and no >>>>>>> REPLACE")]
    [InlineData("<<<<<<< SEARCH\nfit()\n=======\n<<<<<<< SEARCH", "Edit 1 has no >>>>>>> REPLACE at its end")]
    [InlineData("<<<<<<< SEARCH\n\n=======\nfit(1)\n>>>>>>> REPLACE", "Edit 1 has nothing behind SEARCH")]
    public void A_broken_edit_is_named(string text, string message) =>
        Should.Throw<UnreadableAnswerException>(() => Read(text)).Message.ShouldStartWith(message);

    [Fact]
    public void More_edits_than_make_sense_are_refused() =>
        Should.Throw<UnreadableAnswerException>(() => Read(string.Concat(Enumerable.Repeat(Edit("fit()", "fit()"), 51))))
            .Message.ShouldBe("There are more than 50 edits: give the whole program instead.");

    [Fact]
    public void A_draft_has_nothing_to_edit() =>
        Should.Throw<UnreadableAnswerException>(() => AnswerReader.Read(Edit("a", "b"), new AnswerContext(Operator.Draft, null, ProgramLanguage.Python)))
            .Message.ShouldBe("There is no program to edit yet: give the whole program.");

    [Fact]
    public void A_whole_program_is_taken_instead_of_edits() =>
        Read($"Anew.\n```python\n{Parent}# new\n```").Code.ShouldBe(Parent + "# new\n");

    [Fact]
    public void A_whole_program_beside_edits_that_fail_is_taken()
    {
        Answer answer = Read($"Less.\n```\n{Edit("nowhere", "x")}```\nThe whole:\n```python\n{Parent}# new\n```");

        answer.Plan.ShouldBe("Less.");
        answer.Code.ShouldBe(Parent + "# new\n");
    }

    [Theory]
    [InlineData("Only this changes:\n```python\ndef f():\n    return 2\n```")]
    [InlineData("{\"plan\": \"p\", \"code\": \"def f():\\n    return 2\\n\"}")]
    public void A_piece_of_the_program_without_marks_is_refused(string text) =>
        Should.Throw<UnreadableAnswerException>(() => Read(text, "def f():\n    return 1\n\nread(\"input/test.csv\")\nwrite(\"working/submission.csv\")\n"))
            .Message.ShouldStartWith("The code in the answer is a piece of the program");

    [Fact]
    public void Edits_work_in_csharp() =>
        AnswerReader.Read(Edit("var x = 1;", "var x = 2;"), new AnswerContext(Operator.Debug, "{\n    var x = 1;\n}\n", ProgramLanguage.CSharp)).Code.ShouldBe("{\n    var x = 2;\n}\n");

    private static string Edit(string search, string replace) => $"<<<<<<< SEARCH\n{search}\n=======\n{(replace.Length == 0 ? "" : replace + "\n")}>>>>>>> REPLACE\n";

    private static Answer Read(string text, string parent = Parent) => AnswerReader.Read(text, new AnswerContext(Operator.Improve, parent, ProgramLanguage.Python));
}
