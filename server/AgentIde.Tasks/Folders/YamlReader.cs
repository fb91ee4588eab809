using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AgentIde.Tasks.Folders;

/// <summary>
/// The plain part of YAML: mappings, lists and text, each with its line. Anchors, aliases and tags are refused, for
/// a small file could unfold to a huge one or name a type; nesting is bounded; a key stands once.
/// </summary>
internal sealed class YamlReader
{
    private const int DeepestNesting = 8;

    private readonly string _name;
    private readonly Parser _parser;

    private YamlReader(string name, string text)
    {
        _name = name;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <exception cref="TaskProblemException">The text is no such YAML; the message names the line.</exception>
    public static YamlMapping Read(string name, string text)
    {
        YamlReader reader = new(name, text);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException broken)
        {
            throw new TaskProblemException($"{name} line {broken.Start.Line}: not YAML: {OneLine(broken.Message)}", broken);
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException)
        {
            // The scanner's own way of giving up on some unfinished lists.
            throw new TaskProblemException($"{name} line {reader._parser.Current?.End.Line ?? 1}: not YAML", broken);
        }
    }

    private static string OneLine(string message) => Shown.Text(message.ReplaceLineEndings(" ").TrimEnd('.', ' '), longest: 200);

    private YamlMapping ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            throw new TaskProblemException($"{_name} is empty");
        }

        _parser.Consume<DocumentStart>();
        YamlNode root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out _))
        {
            throw Problem(_parser.Current!, "a second document; a task has one");
        }

        return root as YamlMapping ?? throw new TaskProblemException($"{_name} line {root.Line}: the file must be a mapping such as 'id: my-task', it is {root.Kind}");
    }

    private YamlNode ReadNode(int depth)
    {
        ParsingEvent next = _parser.Consume<ParsingEvent>();
        if (depth > DeepestNesting)
        {
            throw Problem(next, "nested too deeply");
        }

        if (next is AnchorAlias || next is NodeEvent { Anchor.IsEmpty: false })
        {
            throw Problem(next, "anchors and aliases (& and *) are not allowed; quote the text if it begins with such a character");
        }

        if (next is NodeEvent { Tag.IsEmpty: false })
        {
            throw Problem(next, "tags (!) are not allowed; quote the text if it begins with '!'");
        }

        return next switch
        {
            Scalar scalar => new YamlText(Line(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null"),
            SequenceStart start => new YamlList(Line(start), ReadItems(depth)),
            MappingStart start => new YamlMapping(Line(start), ReadEntries(depth)),
            _ => throw Problem(next, "not YAML"),
        };
    }

    private ImmutableArray<YamlNode> ReadItems(int depth)
    {
        ImmutableArray<YamlNode>.Builder items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return items.DrainToImmutable();
    }

    private ImmutableArray<YamlEntry> ReadEntries(int depth)
    {
        ImmutableArray<YamlEntry>.Builder entries = ImmutableArray.CreateBuilder<YamlEntry>();
        HashSet<string> keys = new(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            YamlNode key = ReadNode(depth + 1);
            if (key is not YamlText { IsNull: false } name)
            {
                throw new TaskProblemException($"{_name} line {key.Line}: a key must be text, it is {key.Kind}");
            }

            if (!keys.Add(name.Value))
            {
                throw new TaskProblemException($"{_name} line {key.Line}: '{Shown.Text(name.Value)}' stands twice");
            }

            entries.Add(new YamlEntry(name.Line, name.Value, ReadNode(depth + 1)));
        }

        return entries.DrainToImmutable();
    }

    private TaskProblemException Problem(ParsingEvent at, string problem) => new($"{_name} line {Line(at)}: {problem}");

    private static int Line(ParsingEvent at) => (int)at.Start.Line;
}
