namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>The parts of a program, in the order in which they stand in it.</summary>
internal enum Block
{
    Load,
    Clean,
    Features,
    Folds,
    Model,
    Blend,
    Write,
}
