using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Tests.Settings;

[TestClass]
public sealed class MethodSettingsTests
{
    [TestMethod]
    public void Every_name_makes_the_method_of_that_name()
    {
        foreach (string name in MethodNames.All)
        {
            Assert.AreEqual(name, new MethodSettings { Name = name }.Create().Name);
        }
    }

    [TestMethod]
    public void Without_options_methods_are_the_librarys_own()
    {
        AdapterTuning houlsby = (AdapterTuning)new MethodSettings { Name = "houlsby" }.Create();
        Assert.AreEqual((16, AdapterActivation.Silu, 1.0), (houlsby.Bottleneck, houlsby.EffectiveActivation, houlsby.EffectiveScale));
        AdapterTuning parallel = (AdapterTuning)new MethodSettings { Name = "parallel" }.Create();
        Assert.AreEqual((16, AdapterActivation.Relu, 4.0), (parallel.Bottleneck, parallel.EffectiveActivation, parallel.EffectiveScale));
    }

    [TestMethod]
    public void Options_reach_the_method()
    {
        LoraTuning lora = (LoraTuning)new MethodSettings { Name = "lora", Rank = 4, Alpha = 32, RankStabilized = true, LoraDropout = 0.1, Matrices = EncoderMatrices.All, Layers = "2..^1" }.Create();
        Assert.AreEqual((4, 32.0, true, 0.1, EncoderMatrices.All, 2..^1), (lora.Rank, lora.Alpha, lora.RankStabilized, lora.Dropout, lora.Matrices, lora.Layers));
        Assert.AreEqual(7, ((PromptTuning)new MethodSettings { Name = "prompt", Tokens = 7 }.Create()).Tokens);
        Assert.AreEqual(Reparameterization.Lstm, ((PromptTuning)new MethodSettings { Name = "prompt", Reparameterization = Reparameterization.Lstm }.Create()).Reparameterization);
    }

    [TestMethod]
    public void An_option_of_another_method_is_refused_by_name()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => new MethodSettings { Name = "full", Rank = 3, Layers = "1..2" }.Create());
        Assert.AreEqual("--rank is for lora; the method is full. --layers is for adapter, houlsby, pfeiffer, parallel, lora, ia3, prefix; the method is full.", error.Message);
    }

    [TestMethod]
    public void A_default_width_and_the_same_number_given_are_one_setting()
    {
        Assert.AreEqual(new MethodSettings { Name = "adapter", Bottleneck = 16 }, new MethodSettings { Name = "adapter" }.WithWidth());
        Assert.AreEqual(new MethodSettings { Name = "lora", Rank = 8 }, new MethodSettings { Name = "lora" }.WithWidth());
    }

    [TestMethod]
    [DataRow("6..12", "6..12")]
    [DataRow("6..", "6..^0")]
    [DataRow("..6", "0..6")]
    [DataRow("^4..^0", "^4..^0")]
    public void Layers_are_written_as_ranges(string text, string range) => Assert.AreEqual(range, LayerRange.Parse(text).ToString());

    [TestMethod]
    [DataRow("6")]
    [DataRow("a..b")]
    [DataRow("-1..3")]
    [DataRow("1..2..3")]
    public void What_is_no_range_is_refused(string text) => Assert.ThrowsExactly<ArgumentException>(() => LayerRange.Parse(text));

    [TestMethod]
    public void Class_weights_are_none_balanced_or_given()
    {
        Assert.AreSame(ClassWeights.None, ClassWeightSettings.Parse(null));
        Assert.AreSame(ClassWeights.Balanced, ClassWeightSettings.Parse("balanced"));
        Assert.IsNotNull(ClassWeightSettings.Parse("spam=5, a=b=0.5"));
        Assert.ThrowsExactly<ArgumentException>(() => ClassWeightSettings.Parse("a=1,b=2", _ => "both"));
        Assert.ThrowsExactly<ArgumentException>(() => ClassWeightSettings.Parse("spam"));
        Assert.Throws<ArgumentException>(() => ClassWeightSettings.Parse("spam=-1"));
    }

    [TestMethod]
    [DataRow("AllLayers", "all-layers")]
    [DataRow("BFloat16", "bfloat16")]
    [DataRow("Up", "up")]
    public void Enumerations_are_named_as_command_lines_write_them(string name, string word) => Assert.AreEqual(word, WordNaming.Instance.ConvertName(name));
}
