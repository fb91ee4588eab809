using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Engineering.BuiltIn.Models;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// A solution as a list of parts: which components it uses, with which parameters. Components that depend on nothing
/// but the task (loading, the score, writing) are no parts: each program has them.
/// </summary>
internal sealed record Recipe(ImmutableArray<Part> Parts)
{
    public Part? this[string component] => Parts.FirstOrDefault(part => part.Component == component);

    public bool Has(string component) => this[component] is not null;

    public Recipe Add(Part part) => new(Parts.Add(part));

    /// <summary>Puts a part in the place of the one of the same component, or at the end.</summary>
    public Recipe Put(Part part)
    {
        int at = IndexOf(part.Component);
        return at < 0 ? Add(part) : new Recipe(Parts.SetItem(at, part));
    }

    public Recipe Without(string component) => new(Parts.RemoveAll(part => part.Component == component));

    /// <summary>The recipe with mends that the run has found to be needed.</summary>
    public Recipe With(IEnumerable<Part> mends) => mends.Aggregate(this, (recipe, part) =>
        recipe[part.Component] is { } known && Catalogue.Get(part.Component) is Mend mend ? recipe.Put(mend.Join(known, part)) : recipe.Put(part));

    /// <summary>Whether it guesses the same for every row, and so looks at no column.</summary>
    public bool IsConstant => Models.All(model => model.Family is Baseline);

    public int Folds => Has(FewerFolds.Key) ? 2 : Math.Clamp(this[Components.FoldSplit.Key]?.Whole("k", 5) ?? 5, 2, 20);

    public int Seeds => Math.Clamp(this[Components.SeedBag.Key]?.Whole(Components.SeedBag.Setting, 1) ?? 1, 1, 20);

    public IEnumerable<(ModelFamily Family, Part Part)> Models =>
        from part in Parts
        let family = Catalogue.Family(part.Component)
        where family is not null
        select (family, part);

    private int IndexOf(string component)
    {
        for (int i = 0; i < Parts.Length; i++)
        {
            if (Parts[i].Component == component)
            {
                return i;
            }
        }

        return -1;
    }
}
