using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentIde.Testing;

/// <summary>
/// The part of GitHub's API that pull requests need, with a memory: one open pull request for each branch and base, heads
/// that have to be there, texts no longer than GitHub's. Beside it the same port serves the repositories themselves.
/// </summary>
public sealed class FakeGitHub
{
    private const int MaximumBody = 65_536;
    private static readonly string[] Changeable = ["title", "body", "state"];

    private readonly GitServer _server;
    private readonly string _served;

    /// <param name="served">The bare repository that is ann/gems.</param>
    public FakeGitHub(GitServer server, string served)
    {
        _server = server;
        _served = served;
        server.Api = TryAnswerAsync;
        Repository = new JsonObject
        {
            ["id"] = 1,
            ["name"] = "gems",
            ["full_name"] = "ann/gems",
            ["default_branch"] = "main",
            ["archived"] = false,
            ["permissions"] = new JsonObject { ["admin"] = false, ["push"] = true, ["pull"] = true },
        };
    }

    public JsonObject Repository { get; }

    public List<JsonObject> Pulls { get; } = [];

    /// <summary>Each request that changes something, as <c>POST /repos/…</c>.</summary>
    public ConcurrentQueue<string> Changes { get; } = [];

    /// <summary>Answers a request in place of the API, once: status and text; null for the API's own answer.</summary>
    public Func<HttpListenerRequest, (int Status, string Json)?>? Instead { get; set; }

    /// <summary>Headers of every answer.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    private async Task<bool> TryAnswerAsync(HttpListenerContext context)
    {
        const string prefix = "/api/v3";
        HttpListenerRequest request = context.Request;
        string path = request.Url!.AbsolutePath;
        if (!path.StartsWith($"{prefix}/", StringComparison.Ordinal))
        {
            return false;
        }

        using StreamReader reader = new(request.InputStream, Encoding.UTF8);
        string body = await reader.ReadToEndAsync();
        (int status, string json) = request.Headers["Authorization"] == $"Token {_server.Token}"
            ? Instead?.Invoke(request) ?? Answer(request.HttpMethod, path[prefix.Length..], request.Url.Query, body)
            : (401, """{"message":"Bad credentials"}""");
        foreach ((string name, string value) in Headers)
        {
            context.Response.AddHeader(name, value);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(json));
        return true;
    }

    private (int Status, string Json) Answer(string method, string path, string query, string body)
    {
        if (method != "GET")
        {
            Changes.Enqueue($"{method} {path}");
        }

        string[] parts = path.Trim('/').Split('/');
        return (method, parts) switch
        {
            ("GET", ["repos", "ann", "gems"]) => (200, Repository.ToJsonString()),
            ("GET", ["repos", "ann", "gems", "pulls"]) => (200, List(query)),
            ("POST", ["repos", "ann", "gems", "pulls"]) => Create(JsonNode.Parse(body)!.AsObject()),
            ("PATCH", ["repos", "ann", "gems", "pulls", var number]) => Update(number, JsonNode.Parse(body)!.AsObject()),
            _ => (404, """{"message":"Not Found"}"""),
        };
    }

    private string List(string query)
    {
        System.Collections.Specialized.NameValueCollection asked = System.Web.HttpUtility.ParseQueryString(query);
        IEnumerable<JsonObject> found = Pulls.Where(pull => asked["head"] is not { } head || pull["head"]!["label"]!.GetValue<string>() == head);
        found = asked["page"] is null or "1" ? found.Where(pull => asked["state"] is null or "all" || pull["state"]!.GetValue<string>() == asked["state"]) : [];
        return new JsonArray([.. found.Select(pull => pull.DeepClone())]).ToJsonString();
    }

    private (int, string) Create(JsonObject asked)
    {
        string head = asked["head"]!.GetValue<string>(), goal = asked["base"]!.GetValue<string>(), text = asked["body"]!.GetValue<string>();
        if (Pulls.Any(pull => pull["state"]!.GetValue<string>() == "open" && pull["head"]!["ref"]!.GetValue<string>() == head && pull["base"]!["ref"]!.GetValue<string>() == goal))
        {
            return Invalid($"A pull request already exists for ann:{head}.");
        }

        if (TestGit.Try(_served, null, "rev-parse", "--verify", $"refs/heads/{head}").ExitCode != 0 || TestGit.Try(_served, null, "rev-parse", "--verify", $"refs/heads/{goal}").ExitCode != 0)
        {
            return Invalid("head or base is invalid");
        }

        return text.Length > MaximumBody ? Invalid("body is too long (maximum is 65536 characters)") : (201, Add(head, goal, asked["title"]!.GetValue<string>(), text, asked["draft"]?.GetValue<bool>() ?? false).ToJsonString());
    }

    public JsonObject Add(string head, string goal, string title, string body, bool isDraft)
    {
        JsonObject pull = new()
        {
            ["number"] = Pulls.Count + 1,
            ["html_url"] = $"https://github.example/ann/gems/pull/{Pulls.Count + 1}",
            ["state"] = "open",
            ["draft"] = isDraft,
            ["title"] = title,
            ["body"] = body.ReplaceLineEndings("\r\n"),
            ["merged_at"] = null,
            ["head"] = new JsonObject { ["ref"] = head, ["label"] = $"ann:{head}" },
            ["base"] = new JsonObject { ["ref"] = goal, ["label"] = $"ann:{goal}" },
        };
        Pulls.Add(pull);
        return pull;
    }

    private (int, string) Update(string number, JsonObject asked)
    {
        JsonObject pull = Pulls.Single(pull => pull["number"]!.ToJsonString() == number);
        foreach (string field in Changeable.Where(field => asked[field] is not null))
        {
            pull[field] = asked[field]!.DeepClone();
        }

        return (200, pull.ToJsonString());
    }

    private static (int, string) Invalid(string message) =>
        (422, new JsonObject { ["message"] = "Validation Failed", ["errors"] = new JsonArray(new JsonObject { ["resource"] = "PullRequest", ["code"] = "custom", ["message"] = message }) }.ToJsonString());
}
