using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AgentIde.Testing;

/// <summary>
/// A GitHub with a memory for one test: a person of its own with a token and a repository, whose API is checked by GitHub's
/// own description, and which git's HTTP server serves. A request or an answer that breaks the description fails the test
/// where this is disposed of.
/// </summary>
public sealed class GitHubOfTests : IAsyncDisposable
{
    private readonly GitHubProcess _process;

    private GitHubOfTests(GitHubProcess process, string owner)
    {
        _process = process;
        Owner = owner;
        Token = $"ghp_canaryCANARY{owner}0123456789abcdefgh";
    }

    /// <summary>The server, API and repositories.</summary>
    public Uri Address => _process.Address;

    /// <summary>Whose repository it is, and whose token.</summary>
    public string Owner { get; }

    public string Token { get; }

    /// <summary><c>OWNER/NAME</c>.</summary>
    public string Repository => $"{Owner}/gems";

    /// <summary><c>HOST/OWNER/NAME</c>, as <c>--repo</c> takes it.</summary>
    public string Name => $"{Address.Authority}/{Repository}";

    /// <summary>The bare repository that is served.</summary>
    public string Folder { get; private set; } = "";

    /// <param name="from">The repository of this machine whose branches it begins with; null for an empty one.</param>
    /// <param name="protectedBranches">What nobody may push to.</param>
    public static async Task<GitHubOfTests> StartAsync(string? from, params string[] protectedBranches)
    {
        GitHubOfTests github = new(GitHubProcess.Instance, $"ann{GitHubProcess.Instance.Next()}");
        await github.AddUserAsync(github.Owner, github.Token, "repo", "workflow");
        github.Folder = await github.AddRepositoryAsync(github.Owner, "gems", from, protectedBranches);
        return github;
    }

    /// <summary>A person with a classic token of these scopes.</summary>
    public Task AddUserAsync(string login, string token, params string[] scopes) =>
        _process.DoAsync("addUser", new() { ["login"] = login, ["token"] = token, ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]) });

    /// <returns>The folder that is served.</returns>
    public async Task<string> AddRepositoryAsync(string owner, string name, string? from, params string[] protectedBranches)
    {
        JsonObject wanted = new() { ["owner"] = owner, ["name"] = name, ["protected"] = new JsonArray([.. protectedBranches.Select(branch => JsonValue.Create(branch))]) };
        if (from is not null)
        {
            wanted["from"] = from;
        }

        return (await _process.DoAsync("addRepository", wanted))["folder"]!.GetValue<string>();
    }

    /// <returns>Its number.</returns>
    public async Task<int> AddIssueAsync(string by, string title, string body) =>
        (await _process.DoAsync("addIssue", Of(new() { ["by"] = by, ["title"] = title, ["body"] = body })))["number"]!.GetValue<int>();

    public Task AddCommentAsync(int number, string by, string body) =>
        _process.DoAsync("addComment", Of(new() { ["number"] = number, ["by"] = by, ["body"] = body }));

    /// <returns>The comment's id.</returns>
    public async Task<int> AddReviewCommentAsync(int number, string by, string path, int line, string body) =>
        (await _process.DoAsync("addReviewComment", Of(new() { ["number"] = number, ["by"] = by, ["path"] = path, ["line"] = line, ["body"] = body })))["comment"]!.GetValue<int>();

    public Task AddReviewAsync(int number, string by, string body, string state = "COMMENTED") =>
        _process.DoAsync("addReview", Of(new() { ["number"] = number, ["by"] = by, ["body"] = body, ["state"] = state }));

    /// <summary>A pull request that is opened by somebody else's hand.</summary>
    /// <returns>Its number.</returns>
    public async Task<int> AddPullAsync(string head, string title, string body, bool isDraft = false, string? by = null) =>
        (await _process.DoAsync("addPull", Of(new() { ["by"] = by ?? Owner, ["head"] = head, ["base"] = "main", ["title"] = title, ["body"] = body, ["draft"] = isDraft })))["number"]!.GetValue<int>();

    /// <param name="changes"><c>title</c>, <c>body</c>, <c>state</c>, <c>base</c>, <c>mergedAt</c>.</param>
    public Task ChangePullAsync(int number, JsonObject changes)
    {
        changes["number"] = number;
        changes["by"] = Owner;
        return _process.DoAsync("changePull", Of(changes));
    }

    /// <param name="changes">Such as <c>archived</c>, <c>owner</c>, <c>protected</c> or <c>drafts</c>, by GitHub's own state.</param>
    public Task ChangeAsync(JsonObject changes) => _process.DoAsync("change", Of(changes));

    /// <summary>The next requests of a path are answered with a status in place of what would be done.</summary>
    /// <param name="path">By <see cref="Api"/> or <see cref="Git"/>.</param>
    /// <param name="method">Null for any.</param>
    /// <param name="json">Null for an error that says no more.</param>
    public Task FailAsync(string path, int status, string? json = null, string? method = null, int times = 1, int skip = 0, params (string Name, string Value)[] headers)
    {
        JsonObject fault = Fault(path, method, times, skip);
        fault["status"] = status;
        if (json is not null)
        {
            fault["body"] = JsonNode.Parse(json);
        }

        fault["headers"] = new JsonObject(headers.Select(header => KeyValuePair.Create(header.Name, (JsonNode?)JsonValue.Create(header.Value))));
        return _process.DoAsync("fail", fault);
    }

    /// <summary>The next request of a path is not answered: the connection ends.</summary>
    public Task DropAsync(string path, string? method = null, int skip = 0)
    {
        JsonObject fault = Fault(path, method, 1, skip);
        fault["drop"] = true;
        return _process.DoAsync("fail", fault);
    }

    /// <summary>The next request of a path waits.</summary>
    /// <param name="isDone">Whether all that it asks for is done first, and the answer alone waits.</param>
    public Task HoldAsync(string path, bool isDone = false, string? method = null, int skip = 0)
    {
        JsonObject fault = Fault(path, method, 1, skip);
        fault["hold"] = isDone ? "after" : "before";
        return _process.DoAsync("fail", fault);
    }

    /// <summary>Once a request of that path waits.</summary>
    public Task HeldAsync(string path) => _process.DoAsync("held", new() { ["path"] = path });

    public Task ReleaseAsync(string path) => _process.DoAsync("release", new() { ["path"] = path });

    public async Task<GitHubState> SeeAsync() => await SeeAsync(Repository);

    /// <param name="repository"><c>OWNER/NAME</c>.</param>
    public async Task<GitHubState> SeeAsync(string repository)
    {
        JsonObject seen = await _process.DoAsync("see", new() { ["repository"] = repository });
        return new GitHubState(
            [.. seen["pulls"]!.AsArray().Select(pull => new SeenPull(
                pull!["number"]!.GetValue<int>(), pull["title"]!.GetValue<string>(), pull["body"]?.GetValue<string>() ?? "", pull["state"]!.GetValue<string>(), pull["draft"]!.GetValue<bool>(), pull["head"]!.GetValue<string>(), pull["base"]!.GetValue<string>())
            {
                Comments = [.. pull["comments"]!.AsArray().Select(comment => comment!["body"]!.GetValue<string>())],
                Replies = [.. pull["reviewComments"]!.AsArray().Where(comment => comment!["inReplyTo"] is not null).Select(comment => (comment!["inReplyTo"]!.GetValue<int>(), comment["body"]!.GetValue<string>()))],
            })],
            [.. seen["requests"]!.AsArray().Select(request => new SeenRequest(request!["method"]!.GetValue<string>(), request["path"]!.GetValue<string>(), request["status"]!.GetValue<int>()))],
            [.. seen["violations"]!.AsArray().Select(line => line!.GetValue<string>())]);
    }

    /// <summary>The path of the API's about the repository, as <see cref="FailAsync"/> takes it.</summary>
    /// <param name="rest">Such as <c>/pulls</c>; an expression.</param>
    public string Api(string rest) => $"^/api/v3/repos/{Repository}{rest}$";

    /// <summary>The path of git's about the repository.</summary>
    /// <param name="service"><c>info/refs</c>, <c>git-upload-pack</c> or <c>git-receive-pack</c>; an expression.</param>
    public string Git(string service) => $"^/{Repository}\\.git/{service}$";

    /// <summary>Every path of the repository.</summary>
    public string Any => $"/{Repository}(\\.git|/|$)";

    /// <exception cref="InvalidOperationException">GitHub's description does not allow what was asked or answered.</exception>
    public async ValueTask DisposeAsync()
    {
        GitHubState state = await SeeAsync();
        if (!state.Violations.IsEmpty)
        {
            throw new InvalidOperationException($"GitHub's description does not allow this:\n{string.Join('\n', state.Violations)}");
        }
    }

    private static JsonObject Fault(string path, string? method, int times, int skip)
    {
        JsonObject fault = new() { ["path"] = path, ["times"] = times, ["skip"] = skip };
        if (method is not null)
        {
            fault["method"] = method;
        }

        return fault;
    }

    private JsonObject Of(JsonObject wanted)
    {
        wanted["repository"] = Repository;
        return wanted;
    }
}

/// <summary>What the tests' GitHub knows of a repository.</summary>
/// <param name="Requests">All that came, git's and the API's, in order.</param>
public sealed record GitHubState(ImmutableArray<SeenPull> Pulls, ImmutableArray<SeenRequest> Requests, ImmutableArray<string> Violations)
{
    /// <summary>Each request to the API that changes something, as <c>POST /repos/…</c>.</summary>
    public IEnumerable<string> Changes => Requests.Where(request => request.Method != "GET" && request.Path.StartsWith("/api/v3/", StringComparison.Ordinal)).Select(request => $"{request.Method} {request.Path["/api/v3".Length..]}");

    /// <summary>How often something was pushed.</summary>
    public int Pushes => Requests.Count(request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal));
}

/// <param name="Head"><c>OWNER:BRANCH</c>.</param>
public sealed record SeenPull(int Number, string Title, string Body, string State, bool IsDraft, string Head, string Base)
{
    /// <summary>The conversation's texts, in order.</summary>
    public ImmutableArray<string> Comments { get; init; } = [];

    /// <summary>Answers to comments on lines: which, and the text.</summary>
    public ImmutableArray<(int To, string Body)> Replies { get; init; } = [];
}

/// <param name="Status">0 where it was not answered.</param>
public sealed record SeenRequest(string Method, string Path, int Status);
