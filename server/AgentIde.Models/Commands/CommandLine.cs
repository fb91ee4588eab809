using System.Collections.Immutable;
using System.Text;

namespace AgentIde.Models.Commands;

/// <summary>
/// A program and its arguments, split as a shell splits them: by white space, with single quotes, double quotes and
/// backslashes. Nothing is expanded: no variables, patterns or pipes.
/// </summary>
internal sealed record CommandLine(string Text, ImmutableArray<string> Words)
{
    /// <exception cref="FormatException">There is no program in it, or a quote is not closed.</exception>
    public static CommandLine Parse(string text)
    {
        ImmutableArray<string>.Builder words = ImmutableArray.CreateBuilder<string>();
        StringBuilder? word = null;
        char quote = '\0';
        for (int at = 0; at < text.Length; at++)
        {
            char character = text[at];
            if (character == '\\' && quote != '\'')
            {
                char next = ++at < text.Length ? text[at] : throw new FormatException("it ends with a backslash: write \\\\ for one.");
                bool isKept = quote == '"' && next is not ('"' or '\\' or '$' or '`');
                word = (word ?? new StringBuilder()).Append(isKept ? "\\" : "").Append(next);
            }
            else if (character == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && character is ('\'' or '"'))
            {
                quote = character;
                word ??= new StringBuilder();
            }
            else if (quote == '\0' && char.IsWhiteSpace(character))
            {
                Add(words, word);
                word = null;
            }
            else
            {
                word = (word ?? new StringBuilder()).Append(character);
            }
        }

        if (quote != '\0')
        {
            throw new FormatException($"the quote {quote} is not closed.");
        }

        Add(words, word);
        return words is [{ Length: > 0 }, ..] ? new CommandLine(text, words.ToImmutable()) : throw new FormatException("it names no program: write it as in command:python3 engineer.py");
    }

    /// <summary>What people are shown: the program and the files named right after it. Other arguments may hold what is nobody's business.</summary>
    public string Title(string folder) =>
        string.Join(' ', Words.Take(1).Concat(Words.Skip(1).TakeWhile(word => File.Exists(Path.GetFullPath(word, folder)))));

    private static void Add(ImmutableArray<string>.Builder words, StringBuilder? word)
    {
        if (word is not null)
        {
            words.Add(word.ToString());
        }
    }
}
