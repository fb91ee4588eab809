using System.Collections.Immutable;

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

    public int Folds => Math.Clamp(this[Components.FoldSplit.Key]?.Whole("k", 5) ?? 5, 2, 20);

    public int Seeds => Math.Clamp(this[Components.SeedBag.Key]?.Whole("seeds", 1) ?? 1, 1, 20);

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
