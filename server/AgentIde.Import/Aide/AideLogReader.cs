using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AgentIde.Import.Aide;

/// <summary>
/// A log of what AIDE asked its models and what they answered, one exchange a line, in order. A reply with a program is a
/// node; the review after it quotes the program as it ran and what it wrote; a prompt that quotes an earlier program says
/// who the parent is. How long a program ran stands under what it wrote, in round figures; exceptions and ids are not in such a log.
/// </summary>
internal sealed class AideLogReader
{
    private static readonly string[] PromptParts = ["system", "user"];

    private readonly string _file;
    private readonly List<Solution> _solutions = [];
    private readonly List<string> _notes = [];
    private readonly List<AideCall> _withoutCode = [];
    private string? _description;

    private AideLogReader(string file) => _file = file;

    public static AideRun Read(string file, ReadOnlyMemory<byte> bytes, IEnumerable<JsonDocument> lines)
    {
        AideLogReader reader = new(file);
        int number = 0;
        foreach (JsonDocument line in lines)
        {
            using (line)
            {
                reader.Take(++number, line.RootElement);
            }
        }

        return reader.Run(bytes);
    }

    private AideRun Run(ReadOnlyMemory<byte> bytes)
    {
        if (_withoutCode.Count > 0)
        {
            _solutions.Add(new Solution([.. _withoutCode], null, "", null, null));
        }

        if (_solutions.Count == 0)
        {
            throw AideFile.Wrong(_file, "no reply in it holds a program");
        }

        AideNode[] nodes = [.. _solutions.Select(Node)];
        (bool? maximize, ImmutableArray<string> notes) = MetricDirections.Of(nodes);
        return new AideRun(_file, bytes, _description, maximize, [.. nodes], [.. notes, .. _notes]);
    }

    private void Take(int number, JsonElement exchange)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"line {number}");
        if (exchange.ValueKind != JsonValueKind.Object)
        {
            throw AideFile.Wrong(_file, $"{where} is no object with \"system\" and \"response\"");
        }

        string prompt = Prompt(where, exchange);
        if (!exchange.TryGetProperty("response", out JsonElement response))
        {
            throw AideFile.Wrong(_file, $"{where} has no \"response\"");
        }

        string reply = response.ValueKind == JsonValueKind.String ? response.GetString()! : response.GetRawText();
        Bound(where, reply);
        PythonValue? arguments = exchange.TryGetProperty("function_spec", out JsonElement function) && function.ValueKind != JsonValueKind.Null ? PythonLiteral.Read(reply) : null;
        AideCall call = new(function.ValueKind == JsonValueKind.Object ? $"{prompt}\n\n# Function to call\n\n{function.GetRawText()}\n" : prompt, reply, arguments?["is_bug"] is not null);
        if (call.IsReview)
        {
            Review(where, prompt, call, arguments!);
        }
        else if (function.ValueKind == JsonValueKind.Object && arguments?["code"] is null)
        {
            throw AideFile.Wrong(_file, $"{where} answers a function call with what is neither a review (is_bug, metric, …) nor a program (plan, code)");
        }
        else
        {
            Solve(prompt, call, arguments);
        }
    }

    private void Solve(string prompt, AideCall call, PythonValue? arguments)
    {
        _description ??= Prompts.Task(prompt);
        (string plan, string? code) = arguments?["code"]?.Text is { } given
            ? (arguments["plan"]?.Text?.Trim() ?? "", Replies.Read(given).Code ?? given)
            : Replies.Read(call.Reply);
        if (code is null)
        {
            // AIDE asks again then: the call belongs to the node that comes of it.
            _withoutCode.Add(call);
            return;
        }

        (string Code, string Output)? buggy = Prompts.Buggy(prompt);
        string? quoted = buggy?.Code ?? Prompts.Previous(prompt);
        int? parent = quoted is null ? null : CodeMatch.Find(quoted, [.. _solutions.Select(solution => solution.Program)]);
        if (quoted is not null && parent is null)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"the parent of node {_solutions.Count + 1}: the program that its prompt quotes is no earlier node's"));
        }

        if (parent is { } found)
        {
            _solutions[found].RanAs(quoted!);
            _solutions[found].Output ??= buggy?.Output;
            _solutions[found].WasDebugged |= buggy is not null;
        }

        _solutions.Add(new Solution([.. _withoutCode, call], parent, plan, code, quoted is null ? null : buggy is not null));
        _withoutCode.Clear();
    }

    private void Review(string where, string prompt, AideCall call, PythonValue arguments)
    {
        int[] waiting = [.. Enumerable.Range(0, _solutions.Count).Where(index => _solutions[index].Review is null)];
        (string Code, string Output)? executed = Prompts.Reviewed(prompt);
        int? found = executed is { } quoted ? CodeMatch.Find(quoted.Code, [.. waiting.Select(index => _solutions[index].Program)])
            : waiting.Length > 0 ? waiting.Length - 1 : null;
        if (found is not { } position)
        {
            _notes.Add($"whose review {where} is: the program that it quotes is no node's");
            return;
        }

        Solution solution = _solutions[waiting[position]];
        solution.Review = arguments;
        solution.Calls.Add(call);
        if (executed is { } run)
        {
            solution.RanAs(run.Code);
            solution.Output = run.Output;
        }
    }

    private static AideNode Node(Solution solution, int index)
    {
        PythonValue? review = solution.Review;
        double? metric = review?["metric"]?.Number is { } number && double.IsFinite(number) ? number : null;
        bool isBug = review?["is_bug"]?.Flag is true, hasNone = review?["has_csv_submission"]?.Flag is false;
        bool? isBuggy = review is not null ? isBug || hasNone || metric is null : solution.WasDebugged ? true : null;
        string? judgement = isBug ? "AIDE's reviewer says that it has a bug"
            : hasNone ? "AIDE's reviewer says that it wrote no submission.csv"
            : review is not null ? "AIDE's reviewer found no metric in its output"
            : solution.WasDebugged ? "AIDE took it for buggy: it was debugged" : null;
        return new AideNode(
            string.Create(CultureInfo.InvariantCulture, $"reply {index + 1}"),
            solution.Parent,
            solution.Program?.Text,
            solution.Plan,
            null,
            solution.Output is { } output ? new AideExecution(output, ExecutionTimes.Last(output), null, [], [], IsRounded: true) : null,
            isBuggy,
            metric,
            review?["lower_is_better"]?.Flag is { } lower ? !lower : null,
            review?["summary"]?.Text,
            judgement,
            [.. solution.Calls])
        {
            Debugs = solution.Debugs,
            IsEndedByTraceback = isBug || (review is null && solution.WasDebugged),
        };
    }

    private string Prompt(string where, JsonElement exchange)
    {
        string[] parts = [.. PromptParts
            .Select(name => exchange.TryGetProperty(name, out JsonElement part) && part.ValueKind == JsonValueKind.String ? part.GetString()! : "")
            .Where(part => part.Length > 0)];
        string prompt = parts.Length > 0 ? string.Join("\n\n", parts) : throw AideFile.Wrong(_file, $"{where} has no \"system\" with the prompt");
        Bound(where, prompt);
        return prompt;
    }

    private void Bound(string where, string text)
    {
        if (text.Length > AideFile.MaximumText)
        {
            throw AideFile.Wrong(_file, $"{where} has a text of {text.Length:N0} characters, and at most {AideFile.MaximumText:N0} are read");
        }

        if (_solutions.Count >= AideFile.MaximumNodes)
        {
            throw AideFile.Wrong(_file, $"it has more than {AideFile.MaximumNodes} programs, and no more are read");
        }
    }

    /// <summary>A node as far as the log has told of it.</summary>
    private sealed class Solution(List<AideCall> calls, int? parent, string plan, string? replied, bool? debugs)
    {
        public List<AideCall> Calls { get; } = calls;

        public int? Parent { get; } = parent;

        public string Plan { get; } = plan;

        public bool? Debugs { get; } = debugs;

        /// <summary>As it ran, where a prompt quotes it; else as the reply has it.</summary>
        public KnownProgram? Program { get; private set; } = replied is null ? null : new KnownProgram(replied);

        public string? Output { get; set; }

        public PythonValue? Review { get; set; }

        public bool WasDebugged { get; set; }

        public void RanAs(string code) => Program = Program?.Text == code ? Program : new KnownProgram(code);
    }
}
