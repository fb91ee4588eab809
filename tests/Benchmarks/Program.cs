using AgentIde.Benchmarks;

// Each benchmark prints lines of: name, figure, ratio to what it is measured against, goal.
string[] wanted = args.Length > 0 ? args : ["language-server", "debug-adapter", "sandbox", "model", "search", "grading"];
foreach (string name in wanted)
{
    switch (name)
    {
        case "language-server":
            await LanguageServerBenchmark.RunAsync();
            break;
        case "debug-adapter":
            await DebugAdapterBenchmark.RunAsync();
            break;
        case "sandbox":
            await SandboxBenchmark.RunAsync();
            break;
        case "model":
            await ModelBenchmark.RunAsync();
            break;
        case "search":
            await SearchBenchmark.RunAsync();
            break;
        case "grading":
            await GradingBenchmark.RunAsync();
            break;
        default:
            Console.Error.WriteLine($"There is no benchmark '{name}': language-server, debug-adapter, sandbox, model, search or grading.");
            return 2;
    }
}

return 0;
