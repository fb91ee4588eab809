namespace AgentIde.Core.Stepping;

/// <summary>What a moment of a run is about.</summary>
public enum StepKind
{
    /// <summary>The run begins, or goes on in a new process; its data are split and read.</summary>
    Begin,
    /// <summary>The policy chose what to do next: a node is started.</summary>
    Decide,
    /// <summary>The engineer is asked, and answers.</summary>
    Think,
    /// <summary>Plan and code are there.</summary>
    Edit,
    Execute,
    /// <summary>The node has a score, or has failed.</summary>
    Score,
    Review,
    /// <summary>The result: chosen, refitted, reported.</summary>
    Choose,
    /// <summary>A person said or did something.</summary>
    Person,
}

/// <summary>How far in a moment lies.</summary>
public enum StepDepth
{
    /// <summary>A step of a node or of the run.</summary>
    Step,
    /// <summary>Inside a step: a prompt, a reply.</summary>
    Inner,
    /// <summary>A piece of what is being said or written.</summary>
    Piece,
}
