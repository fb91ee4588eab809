using System.Runtime.CompilerServices;

namespace AgentIde.Testing;

/// <summary>
/// Compares a text with the file beside the test that holds what is expected. With <c>AGENTIDE_RENEW=1</c> in the
/// environment the file is written anew instead; look at the difference before you commit it.
/// </summary>
public static class ExpectedText
{
    public const string Variable = "AGENTIDE_RENEW";

    /// <param name="file">Relative to the folder of the calling test's source.</param>
    /// <exception cref="InvalidOperationException">The text differs; the message names the first line that does.</exception>
    public static void Compare(string actual, string file, [CallerFilePath] string caller = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(caller)!, file);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (actual == expected)
        {
            return;
        }

        string[] ours = actual.Split('\n');
        string[] theirs = expected.Split('\n');
        int line = 0;
        while (line < ours.Length && line < theirs.Length && ours[line] == theirs[line])
        {
            line++;
        }

        throw new InvalidOperationException(
            $"{file}, line {line + 1}:\n  expected: {theirs.ElementAtOrDefault(line) ?? "the end"}\n  but was:  {ours.ElementAtOrDefault(line) ?? "the end"}\nIf that is meant, run the test with {Variable}=1.");
    }
}
