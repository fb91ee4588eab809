namespace AgentIde.Testing;

/// <summary>A repository whose git runs programs at every turn: hooks, filters, monitors, transports and all else that its configuration can name.</summary>
public sealed class HostileRepository
{
    private static readonly string[] Hooks =
    [
        "applypatch-msg", "pre-applypatch", "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "pre-push", "pre-receive", "update", "post-receive", "post-update", "reference-transaction",
        "push-to-checkout", "pre-auto-gc", "post-checkout", "post-index-change", "fsmonitor-watchman", "proc-receive",
    ];

    private readonly TemporaryFolder _folder;

    /// <summary>Makes it in <c>work</c> of the folder; <c>tasks</c> has no filter of the repository's own attributes.</summary>
    public HostileRepository(TemporaryFolder folder)
    {
        _folder = folder;
        Path = Create();
    }

    public string Path { get; }

    /// <summary>Which of its programs have run.</summary>
    public IReadOnlyList<string> Fired => [.. Directory.GetFiles(_folder["canaries"]).Select(file => System.IO.Path.GetFileName(file)!).Order()];

    /// <summary>Every file with its size and its time, but for the runs'.</summary>
    public string[] Files() =>
        [.. new DirectoryInfo(Path).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => !file.FullName.Contains("/.agentide/", StringComparison.Ordinal)).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order()];

    /// <summary>Shows that they do: a person's git runs them. Forgets then what ran.</summary>
    /// <returns>What ran.</returns>
    public IReadOnlyList<string> Fire()
    {
        TestGit.Try(Path, null, "status");
        TestGit.Try(Path, null, "add", "--all");
        TestGit.Try(Path, null, "commit", "-m", "Fire.");
        TestGit.Try(Path, null, "diff", "HEAD~1");
        TestGit.Try(Path, null, "fetch", "origin");
        IReadOnlyList<string> fired = Fired;
        Array.ForEach(Directory.GetFiles(_folder["canaries"]), File.Delete);
        return fired;
    }

    private string Create()
    {
        string work = TestGit.Create(_folder);
        Directory.CreateDirectory(_folder["canaries"]);
        _folder.Write("work/.gitattributes", "* filter=evil diff=evil ident text eol=lf merge=evil\ntasks/** -filter\n");
        string head = TestGit.Commit(work, "Attributes.");
        TestGit.Run(work, "update-ref", $"refs/replace/{head}", TestGit.Run(work, "commit-tree", "HEAD~1^{tree}", "-m", "In its place."));
        foreach (string hook in Hooks)
        {
            Program($"work/.git/hooks/{hook}", hook);
        }

        string Evil(string name) => Program($"programs/{name}", name);
        _folder.Write("work/.git/info/attributes", "* filter=evil diff=evil\n");
        _folder.Write("elsewhere/config", $"[core]\n\tpager = {Evil("included-pager")}\n");
        _folder.Write("work/.git/evil-objects/info/alternates", "/nonexistent\n");
        _folder.Write("work/.git/objects/info/alternates", "../evil-objects\n/etc\n");
        File.AppendAllText(System.IO.Path.Combine(work, ".git/config"), $"""
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
            [http]
                proxy = http://127.0.0.1:9
                extraHeader = X-Evil: 1
                sslVerify = false
            [http "http://127.0.0.1"]
                proxy = http://127.0.0.1:9
            [remote "origin"]
                vcs = evil
                proxy = http://127.0.0.1:9
                promisor = true
            [remote "evil"]
                url = ext::{Evil("remote")} x
                pushurl = ext::{Evil("remote")} x
                uploadpack = {Evil("uploadpack")}
            [remote "--upload-pack=evil"]
                url = https://github.com/evil/evil
            [includeIf "gitdir:/"]
                path = {_folder["elsewhere", "config"]}
            [include]
                path = {_folder["elsewhere", "config"]}
            [alias]
                init = !{Evil("alias")}
                commit-tree = !{Evil("alias")}

            """);
        _folder.Write("work/tasks/diamonds/solution.py", "a = 0\n");
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
