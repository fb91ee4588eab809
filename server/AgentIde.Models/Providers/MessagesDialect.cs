using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentIde.Models.Providers;

/// <summary>
/// Anthropic's <c>POST /messages</c>. Spoken here and not by Anthropic's client library, which needs JSON by reflection,
/// and this product runs without.
/// </summary>
internal sealed partial class MessagesDialect(Uri baseAddress, string model, bool streams) : IDialect
{
    private const string Version = "2026-10-21";

    /// <summary>Of before <c>temperature</c> was removed from the protocol; still served.</summary>
    private const string OlderVersion = "2023-06-01";

    /// <summary>The least that the provider takes as a budget for thinking.</summary>
    private const int LeastThinking = 1024;

    public Quirks Carries(ModelRequest request) => (streams ? Quirks.Stream : Quirks.None)
        | (request.Temperature is null || Thinks(request) ? Quirks.Version : Quirks.Temperature)
        | (Thinks(request) ? Quirks.Thinking | Quirks.Effort : Quirks.None)
        | (request.Form is null || Thinks(request) ? Quirks.None : Quirks.Form);

    public bool HidesThinking(ModelRequest request) => Thinks(request) || !TakesBudget().IsMatch(model);

    public async IAsyncEnumerable<Heard> AskAsync(
        HttpClient http, ModelRequest request, Quirks without, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool streamed = streams && !without.HasFlag(Quirks.Stream);
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(baseAddress.AbsoluteUri + "/messages"));
        bool isOlder = without.HasFlag(Quirks.Version) || HasTemperature(request, without);
        message.Headers.TryAddWithoutValidation("anthropic-version", isOlder ? OlderVersion : Version);
        message.Content = new ByteArrayContent(Body(request, without, streamed));
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var reader = new MessagesReader(hasTool: request.Form is not null);
        if (!streamed)
        {
            using JsonDocument whole = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            foreach (Heard heard in reader.Whole(whole.RootElement))
            {
                yield return heard;
            }
            yield break;
        }
        await foreach (SseItem<string> item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            if (item.Data.Length == 0)
            {
                continue;
            }
            using JsonDocument piece = JsonDocument.Parse(item.Data);
            foreach (Heard heard in reader.Event(piece.RootElement))
            {
                yield return heard;
            }
            if (reader.HasEnded)
            {
                yield break;
            }
        }
    }

    public HttpRequestMessage Probe()
    {
        // The list comes in pages; a model that has an older alias is found by its name alone.
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri($"{baseAddress.AbsoluteUri}/models/{Uri.EscapeDataString(model)}"));
        message.Headers.TryAddWithoutValidation("anthropic-version", Version);
        return message;
    }

    private static bool Thinks(ModelRequest request) => request.Effort is not null && request.MaximumOutput > LeastThinking;

    private static bool HasTemperature(ModelRequest request, Quirks without) =>
        request.Temperature is not null && !Thinks(request) && !without.HasFlag(Quirks.Temperature);

    private byte[] Body(ModelRequest request, Quirks without, bool streamed)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteNumber("max_tokens", request.MaximumOutput);
            if (request.System.Length > 0)
            {
                writer.WriteString("system", request.System);
            }
            WriteMessages(writer, request);
            if (streamed)
            {
                writer.WriteBoolean("stream", true);
            }
            if (Thinks(request) && !without.HasFlag(Quirks.Effort))
            {
                WriteThinking(writer, request, budget: TakesBudget().IsMatch(model) != without.HasFlag(Quirks.Thinking));
            }
            else if (request.Temperature is { } temperature && HasTemperature(request, without))
            {
                // OpenAI's scale goes to 2, this one to 1.
                writer.WriteNumber("temperature", Math.Clamp(temperature, 0, 1));
            }
            if (request.Form is { } form && !Thinks(request) && !without.HasFlag(Quirks.Form))
            {
                WriteForm(writer, form);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMessages(Utf8JsonWriter writer, ModelRequest request)
    {
        writer.WriteStartArray("messages");
        foreach (ModelMessage message in request.Messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role", message.Role == ModelRole.User ? "user" : "assistant");
            writer.WriteString("content", message.Text);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteThinking(Utf8JsonWriter writer, ModelRequest request, bool budget)
    {
        writer.WriteStartObject("thinking");
        writer.WriteString("type", budget ? "enabled" : "adaptive");
        if (budget)
        {
            double part = request.Effort switch { Effort.Low => 0.25, Effort.High => 0.75, _ => 0.5 };
            writer.WriteNumber("budget_tokens", Math.Clamp((int)(request.MaximumOutput * part), LeastThinking, Math.Max(LeastThinking, request.MaximumOutput - 1)));
        }
        else
        {
            writer.WriteString("display", "summarized");
        }
        writer.WriteEndObject();
        if (!budget)
        {
            writer.WriteStartObject("output_config");
            writer.WriteString("effort", request.Effort switch { Effort.Low => "low", Effort.High => "high", _ => "medium" });
            writer.WriteEndObject();
        }
    }

    private static void WriteForm(Utf8JsonWriter writer, AnswerForm form)
    {
        writer.WriteStartArray("tools");
        writer.WriteStartObject();
        writer.WriteString("name", form.Name);
        writer.WriteString("description", "Gives the answer.");
        writer.WritePropertyName("input_schema");
        FormSchema.Of(form).WriteTo(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartObject("tool_choice");
        writer.WriteString("type", "tool");
        writer.WriteString("name", form.Name);
        writer.WriteEndObject();
    }

    /// <summary>Models up to 4.5 take a budget for thinking; from 4.6 on they decide themselves, guided by an effort.</summary>
    [GeneratedRegex(@"claude-(3|(opus|sonnet|haiku)-(3|4-20\d{6}|4$|4-0|4-1|4-5))")]
    private static partial Regex TakesBudget();
}
