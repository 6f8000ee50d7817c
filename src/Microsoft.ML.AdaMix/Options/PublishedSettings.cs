namespace Microsoft.ML.AdaMix;

/// <summary>The settings of the runs from which the authors' published checkpoints are.</summary>
/// <remarks>
/// Two commands are published, both for MNLI. The rest is read from the names of the runs: encoder, seed, epochs, bottleneck, experts, a
/// quarter or half of the batch, consistency and learning rate.
/// </remarks>
internal static class PublishedSettings
{
    private sealed record Run(double? LearningRate, int Epochs, int BatchSize, double Consistency = 1);

    /// <summary>The published method and mixture, everything else as by default.</summary>
    public static AdaMixOptions Method(int bottleneck = 16) => new()
    {
        Method = new AdapterTuning { Bottleneck = bottleneck, Placement = AdapterPlacement.FeedForward },
        Mixture = MixtureOptions.Published,
        HeadStart = HeadStart.Random,
    };

    public static AdaMixOptions Find(PublishedEncoder encoder, GlueTask task)
    {
        Run run = encoder switch
        {
            PublishedEncoder.BertBase => BertBase(task),
            PublishedEncoder.RobertaLarge => RobertaLarge(task),
            _ => throw new ArgumentOutOfRangeException(nameof(encoder), encoder, "Expected BertBase or RobertaLarge."),
        };
        AdaMixOptions options = Method(encoder == PublishedEncoder.BertBase ? 48 : 16);
        return options with
        {
            Mixture = options.Mixture! with { ConsistencyWeight = run.Consistency },
            LearningRate = run.LearningRate ?? throw new ArgumentException(
                $"The learning rate of {encoder} on {task} is not known; expected another task, or {nameof(AdaMixOptions)}.Published() "
                + "with a rate of your own.", nameof(task)),
            Epochs = run.Epochs,
            BatchSize = run.BatchSize,
            WeightDecay = 0.1,
            WarmupRatio = 0.06,
            Beta2 = 0.999,
            MaxLength = 128,
        };
    }

    private static Run BertBase(GlueTask task) => task switch
    {
        GlueTask.Cola => new(5e-4, 100, 16),
        GlueTask.Mnli => new(4e-4, 40, 64),
        GlueTask.Mrpc => new(4e-4, 100, 16),
        GlueTask.Qnli => new(4e-4, 20, 64),
        GlueTask.Qqp => new(5e-4, 60, 64),
        GlueTask.Rte => new(5e-4, 80, 32),
        GlueTask.Sst2 => new(4e-4, 40, 64),
        GlueTask.Stsb => new(5e-4, 80, 32),
        _ => throw Unknown(task),
    };

    private static Run RobertaLarge(GlueTask task) => task switch
    {
        GlueTask.Cola => new(3e-4, 80, 64),
        GlueTask.Mnli => new(3e-4, 20, 64),
        GlueTask.Mrpc => new(3e-4, 60, 64),
        GlueTask.Qnli => new(3e-4, 20, 64),
        GlueTask.Qqp => new(null, 80, 64),
        GlueTask.Rte => new(5e-4, 60, 64),
        GlueTask.Sst2 => new(3e-4, 20, 64),
        GlueTask.Stsb => new(3e-4, 80, 64, Consistency: 0),
        _ => throw Unknown(task),
    };

    private static ArgumentOutOfRangeException Unknown(GlueTask task) =>
        new(nameof(task), task, $"Expected {string.Join(", ", Enum.GetNames<GlueTask>())}.");
}
