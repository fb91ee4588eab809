using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Answers;

/// <summary>
/// Tells programs apart by what they do rather than by how they look: comments, empty lines and the space between
/// tokens don't count, texts in quotes do. Python's indentation counts by depth, not by width. For finding near-duplicates
/// alone: two texts with the same digest compute the same; two with different ones may do so too.
/// </summary>
public static class Sameness
{
    /// <summary>Digest of the program's tokens; of any text at all, and in time that is linear in it.</summary>
    public static Digest Of(string code, ProgramLanguage language)
    {
        StringBuilder tokens = new(code.Length);
        string clean = AnswerText.WellFormed(code);
        if (language == ProgramLanguage.CSharp)
        {
            CSharpTokens.Write(clean, tokens);
        }
        else
        {
            PythonTokens.Write(clean, tokens);
        }

        return Digest.Of(tokens.ToString());
    }
}
