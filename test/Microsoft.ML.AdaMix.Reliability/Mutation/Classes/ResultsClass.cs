using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>Results of studies: what is accepted is the original, but for lines without a check, as earlier versions wrote.</summary>
internal sealed class ResultsClass : FileClass
{
    private readonly Scratch _scratch;
    private readonly string[] _texts;
    private readonly JsonTemplate _template;
    private readonly byte[] _second;

    public ResultsClass()
    {
        _scratch = Own(new Scratch());
        TrialResult[] results = [Result(1), Result(2)];
        _texts = Array.ConvertAll(results, Text);
        string path = _scratch.File("valid.jsonl");
        using (ResultsFile file = ResultsFile.Open(path))
        {
            Array.ForEach(results, file.Append);
        }

        Valid = File.ReadAllBytes(path);
        int end = Array.IndexOf(Valid, (byte)'\n');
        _template = new JsonTemplate(Valid[..end]);
        _second = Valid[(end + 1)..];
    }

    public override byte[] Valid { get; }

    public override byte[] Mutate(Dice dice) => dice.OneIn(4)
        ? LineMutator.Mutate(Valid, dice)
        : [.. _template.Mutate(dice), (byte)'\n', .. _second];

    public override string? Read(byte[] file)
    {
        using ResultsFile read = ResultsFile.Read(_scratch.Write("results.jsonl", file));
        _ = RightRows.Shares([.. read.All]);
        return file.AsSpan().Count("\"check\":"u8) < read.Count
            ? null
            : read.All.Select(Text).FirstOrDefault(text => !_texts.Contains(text)) is { } other ? $"it has the result {other}" : null;
    }

    private static string Text(TrialResult result) => JsonSerializer.Serialize(result, Output.JsonFormat);

    private static TrialResult Result(int seed)
    {
        TrialConfiguration configuration = new()
        {
            Data = new DataReference("trec", "train.tsv", null, "00"),
            Encoder = new EncoderReference("roberta-mini", null),
            Options = new AdaMixOptions { Epochs = 3 },
            Seed = seed,
        };
        return new TrialResult
        {
            Key = configuration.Key,
            Inference = InferenceMode.Merged,
            Configuration = configuration,
            Accuracy = 0.75,
            MacroAccuracy = 0.7,
            LogLoss = 0.5,
            TestRows = 4,
            Right = RightRows.Write([true, true, false, true]),
            Training = new TrainingCost(1, 2, 3, 4, 5),
            EvaluationSeconds = 1.5,
            Trace = new TrainingTrace { StepsPerEpoch = 2, Steps = [1, 2], Losses = [0.5, 0.25], Validation = [0.5] },
            Finished = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Version = "1.0.0",
        };
    }
}
