using System.Collections.Immutable;
using System.Text;

namespace AgentIde.GitHub.Git;

/// <summary>A git configuration read as data: sections and values. Nothing that it includes is read, and nothing that it says is done.</summary>
internal sealed class GitConfigText
{
    private readonly ImmutableArray<(string Section, string? Subsection, string Key, string Value)> _entries;

    private GitConfigText(ImmutableArray<(string, string?, string, string)> entries) => _entries = entries;

    /// <summary>The remotes with their first address, in order.</summary>
    public IEnumerable<(string Name, string Address)> Remotes => _entries
        .Where(entry => entry is { Section: "remote", Subsection: not null, Key: "url" })
        .Select(entry => (entry.Subsection!, entry.Value))
        .DistinctBy(remote => remote.Item1);

    /// <summary>The last value of a key in a section without a name of its own; null where there is none.</summary>
    public string? Value(string section, string key) =>
        _entries.LastOrDefault(entry => entry.Section == section && entry.Subsection is null && entry.Key == key) is { Key: not null } found ? found.Value : null;

    /// <summary>All values of a key in a section without a name of its own, in order.</summary>
    public IEnumerable<string> Values(string section, string key) =>
        _entries.Where(entry => entry.Section == section && entry.Subsection is null && entry.Key == key).Select(entry => entry.Value);

    /// <summary>Lines that don't fit are left out.</summary>
    public static GitConfigText Read(string text)
    {
        ImmutableArray<(string, string?, string, string)>.Builder entries = ImmutableArray.CreateBuilder<(string, string?, string, string)>();
        string section = "";
        string? subsection = null;
        foreach (string whole in text.ReplaceLineEndings("\n").Replace("\\\n", "", StringComparison.Ordinal).Split('\n'))
        {
            string line = whole.Trim();
            if (line.StartsWith('['))
            {
                int end = HeaderEnd(line);
                if (end < 0)
                {
                    section = "";
                    continue;
                }

                (section, subsection) = Header(line[1..end]);
                line = line[(end + 1)..].Trim();
            }

            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (section.Length > 0 && equals > 0 && line[0] is not '#' and not ';')
            {
                entries.Add((section, subsection, line[..equals].Trim().ToLowerInvariant(), Unquoted(line[(equals + 1)..].Trim())));
            }
        }

        return new GitConfigText(entries.ToImmutable());
    }

    private static int HeaderEnd(string line)
    {
        bool quoted = false;
        for (int index = 1; index < line.Length; index++)
        {
            switch (line[index])
            {
                case '\\' when quoted:
                    index++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ']' when !quoted:
                    return index;
            }
        }

        return -1;
    }

    private static (string Section, string? Subsection) Header(string header)
    {
        int quote = header.IndexOf('"', StringComparison.Ordinal);
        return quote < 0
            ? (header.Trim().ToLowerInvariant(), null)
            : (header[..quote].Trim().ToLowerInvariant(), Unquoted(header[quote..].Trim()));
    }

    /// <summary>A value up to its comment, quotes and escapes resolved.</summary>
    private static string Unquoted(string text)
    {
        StringBuilder value = new();
        bool quoted = false;
        for (int index = 0; index < text.Length; index++)
        {
            char character = text[index];
            if (character == '\\' && index + 1 < text.Length)
            {
                index++;
                value.Append(text[index] switch { 'n' => '\n', 't' => '\t', 'b' => '\b', var other => other });
            }
            else if (character == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && character is '#' or ';')
            {
                break;
            }
            else
            {
                value.Append(character);
            }
        }

        return quoted ? value.ToString() : value.ToString().TrimEnd();
    }
}
