using Spectre.Console;

namespace AgentIde.Cli.Terminal;

/// <summary>Standard output as a screen; where it is a pipe, wide enough that no line is broken.</summary>
internal static class Screen
{
    private const int PipeWidth = 200;

    public static IAnsiConsole Console { get; } = Create();

    private static IAnsiConsole Create()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (System.Console.IsOutputRedirected)
        {
            console.Profile.Width = PipeWidth;
        }

        return console;
    }
}
