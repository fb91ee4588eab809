using AgentIde.Core.Engineering.BuiltIn.CSharp;
using AgentIde.Core.Engineering.BuiltIn.Models;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>A family whose module, or native library, is not installed gives way to the boosted trees that always are there.</summary>
internal sealed class OtherModule : Mend
{
    /// <summary>How Python, the loader of .NET and the C# compiler say it.</summary>
    public static readonly string[] Phrases = ["No module named", "ImportError", "Unable to load shared library", "DllNotFoundException", "CS0234"];

    public override string Name => "without-module";

    public override Block Block => Block.Model;

    public override string Why(Script script, Part part) => "a module is not installed where this runs.";

    public override void Write(Script script, Part part)
    {
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom)
    {
        if (!symptom.Says(Phrases))
        {
            return null;
        }

        ModelFamily? missing = recipe.Models.Select(model => model.Family).FirstOrDefault(family => family.Module is { } module && symptom.Says(module));
        if (missing is null)
        {
            return null;
        }

        bool isCSharp = problem.Language == Runs.ProgramLanguage.CSharp;
        Recipe without = recipe.Without(missing.Name);
        ModelFamily boosted = Catalogue.Family(isCSharp ? FastTree.Key : BoostedTrees.Key)!;
        bool has = without.Has(boosted.Name);
        return new Repair($"Does without {missing.Module}, which is not installed here{(has ? "" : isCSharp ? "; FastTree in its place" : "; scikit-learn's boosted trees in its place")}.",
            has ? without : without.Add(boosted.Default(problem)));
    }
}
