using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>Writes the program of a recipe: the same recipe, task and profile give the same text, in whatever order its parts came about.</summary>
internal static class Composer
{
    public static (string Code, ImmutableArray<Reason> Reasons) Compose(Problem problem, Recipe recipe)
    {
        Script script = new(problem, recipe);
        IEnumerable<(Component Component, Part Part)> parts =
        [
            .. Catalogue.All.Where(component => component.IsStructure).Select(component => (component, Part.Of(component.Name))),
            .. recipe.Parts.Select(part => (Catalogue.Get(part.Component), part)),
        ];
        foreach ((Component component, Part part) in parts.OrderBy(entry => entry.Component.Block).ThenBy(entry => entry.Component.Rank).ThenBy(entry => Catalogue.Place(entry.Component)))
        {
            if (problem.Language == Runs.ProgramLanguage.CSharp)
            {
                component.WriteCSharp(script, part);
            }
            else
            {
                component.Write(script, part);
            }
        }

        return script.Finish($"{PythonText.Plain(problem.Task.Title, 50)}: {Words(problem, recipe)}, judged by {problem.Task.Metric.DisplayName}.");
    }

    public static string Words(Problem problem, Recipe recipe)
    {
        string models = PythonText.Names([.. recipe.Models.Select(model => model.Family.Words(problem))]);
        return recipe.Has(Components.LogTarget.Key) ? $"{models} on the logarithm" : models;
    }
}
