using System.Collections.Immutable;
using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Texts;
using AgentIde.Sandbox;
using AgentIde.Tasks.Folders;

namespace AgentIde.Cli.Attacks;

/// <summary>What of this product is beyond the sandbox and takes what candidates leave: the real parts, on tasks made for it.</summary>
internal sealed class ProductTargets : IDisposable
{
    private const int OneLine = 400;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentide-targets-");
    private readonly Lazy<IGrader> _grader;

    /// <param name="engineArguments">By which another process of this program comes to the same engine.</param>
    public ProductTargets(SandboxEngine engine, string[] engineArguments)
    {
        _grader = new Lazy<IGrader>(() => AttackedTask.Write(Path.Combine(_folder.FullName, "graded"), trainRows: 8, testRows: 2).PrivateGrader()!);
        Targets = new AttackTargets
        {
            GradeAsync = async (submission, cancellationToken) => await _grader.Value.GradeAsync(submission, cancellationToken) is { Score: null } grade ? grade.Problem ?? "no score" : null,
            Show = Show,
            CutAsync = (folder, cancellationToken) => AttackedTask.CutAsync(Path.Combine(_folder.FullName, "cut"), folder, cancellationToken),
            Holder = ([.. RunnerProcess.Self, "sandbox", HoldCommand.Name, .. engineArguments], engine.RemoveLeftovers),
        };
    }

    public AttackTargets Targets { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    private static ImmutableArray<ShownOutput> Show(string text) =>
    [
        new("the terminal", SafeText.Lines(text), IsMarkdown: false),
        new("a line of the terminal", SafeText.OneLine(text, OneLine), IsMarkdown: false),
        new("a message of the editor", PlainText.Visible(text), IsMarkdown: false),
        new("the editor", PlainText.Markdown(text), IsMarkdown: true),
        new("a code block of the editor", PlainText.Fenced(text, "text"), IsMarkdown: true),
    ];
}
