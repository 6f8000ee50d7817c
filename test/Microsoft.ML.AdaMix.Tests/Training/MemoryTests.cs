using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Training;

namespace Microsoft.ML.AdaMix.Tests.Training;

[TestClass]
public sealed class MemoryTests
{
    private static readonly EncoderConfig Base = new()
    {
        Family = EncoderFamily.Roberta,
        VocabularySize = 50_265,
        HiddenSize = 768,
        Layers = 12,
        Heads = 12,
        IntermediateSize = 3072,
        MaxPositions = 514,
        TokenTypes = 1,
        PadTokenId = 1,
        LayerNormEpsilon = 1e-5,
        HiddenActivation = Activation.Gelu,
    };

    [TestMethod]
    public void Too_little_memory_names_the_remedies_and_the_next_training_works()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food"));
        InsufficientMemoryException error = Assert.ThrowsExactly<InsufficientMemoryException>(
            () => Rows.Pipeline(ml, Rows.Quick(), progress: new FailingAllocation()).Fit(data));
        Assert.Contains("you tried to allocate 50331648 bytes.", error.Message);
        Assert.DoesNotContain("frame #0", error.Message);
        Assert.Contains("set MicroBatchSize to ", error.Message);
        Assert.Contains("GradientCheckpointing", error.Message);
        Assert.Contains("lower BatchSize (now ", error.Message);
        Assert.IsInstanceOfType<ExternalException>(error.InnerException);
        Assert.IsNotNull(Rows.Pipeline(ml, Rows.Quick()).Fit(data));
    }

    [TestMethod]
    public void Other_native_errors_stay_what_they_are()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food"));
        Assert.ThrowsExactly<ExternalException>(
            () => Rows.Pipeline(ml, Rows.Quick(), progress: new FailingAllocation("shapes do not match")).Fit(data));
    }

    [TestMethod]
    public void What_is_set_already_is_not_a_remedy()
    {
        string remedy = StepMemory.Remedy(new AdaMixOptions { MicroBatchSize = 1, GradientCheckpointing = true, BatchSize = 8 });
        Assert.DoesNotContain("MicroBatchSize", remedy);
        Assert.DoesNotContain("GradientCheckpointing", remedy);
        Assert.Contains("BatchSize (now 8)", remedy);
    }

    [TestMethod]
    public void Of_windows_the_first_remedies_are_fewer_and_shorter_ones()
    {
        AdaMixOptions options = new() { BatchSize = 8, LongTexts = new WindowOptions() };
        Assert.StartsWith(
            "To need less, lower LongTexts.MaxWindows (now 16) or MaxLength (now 128), set MicroBatchSize to 2 ",
            StepMemory.Remedy(options));
        string remedy = StepMemory.Remedy(options, partsHelp: false);
        Assert.DoesNotContain("MicroBatchSize", remedy);
        Assert.Contains("lower BatchSize (now 8), or give", remedy);
    }

    [TestMethod]
    public void The_estimate_grows_with_rows_tokens_layers_and_passes_and_less_with_recomputation()
    {
        long Estimate(int rows = 32, int tokens = 128, int layers = 12, int passes = 2, bool recomputed = false) =>
            StepMemory.Estimate(Base, rows, tokens, layers, passes, recomputed);
        Assert.AreEqual(2 * Estimate(), Estimate(rows: 64));
        Assert.IsGreaterThan(4 * Estimate(), Estimate(tokens: 512));
        Assert.AreEqual(Estimate() / 2, Estimate(passes: 1));
        Assert.AreEqual(Estimate() / 4, Estimate(layers: 3));
        Assert.IsLessThan(Estimate() / 4, Estimate(recomputed: true));
    }

    private sealed class FailingAllocation(string message =
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 50331648 bytes.\n"
        + "frame #0: c10::ThrowEnforceNotMet") : IProgress<TrainingProgress>
    {
#pragma warning disable CA2201 // What TorchSharp throws.
        public void Report(TrainingProgress value) => throw new ExternalException(message);
#pragma warning restore CA2201
    }
}
