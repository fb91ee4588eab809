using System.Text.Json.Serialization;

namespace AgentIde.Models.Prices;

/// <summary>A table of prices as a file: dollars for a million tokens, all of one day.</summary>
internal sealed record PriceFile(DateOnly AsOf, IReadOnlyList<PriceLine> Prices, IReadOnlyList<string>? Sources = null);

/// <param name="Model">As the user names it: <c>openai:gpt-5.1</c>.</param>
internal sealed record PriceLine(string Model, decimal Input, decimal Output, decimal? CachedInput = null, DateOnly? AsOf = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PriceFile))]
internal sealed partial class PriceFileJson : JsonSerializerContext;
