namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>
/// Chances from support vectors' margins. The library's own cost five more fits and draw from one generator for all
/// threads, so that folds side by side would never give the same twice.
/// </summary>
internal static class Margins
{
    public static void Write(Script script)
    {
        if (!script.Defines("MarginSVC"))
        {
            return;
        }

        script.From("itertools", "combinations");
        script.From("scipy.special", "softmax");
        script.From("sklearn.svm", "SVC");
        string sign = script.Problem.Goal == Goal.TwoClasses ? "-" : "";
        script.Segment(Block.Model, "chances from margins: each pair of classes votes by a logistic curve, the same way each time.", $"""
            class MarginSVC(SVC):
                def predict_proba(self, rows, steepness=5.0):
                    margins = {sign}steepness * self.decision_function(rows).reshape(len(rows), -1)
                    logs = np.zeros((len(rows), len(self.classes_)))
                    for column, (one, other) in enumerate(combinations(range(len(self.classes_)), 2)):
                        logs[:, one] -= np.logaddexp(0, -margins[:, column])
                        logs[:, other] -= np.logaddexp(0, margins[:, column])
                    return softmax(logs, axis=1)
            """);
    }
}
