using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Tests.Settings;

[TestClass]
public sealed class OptimizationSettingsTests
{
    [TestMethod]
    public void What_is_not_set_stays_the_librarys_own()
    {
        AdaMixOptions options = new();
        options = new OptimizationSettings().ApplyTo(options);

        AdaMixOptions own = new();
        Assert.AreEqual(
            (own.Epochs, own.BatchSize, own.MicroBatchSize, own.GradientCheckpointing, own.FrozenDropout, own.MaxLength),
            (options.Epochs, options.BatchSize, options.MicroBatchSize, options.GradientCheckpointing, options.FrozenDropout, options.MaxLength));
    }

    [TestMethod]
    public void What_is_set_reaches_the_options()
    {
        AdaMixOptions options = new();
        options = new OptimizationSettings { Epochs = 3, BatchSize = 64, MicroBatchSize = 8, GradientCheckpointing = true, FrozenDropout = false }.ApplyTo(options);

        Assert.AreEqual((3, 64, 8, true, false), (options.Epochs, options.BatchSize, options.MicroBatchSize, options.GradientCheckpointing, options.FrozenDropout));
    }
}
