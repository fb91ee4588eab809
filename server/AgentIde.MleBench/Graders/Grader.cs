using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>The score of a submission before rounding; NaN and infinity are scores too.</summary>
/// <exception cref="NoScoreException">It has none.</exception>
internal delegate double Grader(Table answers, Table submission);
