using System.Runtime.CompilerServices;

namespace AgentIde.Tasks.Tests;

/// <summary>Text that a test compares with a file beside it. <c>AGENTIDE_RENEW=1</c> writes the file anew: then read the difference.</summary>
internal static class ExpectedText
{
    public static void ShouldMatch(string actual, string file, [CallerFilePath] string caller = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(caller)!, file);
        if (Environment.GetEnvironmentVariable("AGENTIDE_RENEW") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        actual.ShouldBe(File.ReadAllText(path), $"AGENTIDE_RENEW=1 renews {file}");
    }
}
