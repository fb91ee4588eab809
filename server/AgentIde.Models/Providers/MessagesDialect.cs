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

    /// <summary>Models that think whether asked to or not; what of it is shown has to be asked for.</summary>
    private bool AlwaysThinks => ThinksByDefault().IsMatch(model);

    /// <summary>Models that are held to a schema as they answer; a tool can't be forced on the later ones.</summary>
    private bool TakesFormat => TakesFormats().IsMatch(model);

    public Quirks Carries(ModelRequest request) => (streams ? Quirks.Stream : Quirks.None)
        | (request.Temperature is null || Thinks(request) || AlwaysThinks ? Quirks.Version : Quirks.Temperature)
        | (Thinks(request) ? Quirks.Effort : Quirks.None)
        | (Thinks(request) || AlwaysThinks ? Quirks.Thinking : Quirks.None)
        | (request.Form is null || (Thinks(request) && !TakesFormat) ? Quirks.None : Quirks.Form);

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
        var reader = new MessagesReader(hasTool: request.Form is not null && !TakesFormat);
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

    private bool Thinks(ModelRequest request) =>
        request.Effort is { } effort && (effort != Effort.None || AlwaysThinks) && (request.MaximumOutput > LeastThinking || !TakesBudget().IsMatch(model));

    private bool HasTemperature(ModelRequest request, Quirks without) =>
        request.Temperature is not null && !Thinks(request) && !AlwaysThinks && !without.HasFlag(Quirks.Temperature);

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
            WriteThinking(writer, request, without);
            if (request.Temperature is { } temperature && HasTemperature(request, without))
            {
                // OpenAI's scale goes to 2, this one to 1.
                writer.WriteNumber("temperature", Math.Clamp(temperature, 0, 1));
            }
            if (request.Form is { } form && !TakesFormat && !Thinks(request) && !without.HasFlag(Quirks.Form))
            {
                WriteTool(writer, form);
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

    /// <summary>Of the two ways to think one is refused by half of the models; a model that always thinks knows the one alone.</summary>
    private void WriteThinking(Utf8JsonWriter writer, ModelRequest request, Quirks without)
    {
        bool isAsked = Thinks(request) && !without.HasFlag(Quirks.Effort);
        bool isOtherWay = without.HasFlag(Quirks.Thinking);
        bool hasBudget = isAsked && !AlwaysThinks && TakesBudget().IsMatch(model) != isOtherWay;
        if (hasBudget && request.MaximumOutput > LeastThinking)
        {
            double part = request.Effort switch { Effort.Minimal => 0, Effort.Low => 0.25, Effort.High => 0.75, Effort.ExtraHigh => 0.85, Effort.Max => 0.95, _ => 0.5 };
            writer.WriteStartObject("thinking");
            writer.WriteString("type", "enabled");
            writer.WriteNumber("budget_tokens", Math.Clamp((int)(request.MaximumOutput * part), LeastThinking, request.MaximumOutput - 1));
            writer.WriteEndObject();
        }
        else if (!hasBudget && (AlwaysThinks ? !isOtherWay : isAsked))
        {
            writer.WriteStartObject("thinking");
            writer.WriteString("type", "adaptive");
            writer.WriteString("display", "summarized");
            writer.WriteEndObject();
        }
        string? effort = isAsked && !hasBudget ? Word(request.Effort) : null;
        JsonElement? schema = request.Form is { } form && TakesFormat && !without.HasFlag(Quirks.Form) ? FormSchema.Of(form) : null;
        if (effort is not null || schema is not null)
        {
            writer.WriteStartObject("output_config");
            if (effort is not null)
            {
                writer.WriteString("effort", effort);
            }
            if (schema is { } wanted)
            {
                writer.WriteStartObject("format");
                writer.WriteString("type", "json_schema");
                writer.WritePropertyName("schema");
                wanted.WriteTo(writer);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
    }

    /// <summary>Below <c>low</c> there is nothing here.</summary>
    private static string Word(Effort? effort) => effort switch
    {
        Effort.None or Effort.Minimal or Effort.Low => "low",
        Effort.High => "high",
        Effort.ExtraHigh => "xhigh",
        Effort.Max => "max",
        _ => "medium",
    };

    private static void WriteTool(Utf8JsonWriter writer, AnswerForm form)
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

    [GeneratedRegex(@"claude-[a-z]+-([5-9]|[1-9]\d)(?!\d)")]
    private static partial Regex ThinksByDefault();

    [GeneratedRegex(@"claude-[a-z]+-(4-[5-9]|[5-9]|[1-9]\d)(?!\d)")]
    private static partial Regex TakesFormats();
}
