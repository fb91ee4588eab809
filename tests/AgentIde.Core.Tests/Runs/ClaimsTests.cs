using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Runs;

public sealed class ClaimsTests
{
    [Theory]
    [InlineData("""{"score": 0.25}""", "", 0.25)]
    [InlineData("""{"score": 1}""", "score: 0.5\n", 1.0)]
    [InlineData(null, "fold 1: 0.3\nscore: 0.31\nscore: 0.32\ndone\n", 0.32)]
    [InlineData(null, "Score: 1e-3\r\n", 0.001)]
    [InlineData("""{"score": "0.2"}""", "score: 0.4", 0.4)]
    [InlineData("not json", "score: 0.4", 0.4)]
    [InlineData("""{"score": 1e999}""", "", null)]
    [InlineData("""[1]""", "scores: 3\nthe score: 4\n", null)]
    [InlineData(null, "score: nan\n", null)]
    [InlineData(null, "", null)]
    public void Reads_the_claim_from_meta_else_from_the_last_score_line(string? meta, string output, double? claim) =>
        Claims.Read(meta is null ? null : new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(meta)), Encoding.UTF8.GetBytes(output)).ShouldBe(claim);
}
