using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>A program that ran out of memory fits one model at a time, and smaller ones.</summary>
internal sealed class LessMemory : Mend
{
    public const string Key = "one-at-a-time";

    public override string Name => Key;

    public override Block Block => Block.Model;

    public override string Why(Script script, Part part) => "one model at a time: side by side they did not fit into memory.";

    public override void Write(Script script, Part part)
    {
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom)
    {
        if (symptom.Kind != FailureKind.OutOfMemory && !symptom.Says("MemoryError", "Unable to allocate", "std::bad_alloc", "OutOfMemoryException", "Out of memory"))
        {
            return null;
        }

        (Recipe after, IReadOnlyList<string> saved) = Thrift.Below(problem, recipe, Costs.Seconds(problem, recipe) * 0.5);
        return recipe.Has(Key) && saved.Count == 0
            ? null
            : new Repair($"Fits one model at a time, since memory ran out{string.Concat(saved.Select(what => $"; {what}"))}.", after.Put(Part.Of(Key)));
    }
}
