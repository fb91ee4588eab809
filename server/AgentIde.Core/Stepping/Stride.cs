namespace AgentIde.Core.Stepping;

/// <summary>How far one step goes.</summary>
public enum Stride
{
    /// <summary>To the next step of the node; from its last one to the next step of the run.</summary>
    Over,
    /// <summary>Into the step: to a prompt and to its reply as well.</summary>
    Into,
    /// <summary>To each event, each piece of what a model says or code writes included.</summary>
    Event,
    /// <summary>To where the node is done.</summary>
    Out,
}
