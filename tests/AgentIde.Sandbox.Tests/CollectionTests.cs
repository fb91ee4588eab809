using System.Text;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Tests;

public sealed class CollectionTests : IDisposable
{
    private static readonly string[] Submission = ["submission.csv", "working/submission.csv", "submission/submission.csv"];

    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("os.symlink('/etc/passwd', 'submission.csv')", "not a regular file: a link, or reached through one")]
    [InlineData("os.symlink('solution.py', 'submission.csv')", "not a regular file: a link, or reached through one")]
    [InlineData("os.symlink('submission.csv', 'submission.csv')", "not a regular file: a link, or reached through one")]
    [InlineData("os.mkfifo('submission.csv')", "not a regular file")]
    [InlineData("os.mkdir('submission.csv')", "not a regular file")]
    [InlineData("import socket; socket.socket(socket.AF_UNIX).bind('submission.csv')", "not a regular file")]
    [InlineData("os.mkdir('other'); open('other/submission.csv', 'w'); os.symlink('other', 'submission')", "not a regular file: a link, or reached through one")]
    [InlineData("open('submission.csv', 'wb').truncate(2 << 20)", "larger than 1 MiB")]
    public async Task What_is_no_plain_small_file_is_refused(string trap, string problem)
    {
        CollectedFile file = await CollectAsync($"import os\n{trap}");
        (file.Bytes.HasValue, file.Problem).ShouldBe((false, problem));
    }

    [Fact]
    public async Task A_file_with_two_names_in_its_own_folder_is_a_file()
    {
        CollectedFile file = await CollectAsync("import os\nopen('a', 'w').write('x')\nos.link('a', 'submission.csv')");
        (Text(file), file.Problem).ShouldBe(("x", null));
    }

    [Fact]
    public async Task A_second_name_of_an_input_file_can_not_be_made()
    {
        ExecutionResult result = await _bench.RunAsync("import os\ntry:\n    os.link('input/train.csv', 'submission.csv')\nexcept OSError as error:\n    print(error.strerror)");
        result.Text().ShouldBe("Invalid cross-device link\n");
    }

    [Theory]
    [InlineData("../beside.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    public async Task A_path_that_leaves_the_folder_is_a_bug_of_the_caller(string path) =>
        await Should.ThrowAsync<SandboxException>(() => _bench.RunAsync("pass", collect: [path]));

    [Fact]
    public void Without_openat2_the_same_is_taken_and_refused()
    {
        DirectoryInfo box = Directory.CreateDirectory(Path.Combine(_bench.Folder, "box"));
        box.CreateSubdirectory("working");
        File.WriteAllText(Path.Combine(box.FullName, "working/submission.csv"), "x");
        File.CreateSymbolicLink(Path.Combine(box.FullName, "link.csv"), "working/submission.csv");
        Directory.CreateSymbolicLink(Path.Combine(box.FullName, "folder"), "working");
        File.CreateSymbolicLink(Path.Combine(box.FullName, "outside"), "/etc");
        using var handle = Descriptors.Open(box.FullName, Libc.OpenPathOnly | Libc.OpenDirectory);

        (int Error, bool Found) Open(string path)
        {
            using var found = OutputCollector.OpenByParts(handle, path, out int error);
            return (error, found is not null);
        }

        Open("working/submission.csv").ShouldBe((0, true));
        Open("working/none.csv").ShouldBe((Libc.ErrorNoEntry, false));
        Open("link.csv").ShouldBe((Libc.ErrorLoop, false));
        Open("folder/submission.csv").ShouldBe((Libc.ErrorLoop, false));
        Open("outside/passwd").ShouldBe((Libc.ErrorLoop, false));
        Open("../box/working/submission.csv").ShouldBe((Libc.ErrorLoop, false));
    }

    public void Dispose() => _bench.Dispose();

    private async Task<CollectedFile> CollectAsync(string code)
    {
        ExecutionResult result = await _bench.RunAsync(code, collect: Submission);
        result.ExitCode.ShouldBe(0, result.Text());
        return result.Files.ShouldHaveSingleItem();
    }

    private static string? Text(CollectedFile file) => file.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
}
