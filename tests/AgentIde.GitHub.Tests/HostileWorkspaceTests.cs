using AgentIde.GitHub.Git;
using AgentIde.Testing;

namespace AgentIde.GitHub.Tests;

/// <summary>A workspace whose git runs programs at every turn: with its own git they fire, with ours none does.</summary>
public sealed class HostileWorkspaceTests : IDisposable
{
    private const string Solution = "tasks/diamonds/solution.py";

    private static readonly string[] Hooks =
    [
        "applypatch-msg", "pre-applypatch", "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "pre-push", "pre-receive", "update", "post-receive", "post-update", "reference-transaction",
        "push-to-checkout", "pre-auto-gc", "post-checkout", "post-index-change", "fsmonitor-watchman", "proc-receive",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_of_it_fires()
    {
        string work = Create();
        TestGit.Try(work, null, "status");
        TestGit.Try(work, null, "add", "--all");
        TestGit.Try(work, null, "commit", "-m", "Fire.");
        TestGit.Try(work, null, "diff", "HEAD~1");
        TestGit.Try(work, null, "fetch", "origin");
        Fired().ShouldContain("fsmonitor");
        Fired().ShouldContain("pre-commit");
        Fired().ShouldContain("clean");
        Fired().ShouldContain("external-diff");
        Fired().ShouldContain("transport");
        Array.ForEach(Directory.GetFiles(_folder["canaries"]), File.Delete);
        DateTime index = File.GetLastWriteTimeUtc(Path.Combine(work, ".git/index"));
        string[] before = Tree(work);

        WorkspaceRepository workspace = WorkspaceRepository.Find(Path.Combine(work, Solution));
        workspace.Remotes.Select(remote => remote.Repository.ToString()).ShouldBe(["ann/gems"]);
        string path = workspace.PathOf(Path.Combine(work, Solution));
        PlannedBranch plan;
        using (OwnRepository own = await OwnRepository.CreateAsync(workspace, CancellationToken.None))
        {
            plan = await own.CommitAsync(workspace.Base("main", null).Commit, path, Steps.Of("a = 1\r\n", "a = 2\r\n$Id$\n"), CancellationToken.None);
            (await own.Git.RunAsync(CancellationToken.None, "diff-tree", "-r", "--name-only", plan.Base, plan.Head)).ShouldBe(Solution);
            (await own.Git.SucceedAsync(null, ["cat-file", "-p", $"{plan.Head}:{Solution}"], null, CancellationToken.None)).ShouldBe("a = 2\r\n$Id$\n");
            (await own.Git.RunAsync(CancellationToken.None, "config", "--list")).ShouldNotContain("evil");
        }

        Fired().ShouldBeEmpty();
        plan.Diff.ShouldContain("+a = 2");
        Tree(work).ShouldBe(before);
        File.GetLastWriteTimeUtc(Path.Combine(work, ".git/index")).ShouldBe(index);
    }

    private string[] Fired() => [.. Directory.GetFiles(_folder["canaries"]).Select(file => Path.GetFileName(file)!).Order()];

    /// <summary>Every file with its size and its time.</summary>
    private static string[] Tree(string work) =>
        [.. new DirectoryInfo(work).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order()];

    private string Create()
    {
        string work = TestGit.Create(_folder);
        Directory.CreateDirectory(_folder["canaries"]);
        _folder.Write("work/.gitattributes", "* filter=evil diff=evil ident text eol=lf merge=evil\n");
        TestGit.Commit(work, "Attributes.");
        foreach (string hook in Hooks)
        {
            Program($"work/.git/hooks/{hook}", hook);
        }

        string Evil(string name) => Program($"programs/{name}", name);
        _folder.Write("work/.git/info/attributes", "* filter=evil diff=evil\n");
        _folder.Write("elsewhere/config", $"[core]\n\tpager = {Evil("included-pager")}\n");
        _folder.Write("work/.git/evil-objects/info/alternates", "/nonexistent\n");
        _folder.Write("work/.git/objects/info/alternates", "../evil-objects\n/etc\n");
        File.AppendAllText(Path.Combine(work, ".git/config"), $"""
            [core]
                fsmonitor = {Evil("fsmonitor")}
                pager = {Evil("pager")}
                editor = {Evil("editor")}
                sshCommand = {Evil("ssh")}
                gitProxy = {Evil("proxy")}
                askPass = {Evil("askpass")}
                alternateRefsCommand = {Evil("alternate-refs")}
                attributesFile = {_folder["work", ".git", "info", "attributes"]}
            [filter "evil"]
                clean = {Evil("clean")}
                smudge = {Evil("smudge")}
                required = true
            [diff]
                external = {Evil("external-diff")}
            [diff "evil"]
                command = {Evil("external-diff")}
                textconv = {Evil("textconv")}
            [merge "evil"]
                driver = {Evil("merge")}
            [credential]
                helper = {Evil("credential")}
            [gpg]
                program = {Evil("gpg")}
            [uploadpack]
                packObjectsHook = {Evil("pack-objects")}
            [url "ext::{Evil("transport")} x"]
                insteadOf = https://github.com/
                pushInsteadOf = https://github.com/
            [protocol]
                allow = always
            [protocol "ext"]
                allow = always
            [remote "evil"]
                url = ext::{Evil("remote")} x
                pushurl = ext::{Evil("remote")} x
                uploadpack = {Evil("uploadpack")}
            [remote "--upload-pack=evil"]
                url = https://github.com/evil/evil
            [include]
                path = {_folder["elsewhere", "config"]}
            [alias]
                init = !{Evil("alias")}
                commit-tree = !{Evil("alias")}

            """);
        _folder.Write($"work/{Solution}", "a = 0\n");
        return work;
    }

    /// <summary>A program that leaves a file of its name; a filter passes on what it reads.</summary>
    private string Program(string path, string name)
    {
        string program = _folder.Write(path, $"#!/bin/sh\n: > '{_folder["canaries", name]}'\n{(name is "clean" or "smudge" ? "cat" : "exit 0")}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return program;
    }
}
