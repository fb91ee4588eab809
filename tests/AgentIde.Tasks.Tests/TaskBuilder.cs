using System.IO.Compression;
using System.Text;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Tests;

/// <summary>A small sound task in a temporary folder, to be broken or changed file by file.</summary>
internal sealed class TaskBuilder : IDisposable
{
    public const string Yaml = """
        id: flats
        title: Rents of flats
        description: description.md
        metric: rmse
        label: rent
        submission:
          id: id
          target: [rent]
        license: MIT
        source: made up
        reference:
          trivial: 100
          good: 10

        """;

    private readonly TemporaryFolder _folder = new();

    public TaskBuilder()
    {
        Text("task.yaml", Yaml);
        Text("description.md", "# Rents of flats\n");
        Text("public/train.csv", "id,rooms,rent\n1,2,500\n2,3,700\n3,1,300\n4,4,900\n");
        Text("public/test.csv", "id,rooms\n5,2\n6,3\n");
        Text("public/sample_submission.csv", "id,rent\n6,600\n5,600\n");
        Text("private/answers.csv", "id,rent\n5,510\n6,690\n");
    }

    public string Path => _folder.Path;

    public string File(string relative) => _folder[relative];

    public TaskBuilder Text(string relative, string text) => Bytes(relative, Encoding.UTF8.GetBytes(text));

    public TaskBuilder Bytes(string relative, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_folder[relative])!);
        System.IO.File.WriteAllBytes(_folder[relative], bytes);
        return this;
    }

    public TaskBuilder Replace(string relative, string old, string with)
    {
        string text = System.IO.File.ReadAllText(_folder[relative]);
        text.ShouldContain(old);
        return Text(relative, text.Replace(old, with, StringComparison.Ordinal));
    }

    public TaskBuilder Delete(string relative)
    {
        System.IO.File.Delete(_folder[relative]);
        return this;
    }

    public TaskBuilder Link(string relative, string target)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_folder[relative])!);
        System.IO.File.CreateSymbolicLink(_folder[relative], target);
        return this;
    }

    public TaskFolder Read() => TaskFolder.Read(Path);

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream zipped = new();
        using (GZipStream gzip = new(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return zipped.ToArray();
    }

    public void Dispose() => _folder.Dispose();
}
