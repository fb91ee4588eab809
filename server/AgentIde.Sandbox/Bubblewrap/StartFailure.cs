using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox;

/// <summary>Says in one line why bubblewrap could not make a sandbox, and what helps.</summary>
internal static class StartFailure
{
    internal const string NotInstalled = "bubblewrap is not installed: apt-get install bubblewrap";

    private const string AppArmorSetting = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

    internal static SandboxException Explain(string output) => new(Message(output, Setting(AppArmorSetting) == "1"));

    internal static string Message(string output, bool appArmorRestricts)
    {
        string line = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "it ended without a word";
        bool Says(string text) => output.Contains(text, StringComparison.OrdinalIgnoreCase);

        if (appArmorRestricts && (Says("uid map") || Says("Permission denied") || Says("loopback")))
        {
            return "AppArmor keeps bubblewrap from making user namespaces: let it with an AppArmor profile for /usr/bin/bwrap that has \"userns,\", "
                + "or run sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
        }

        if (Says("new namespace") || Says("user namespace") || Says("uid map"))
        {
            return $"This machine refuses user namespaces ({line}): run sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000; "
                + "in a container, start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined";
        }

        if (Says("unknown option"))
        {
            return $"bubblewrap is too old ({line}): version 0.8.0 or later is needed";
        }

        return $"The sandbox could not be made: {line}";
    }

    private static string? Setting(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;
}
