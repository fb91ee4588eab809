using System.Diagnostics;

namespace AgentIde.Tasks.Tests;

/// <summary>The Python that has scikit-learn and pandas: what the project's own figures are held against.</summary>
internal static class Python
{
    public static async Task<string> RunAsync(string script, string input)
    {
        ProcessStartInfo start = new("/usr/bin/python3")
        {
            ArgumentList = { "-W", "ignore", "-c", script },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Tests run side by side; threads that wait for each other by spinning would starve them.
            Environment = { ["OMP_NUM_THREADS"] = "1", ["OPENBLAS_NUM_THREADS"] = "1" },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
        return await output;
    }
}
