using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using CsCheck;

namespace AgentIde.Core.Tests.PullRequests;

/// <summary>What a scan of a program finds, and that the programs of our own engineer hold none of it.</summary>
public sealed class CodeScanTests
{
    [Theory]
    [InlineData("import socket", "network")]
    [InlineData("import os, urllib.request", "network")]
    [InlineData("from requests import get", "network")]
    [InlineData("frame = pd.read_csv('https://evil.example/train.csv')", "network")]
    [InlineData("import subprocess as s", "other programs")]
    [InlineData("os.system('id')", "other programs")]
    [InlineData("from os import popen", "other programs")]
    [InlineData("!pip list", "other programs")]
    [InlineData("key = os.environ['OPENAI_API_KEY']", "environment")]
    [InlineData("os.getenv('HOME')", "environment")]
    [InlineData("eval(text)", "code from text")]
    [InlineData("exec(compile(text, 'x', 'exec'))", "code from text")]
    [InlineData("().__class__.__base__.__subclasses__()", "code from text")]
    [InlineData("__import__('so' + 'cket')", "hidden import")]
    [InlineData("importlib.import_module(name)", "hidden import")]
    [InlineData("model = pickle.load(file)", "unpickling")]
    [InlineData("pd.read_pickle('model.pkl')", "unpickling")]
    [InlineData("np.load('a.npy', allow_pickle=True)", "unpickling")]
    [InlineData("import ctypes", "native code")]
    [InlineData("base64.b64decode(text)", "data in disguise")]
    [InlineData(@"x = '\x41\x42\x43\x44\x45\x46\x47\x48\x49\x4a\x41\x42\x43\x44\x45\x46\x47\x48\x49\x4a\x41\x42\x43\x44'", "data in disguise")]
    [InlineData("open('/etc/passwd')", "files elsewhere")]
    [InlineData("open('../../.git/hooks/pre-commit', 'w')", "files elsewhere")]
    [InlineData("os.path.expanduser('~')", "files elsewhere")]
    [InlineData("key = 'sk-abcdefghijklmnopqrstu'", "a key")]
    [InlineData("if access != 'user\u202E \u2066# admin\u2069':", "hidden characters")]
    [InlineData("a\u200Bb = 1", "hidden characters")]
    [InlineData("р\u0430ss = ev\u0430l", "letters that look like others")]
    public void Python_that_reaches_further_is_found(string line, string kind)
    {
        ScanFinding[] found = [.. CodeScan.Of($"x = 1\n{line}\n", ProgramLanguage.Python)];
        found.Select(finding => finding.Kind).ShouldContain(kind);
        found.ShouldAllBe(finding => finding.Line == 2);
    }

    [Theory]
    [InlineData("using System.Net.Http;", "network")]
    [InlineData("Process.Start(\"id\");", "other programs")]
    [InlineData("Environment.GetEnvironmentVariable(\"HOME\")", "environment")]
    [InlineData("Assembly.Load(bytes)", "code from text")]
    [InlineData("#:package Evil@1.0", "code from text")]
    [InlineData("[DllImport(\"libc\")]", "native code")]
    [InlineData("Convert.FromBase64String(text)", "data in disguise")]
    [InlineData("File.ReadAllText(\"/etc/passwd\")", "files elsewhere")]
    public void So_is_CSharp(string line, string kind) => CodeScan.Of(line, ProgramLanguage.CSharp).Select(finding => finding.Kind).ShouldContain(kind);

    [Theory]
    [InlineData("frame = frame.eval('a + b')")]
    [InlineData("model.eval()")]
    [InlineData("pattern = re.compile('a')")]
    [InlineData("train = pd.read_csv(\"input/train.csv\")")]
    [InlineData("# What is written here is no request: it only reads")]
    [InlineData("größe = frame['café'].map(str.lower)")]
    [InlineData("order = np.argsort(-scores[::-1])")]
    [InlineData("os.environ.update(OMP_NUM_THREADS=\"1\", OPENBLAS_NUM_THREADS='1')  # each on one core")]
    [InlineData("os.environ['MKL_NUM_THREADS'] = '4'")]
    [InlineData("os.environ.setdefault(\"POLARS_MAX_THREADS\", \"2\")")]
    [InlineData("CORES = int(os.environ.get(\"AGENTIDE_CORES\") or os.cpu_count() or 1)")]
    public void What_is_usual_is_not_found(string line) => CodeScan.Of(line, ProgramLanguage.Python).ShouldBeEmpty();

    [Theory]
    [InlineData("os.environ.update(OMP_NUM_THREADS=\"1\", PATH=\"x\")")]
    [InlineData("os.environ.update(OMP_NUM_THREADS=token)")]
    [InlineData("os.environ[\"OMP_NUM_THREADS\"] = \"1\"; send(os.environ)")]
    [InlineData("os.environ.get(\"AGENTIDE_CORES\", os.environ[\"TOKEN\"])")]
    [InlineData("os.environ[\"LD_NUM_THREADS\"] = \"1\"")]
    public void Of_the_environment_only_how_many_threads_there_are_is_usual(string line) => CodeScan.Of(line, ProgramLanguage.Python).Select(finding => finding.Kind).ShouldBe(["environment"]);

    [Fact]
    public void In_the_programs_of_our_own_engineer_nothing_is_found()
    {
        string[] programs = [.. Directory.EnumerateFiles(Repository.PathOf("tests", "AgentIde.Core.Tests", "Engineering", "Expected"), "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".py" or ".cs")];
        programs.ShouldNotBeEmpty();
        foreach (string program in programs)
        {
            CodeScan.Of(File.ReadAllText(program), Path.GetExtension(program) == ".py" ? ProgramLanguage.Python : ProgramLanguage.CSharp)
                .ShouldBeEmpty(program);
        }
    }

    [Fact]
    public void Any_text_is_scanned_and_each_finding_is_short() => Hostile.Text.Array[0, 20].Sample(lines =>
    {
        foreach (ScanFinding finding in CodeScan.Of(string.Join('\n', lines), ProgramLanguage.Python))
        {
            finding.Line.ShouldBeGreaterThan(0);
            finding.Text.Length.ShouldBeLessThanOrEqualTo(130);
        }
    }, iter: 500);

    [Fact]
    public void A_line_too_long_to_read_is_a_finding() =>
        CodeScan.Of(new string('a', 300_000), ProgramLanguage.Python).Select(finding => finding.Kind).ShouldBe(["data in disguise", "a long line"]);
}
