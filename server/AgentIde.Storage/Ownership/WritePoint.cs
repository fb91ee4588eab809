namespace AgentIde.Storage.Ownership;

/// <summary>The moments of a group commit between which a death can fall, in their order; tests stop the writer there.</summary>
internal enum WritePoint
{
    AfterBegin,
    AfterInsert,
    AfterCommit,
    AfterHeads,
    BeforeCheckpoint,
}
