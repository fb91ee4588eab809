using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Dap.Protocol;

/// <summary>All that goes over the wire of a debug session. The protocol has no nulls: what is not there is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 64)]
[JsonSerializable(typeof(ClientMessage))]
[JsonSerializable(typeof(Response))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(AdapterRequest))]
[JsonSerializable(typeof(StartDebuggingArguments))]
[JsonSerializable(typeof(InitializeArguments))]
[JsonSerializable(typeof(Capabilities))]
[JsonSerializable(typeof(AttachArguments))]
[JsonSerializable(typeof(LaunchArguments))]
[JsonSerializable(typeof(DisconnectArguments))]
[JsonSerializable(typeof(TerminateThreadsArguments))]
[JsonSerializable(typeof(OutputBody))]
[JsonSerializable(typeof(StoppedBody))]
[JsonSerializable(typeof(ContinuedBody))]
[JsonSerializable(typeof(ThreadBody))]
[JsonSerializable(typeof(InvalidatedBody))]
[JsonSerializable(typeof(CursorBody))]
[JsonSerializable(typeof(ThreadsBody))]
[JsonSerializable(typeof(StackTraceArguments))]
[JsonSerializable(typeof(StackTraceBody))]
[JsonSerializable(typeof(ScopesArguments))]
[JsonSerializable(typeof(ScopesBody))]
[JsonSerializable(typeof(VariablesArguments))]
[JsonSerializable(typeof(VariablesBody))]
[JsonSerializable(typeof(LocationsArguments))]
[JsonSerializable(typeof(LocationsBody))]
[JsonSerializable(typeof(EvaluateArguments))]
[JsonSerializable(typeof(EvaluateBody))]
[JsonSerializable(typeof(SetVariableArguments))]
[JsonSerializable(typeof(SetExpressionArguments))]
[JsonSerializable(typeof(SetVariableBody))]
[JsonSerializable(typeof(ExceptionInfoArguments))]
[JsonSerializable(typeof(ExceptionInfoBody))]
[JsonSerializable(typeof(SetBreakpointsArguments))]
[JsonSerializable(typeof(SourceBreakpoint))]
[JsonSerializable(typeof(SetExceptionBreakpointsArguments))]
[JsonSerializable(typeof(ExceptionFilterOptions))]
[JsonSerializable(typeof(BreakpointsBody))]
[JsonSerializable(typeof(ThreadArguments))]
[JsonSerializable(typeof(ContinueBody))]
[JsonSerializable(typeof(FrameArguments))]
internal sealed partial class DapJsonContext : JsonSerializerContext;
