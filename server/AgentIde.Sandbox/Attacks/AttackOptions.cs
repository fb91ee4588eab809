namespace AgentIde.Sandbox;

/// <param name="Python">Runs the controls, outside the sandbox.</param>
/// <param name="HomeFolder">Gets a canary file for the time of the attacks.</param>
public sealed record AttackOptions(string Python, string HomeFolder)
{
    public static AttackOptions Default { get; } =
        new("/usr/bin/python3", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify));
}
