using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Folders;

/// <summary>
/// The files of a task folder. Nothing outside the folder is ever named: paths that climb out and links, in any
/// part of a path, are refused.
/// </summary>
internal sealed class TaskPaths
{
    /// <exception cref="TaskProblemException">There is no such folder.</exception>
    public TaskPaths(string folder)
    {
        Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(Folder))
        {
            throw new TaskProblemException(new FileInfo(Folder) is { LinkTarget: { } target } && !Path.Exists(Path.Combine(Path.GetDirectoryName(Folder)!, target))
                ? $"{folder} is a link to {Shown.Text(target)}, which is not there"
                : File.Exists(Folder)
                ? $"{folder} is a file; name the task's folder, which holds {TaskYaml.FileName}"
                : $"there is no folder {folder}");
        }
    }

    public string Folder { get; }

    /// <summary>The absolute path of a file that has to be there, named by its path within the folder.</summary>
    /// <param name="missing">What to say where it isn't there.</param>
    public string Require(string relative, string missing)
    {
        string path = Resolve(relative, relative);
        return File.Exists(path) ? path : throw new TaskProblemException(missing);
    }

    /// <summary>The absolute path of a file that may or may not be there.</summary>
    /// <param name="what">What names the path: <c>task.yaml: 'solution'</c>.</param>
    public string Resolve(string relative, string what)
    {
        string path = Path.GetFullPath(relative, Folder);
        if (relative.Contains('\0') || Path.IsPathRooted(relative) || !path.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new TaskProblemException($"{what}: the path '{Shown.Text(relative)}' leaves the task's folder; move the file into it");
        }

        for (string part = path; part.Length > Folder.Length; part = Path.GetDirectoryName(part)!)
        {
            RefuseLink(new FileInfo(part));
        }

        return path;
    }

    /// <summary><c>public/train.csv</c> or <c>public/train.csv.gz</c>, with the name that messages use; null where there is neither.</summary>
    public (string Path, string Name)? FindCsv(string name)
    {
        string plain = Resolve(name, name);
        string zipped = Resolve($"{name}.gz", name);
        return (File.Exists(plain), File.Exists(zipped)) switch
        {
            (true, true) => throw new TaskProblemException($"{name} and {name}.gz are both there; keep one of them"),
            (true, false) => (plain, name),
            (false, true) => (zipped, $"{name}.gz"),
            _ => null,
        };
    }

    public (string Path, string Name) RequireCsv(string name) =>
        FindCsv(name) ?? throw new TaskProblemException($"{name} is missing ({name}.gz will do too)");

    /// <summary>All files beneath a folder, by their paths within it, with '/' and in ordinal order.</summary>
    public IReadOnlyList<string> FilesBeneath(string relative)
    {
        string root = Resolve(relative, relative);
        if (!Directory.Exists(root))
        {
            throw new TaskProblemException($"the folder {relative}/ is missing");
        }

        List<string> files = [];
        Stack<DirectoryInfo> folders = new([new DirectoryInfo(root)]);
        while (folders.TryPop(out DirectoryInfo? folder))
        {
            foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
            {
                RefuseLink(entry);
                if (entry is DirectoryInfo inner)
                {
                    folders.Push(inner);
                }
                else
                {
                    files.Add(Path.GetRelativePath(root, entry.FullName).Replace(Path.DirectorySeparatorChar, '/'));
                }
            }
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private void RefuseLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not null)
        {
            throw new TaskProblemException(
                $"{Shown.Text(Path.GetRelativePath(Folder, entry.FullName))} is a link; a task holds its files themselves: copy the target here");
        }
    }
}
