namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// A piece of a solution that stands for one idea: when it fits, why, what it costs and the Python, and C#, it writes. Adding
/// one to the engineer is a file and a line in <see cref="Catalogue"/>.
/// </summary>
internal abstract class Component
{
    /// <summary>Kept in the notes of nodes: never reused for another idea.</summary>
    public abstract string Name { get; }

    public abstract Block Block { get; }

    /// <summary>Order within the block.</summary>
    public virtual int Rank => 0;

    /// <summary>Whether each program has it, so that no recipe needs to name it.</summary>
    public virtual bool IsStructure => false;

    /// <summary>Whether a first draft should have it: a plain consequence of task and data, no experiment.</summary>
    public virtual bool IsSound => false;

    public abstract bool Fits(Problem problem);

    /// <summary>Why these lines stand there, tied to this task and its data: one sentence, which is the comment too.</summary>
    public abstract string Why(Script script, Part part);

    public abstract void Write(Script script, Part part);

    /// <summary>As <see cref="Write"/>, for programs in C#; nothing where C# needs no lines of its own for the idea.</summary>
    public virtual void WriteCSharp(Script script, Part part)
    {
    }

    /// <summary>Changes to a recipe that concern this component.</summary>
    public virtual IEnumerable<Move> Moves(Problem problem, Recipe recipe) => [];
}
