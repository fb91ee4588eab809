using System.Diagnostics;
using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class EmacsTests
{
    [Fact]
    public async Task The_whole_journey_goes_through_a_real_emacs()
    {
        using TemporaryFolder workspace = new();
        Directory.CreateDirectory(workspace[".git"]);
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        JsonElement seen = await EditorJourney.OfEmacsAsync(workspace.Path, task, EditorHost.Scripted, ("AGENTIDE_JOURNEY_SECONDS", "60"));
        string Text(string name) => seen.GetProperty(name).GetString()!;
        bool Is(string name) => seen.GetProperty(name).GetBoolean();
        string[] Texts(string name) => [.. seen.GetProperty(name).EnumerateArray().Select(one => one.GetString()!)];

        Text("server").ShouldBe("agentide");
        Is("csharp").ShouldBeTrue();
        Is("tool").ShouldBeFalse();
        Texts("actionsAtFirst").ShouldBe(["Start a run on this task"]);
        Text("firstStatus").ShouldStartWith("diamonds-1: node");
        Text("lastStatus").ShouldBe("diamonds-1: node 4 of 4, best RMSLE 0.09310 ± 0.00040 (node 4); finished: all nodes are spent");
        Text("hoverOnTask").ShouldBe(Text("lastStatus"));

        Texts("actionsAtEnd").ShouldContain("Apply the best node (4, RMSLE 0.09310 ± 0.00040)");
        Text("nodeDocument").ShouldEndWith(".agentide/runs/diamonds-1/view/4/solution.py");
        Is("nodeIsReadOnly").ShouldBeTrue();
        seen.GetProperty("thoughts").EnumerateArray().Select(note => (note.GetProperty("line").GetInt32(), note.GetProperty("message").GetString())).ShouldBe(
        [
            (1, "agentide [draft]: Draft (node 1): Start with the mean: it is the floor to beat"),
            (4, "agentide [debug]: Debug (node 3): Volume is x times y times z"),
            (5, "agentide [improve]: Improve (node 4): Trees find thresholds in carat"),
            (6, "agentide [draft]: Draft (node 1): A mean is the floor to beat"),
        ]);
        Text("hoverInNode").ShouldContain("Draft (node 1): Start with the mean");

        Is("appliedIsNode").ShouldBeTrue();
        Text("undone").ShouldBeEmpty();
        Is("appliedAgain").ShouldBeTrue();
        Text("hoverBefore").ShouldContain("Improve (node 4), model: Trees find thresholds in carat");
        Text("hoverOnEdited").ShouldBe("You changed this line since node 4 of diamonds-1 was applied.");
        Text("refusal").ShouldContain("holds work of yours");
        Is("handWorkKept").ShouldBeTrue();
        (await File.ReadAllTextAsync(workspace["tasks", "diamonds", "solution.py"])).ShouldContain("# changed by hand\nmodel = Boosting(depth=8)  # and this too\n");

        Text("told").ShouldStartWith("agentide: diamonds-1 is not running any more");
        Text("runs").ShouldContain("RMSLE 0.0931 (node 4)");
        Text("thoughtDocument").ShouldEndWith("view/4/thought.md");
        Text("here").ShouldBe("(\"diamonds-1\" . 1)");
        Text("diffMode").ShouldBe("diff-mode");
        Text("diff").ShouldContain("-model = Mean()\n+train['volume'] = train.x * train.y * train.z\n+model = Boosting(depth=8)\n");
        Is("steers").ShouldBeTrue();
        Text("compared").ShouldContain("model = Boosting(depth=8)");
        Text("lateHint").ShouldStartWith("agentide: ");

        Is("managedAtEnd").ShouldBeFalse();
    }

    [Fact]
    public async Task The_set_up_compiles_without_a_warning_and_is_documented_as_emacs_wants_it()
    {
        using TemporaryFolder folder = new();
        string set = Repository.PathOf("editors", "emacs", "agentide.el");
        string check = $$"""
            (progn
              (package-initialize)
              (require 'checkdoc)
              (setq byte-compile-error-on-warn t
                    byte-compile-dest-file-function (lambda (_) "{{folder["agentide.elc"]}}"))
              (unless (eq (byte-compile-file "{{set}}") t)
                (kill-emacs 1))
              (checkdoc-file "{{set}}"))
            """;
        using Process emacs = Process.Start(new ProcessStartInfo("emacs", ["--batch", "--eval", check]) { RedirectStandardError = true })!;
        string said = await emacs.StandardError.ReadToEndAsync();
        await emacs.WaitForExitAsync();
        emacs.ExitCode.ShouldBe(0, said);
        File.Exists(folder["agentide.elc"]).ShouldBeTrue();
        said.Split('\n').Where(line => line.Contains("agentide.el:", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
