using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Checkpoints as users of the trainer meet them.</summary>
[TestClass]
public sealed class CheckpointTests
{
    private static readonly AdaMixOptions Quick = Rows.Quick() with { Epochs = 2, BatchSize = 8, ValidationFraction = 0.2 };

    [TestMethod]
    [DataRow("adapter")]
    [DataRow("frozen layers")]
    [DataRow("lora")]
    [DataRow("full")]
    public void Fit_goes_on_from_the_newest_checkpoint_and_gives_the_scores_bit_for_bit(string kind)
    {
        AdaMixOptions options = kind switch
        {
            "frozen layers" => Quick with { Method = new AdapterTuning { Bottleneck = 4, Layers = 3..^0 }, FrozenDropout = false },
            "lora" => Quick with { Method = new LoraTuning { Rank = 2 } },
            "full" => Quick with { Method = new FullFineTuning(), Mixture = null },
            _ => Quick,
        };
        float[][] expected = Scores(Fit(options));
        using TemporaryFolder folder = new();
        CheckpointOptions checkpoints = new() { Folder = folder.Path, Steps = 1, Keep = 100 };
        AssertSame(expected, Scores(Fit(options with { Checkpoints = checkpoints })), "with checkpoints");
        string[] written = [.. CheckpointFolder.List(folder.Path)];
        foreach (string checkpoint in (string[])[written[0], written[2], written[written.Length / 2], written[^2]])
        {
            using TemporaryFolder other = new();
            File.Copy(checkpoint, other.At(Path.GetFileName(checkpoint)));
            AssertSame(
                expected, Scores(Fit(options with { Checkpoints = checkpoints with { Folder = other.Path } })),
                Path.GetFileName(checkpoint));
        }
    }

    private static IDataView Data(MLContext ml) => ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 40, "animal", "food"));

    private static ITransformer Fit(AdaMixOptions options, IDataView? data = null)
    {
        MLContext ml = new(1);
        return Rows.Pipeline(ml, options).Fit(data ?? Data(ml));
    }

    private static float[][] Scores(ITransformer model) => [.. model.Transform(Data(new MLContext(1))).GetColumn<float[]>("Score")];

    private static void AssertSame(float[][] expected, float[][] found, string which)
    {
        for (int row = 0; row < expected.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row], found[row], $"{which}, row {row}");
        }
    }
}
