using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <param name="Tries">What it tries, in a sentence.</param>
/// <param name="FoundAs">The kind of finding that names it; null where there is nothing to be found, as it comes to no score.</param>
public sealed record Cheat(string Name, string Tries, string? FoundAs, string Code, bool IsCSharp);

/// <param name="Score">Null where its submission was refused.</param>
public sealed record Cheated(int Node, double? Score, double? StandardError, ImmutableArray<(string Kind, string Severity, int? Line)> Findings);

/// <summary>
/// All cheats as nodes of runs of the published product, in its sandbox and over one holdout: those in Python, those in C#, and
/// an engineer that probes; then an audit of each. The task has a column that gives its answers away, for those who use it.
/// </summary>
public sealed class CheatedRuns : IAsyncLifetime
{
    public const string Probing = "probing";

    private static readonly int Probes = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") is "1" ? 1_000 : 24;

    private static readonly string Folder = Repository.PathOf("tests", "AgentIde.EndToEnd.Tests", "Cheats");

    private readonly TemporaryFolder _folder = new();

    /// <summary>In the order of their names; the first is honest.</summary>
    public static ImmutableArray<Cheat> All { get; } = [.. Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal).Select(Read)];

    public Dictionary<string, Cheated> Results { get; } = [];

    public JsonElement Executed { get; private set; }

    /// <summary>As a person reads it: of the run in C#.</summary>
    public string Text { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        string task = _folder["task"], known = Make(task);
        string[] python = [.. InPython.Select(cheat => Proposal(cheat, known))], csharp = [.. All.Where(cheat => cheat.IsCSharp).Select(cheat => Proposal(cheat, known))];
        // Each waits for itself most of the time.
        await Task.WhenAll(
            PlayAsync("python", task, "--engineer", $"recording:{_folder.Write("python.jsonl", string.Join('\n', python))}", "--nodes", $"{python.Length}", "--parallel", "2"),
            PlayAsync("csharp", task, "--engineer", $"recording:{_folder.Write("csharp.jsonl", string.Join('\n', csharp))}", "--nodes", $"{csharp.Length}", "--language", "csharp"),
            PlayAsync(Probing, task, "--engineer", $"command:python3 {Path.Combine(Folder, $"{Probing}.py")}", "--nodes", $"{Probes}"));
        JsonElement cheats = await AuditAsync("python", "--run", "--nodes", string.Join(',', Transductive().Append(1))), probing = await AuditAsync(Probing, "--run");
        Executed = cheats.GetProperty("executed");
        await TakeAsync("python", cheats);
        await TakeAsync("csharp", await AuditAsync("csharp"));
        Text = (await Product.RunAsync(_folder["csharp"], "audit", "last")).Output;
        Results[Probing] = Of((await NodesAsync(Probing))[probing.GetProperty("chosen").GetInt32() - 1], probing, null);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<Cheat> InPython => All.Where(cheat => !cheat.IsCSharp && cheat.Name != Probing);

    private static string Proposal(Cheat cheat, string known) => new JsonObject { ["plan"] = cheat.Name, ["code"] = Filled(cheat.Code, known) }.ToJsonString();

    private static IEnumerable<int> Transductive() => InPython.Select((cheat, index) => (cheat, index)).Where(pair => pair.cheat.FoundAs == "transductive").Select(pair => pair.index + 1);

    private static Cheat Read(string path)
    {
        string code = File.ReadAllText(path);
        string[] heading = [.. code.Split('\n')[..2].Select(line => line.Trim('/', ' ', '"'))];
        string found = heading[1]["Found as: ".Length..];
        return new Cheat(Path.GetFileNameWithoutExtension(path), heading[0], found == "nothing" ? null : found, code, path.EndsWith(".cs", StringComparison.Ordinal));
    }

    /// <summary>The small task with a column that says the answer in place of the colour. Returns the public answers as Python writes them.</summary>
    private static string Make(string folder)
    {
        SmallTask.Create(folder);
        Dictionary<string, string> answers = File.ReadLines(Path.Combine(folder, "private", "answers.csv")).Skip(1).Select(line => line.Split(',')).ToDictionary(fields => fields[0], fields => fields[1]);
        StringBuilder known = new("{");
        foreach (string file in new[] { "train.csv", "test.csv" })
        {
            string path = Path.Combine(folder, "public", file);
            string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(','))];
            foreach (string[] row in rows)
            {
                string answer = row.Length > 4 ? row[4] : answers[row[0]];
                row[3] = FormattableString.Invariant($"{double.Parse(answer, System.Globalization.CultureInfo.InvariantCulture) / 10:0.000}");
                known.Append(row.Length > 4 ? $"({row[1]}, {row[2]}): {answer}, " : "");
            }

            File.WriteAllLines(path, [file == "train.csv" ? "id,x,z,code,y" : "id,x,z,code", .. rows.Select(row => string.Join(',', row))]);
        }

        return known.Append('}').ToString();
    }

    /// <summary>A program with the answers in the form that it brings them along in.</summary>
    private static string Filled(string code, string known)
    {
        string[][] pairs = [.. known.Trim('{', '}').TrimEnd(',', ' ').Replace(", (", "\n(", StringComparison.Ordinal).Split('\n').Select(pair => pair.Split(": "))];
        return code
            .Replace("{{known}}", known, StringComparison.Ordinal)
            .Replace("{{packed}}", Packed(known), StringComparison.Ordinal)
            .Replace("PUBLIC_ANSWERS", string.Join(", ", pairs.Select(pair => $"[(\"{pair[0].Trim('(', ')').Replace(", ", "\", \"", StringComparison.Ordinal)}\")] = {pair[1]}")), StringComparison.Ordinal)
            .Replace("{{lines}}", string.Join('\n', pairs.Select(pair => $"KNOWN[{pair[0]}] = {pair[1]}")), StringComparison.Ordinal)
            .Replace("{{words}}", string.Concat(known.Select(letter => char.IsAsciiDigit(letter) ? (char)('a' + letter - '0') : letter)), StringComparison.Ordinal);
    }

    /// <summary>As a program unpacks it with <c>zlib</c> and <c>base64</c>.</summary>
    private static string Packed(string known)
    {
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, CompressionLevel.Optimal))
        {
            stream.Write(Encoding.UTF8.GetBytes(known));
        }

        return Convert.ToBase64String(packed.ToArray());
    }

    /// <summary>A run in a workspace of its own, so that several can begin at once; the secret is the same, so the holdout is.</summary>
    private async Task PlayAsync(string workspace, string task, params string[] more)
    {
        string secret = _folder.Write(Path.Combine(workspace, ".agentide", "secret"), new string('s', 32));
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Ended ended = await Product.RunAsync(_folder[workspace], ["run", task, "--policy", "best-of-n", "--time", "20m", .. more]);
        ended.ExitCode.ShouldBe(0, ended.Output + ended.Errors);
    }

    private async Task TakeAsync(string workspace, JsonElement audit)
    {
        foreach (JsonElement node in await NodesAsync(workspace))
        {
            Results[node.GetProperty("plan").GetString()!] = Of(node, audit, node.GetProperty("node").GetInt32());
        }
    }

    private async Task<JsonElement> AuditAsync(string workspace, params string[] more)
    {
        Ended ended = await Product.RunAsync(_folder[workspace], ["audit", "last", "--json", .. more]);
        ended.ExitCode.ShouldBe(1, ended.Errors);
        return JsonSerializer.Deserialize<JsonElement>(ended.Output);
    }

    private async Task<JsonElement[]> NodesAsync(string workspace)
    {
        Ended ended = await Product.RunAsync(_folder[workspace], "show", "last", "--where", "node > 0", "--select", "node, plan, score, error", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        return [.. JsonSerializer.Deserialize<JsonElement>(ended.Output).GetProperty("nodes").EnumerateArray()];
    }

    private static Cheated Of(JsonElement node, JsonElement audit, int? only) => new(
        node.GetProperty("node").GetInt32(), Number(node, "score"), Number(node, "error"),
        [
            .. from finding in audit.GetProperty("findings").EnumerateArray()
               where only is null || Number(finding, "node") == only
               select (finding.GetProperty("kind").GetString()!, finding.GetProperty("severity").GetString()!, (int?)Number(finding, "line")),
        ]);

    private static double? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
