using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>The shape of a text, for models that can't read: length, capitals, digits, punctuation.</summary>
internal sealed class TextShape : Component
{
    public override string Name => "text-shape";

    public override Block Block => Block.Features;

    public override int Rank => 2;

    public override bool IsSound => true;

    public override bool Fits(Problem problem) => problem.Texts.Any();

    public override string Why(Script script, Part part) =>
        $"the shape of {PythonText.Names([.. script.Texts])} in figures: how long, how loud, how many digits, lines and words.";

    public override void Write(Script script, Part part)
    {
        if (script.Texts.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $"""
            for name in {PythonText.List(script.Texts)}:
                data[name] = data[name].fillna("").astype(str)
                data[name + " length"] = data[name].str.len()
                for kind, pattern in (("capitals", "[A-Z]"), ("digits", "[0-9]"), ("marks", "[^A-Za-z0-9 ]"), ("words", " +")):
                    data[name + " " + kind] = data[name].str.count(pattern) / (data[name + " length"] + 1)
            """);
        script.Numbers.AddRange(from name in script.Texts from kind in (string[])["length", "capitals", "digits", "marks", "words"] select $"{name} {kind}");
    }

    public override void WriteCSharp(Script script, Part part)
    {
        if (script.Texts.Count == 0)
        {
            return;
        }

        List<string> texts = [.. script.Texts];
        script.Segment(Block, Why(script, part), $$"""
            foreach (string name in {{CSharpText.Array(texts)}})
            {
                string[] texts = Column(name);
                void Count(string kind, Func<char, bool> counts) => x[$"{name} {kind}"] = [.. texts.Select(text => text.Count(counts) / (text.Length + 1f))];
                x[name + " length"] = [.. texts.Select(text => (float)text.Length)];
                Count("capitals", char.IsAsciiLetterUpper);
                Count("digits", char.IsAsciiDigit);
                Count("marks", letter => !char.IsAsciiLetterOrDigit(letter) && letter != ' ');
                Count("words", char.IsWhiteSpace);
            }
            """);
        script.Numbers.AddRange(from name in texts from kind in (string[])["length", "capitals", "digits", "marks", "words"] select $"{name} {kind}");
    }
}
