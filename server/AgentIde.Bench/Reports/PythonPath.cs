namespace AgentIde.Bench.Reports;

/// <summary>Paths as Python's <c>pathlib</c> writes them, for they stand in MLE-bench's reports.</summary>
public static class PythonPath
{
    /// <summary>Without <c>.</c> and empty parts; <c>..</c> stays.</summary>
    public static string Normal(string path)
    {
        string root = path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal) ? "//" : path.StartsWith('/') ? "/" : "";
        string rest = string.Join('/', path.Split('/').Where(part => part is not ("" or ".")));
        return root + rest is { Length: > 0 } normal ? normal : ".";
    }

    /// <summary>Whether a file's name ends as that of a CSV: a name that is <c>.csv</c> alone has no ending.</summary>
    public static bool IsCsv(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return name.LastIndexOf('.') > 0 && name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
    }
}
