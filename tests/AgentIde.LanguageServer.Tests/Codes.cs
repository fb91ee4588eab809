using AgentIde.Core.Engineering;

namespace AgentIde.LanguageServer.Tests;

internal static class Codes
{
    public const string Draft = "import pandas as pd\n\ntrain = pd.read_csv('input/train.csv')\nmodel = Mean()\nmodel.fit(train)\nsave(model)\n";

    public const string Improved = "import pandas as pd\n\ntrain = pd.read_csv('input/train.csv')\ntrain['volume'] = train.x * train.y * train.z\nmodel = Boosting(depth=8)\nmodel.fit(train)\nsave(model)\n";

    public static Reason[] DraftReasons { get; } = [new(3, 3, "data", "All rows are read at once"), new(4, 5, "model", "A mean is the floor to beat")];

    public static Reason[] ImprovedReasons { get; } = [new(4, 4, "features", "Price grows with volume"), new(5, 6, "model", "Trees find thresholds in carat")];
}
