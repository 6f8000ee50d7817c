using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Tests.Settings;

[TestClass]
public sealed class ClassWeightSettingsTests
{
    [TestMethod]
    public void Class_weights_are_none_balanced_or_given()
    {
        Assert.AreSame(ClassWeights.None, ClassWeightSettings.Parse(null));
        Assert.AreSame(ClassWeights.Balanced, ClassWeightSettings.Parse("balanced"));
        Assert.IsNotNull(ClassWeightSettings.Parse("spam=5, a=b=0.5"));
        Assert.ThrowsExactly<InvalidDataException>(() => ClassWeightSettings.Parse("a=1,b=2", _ => "both"));
        Assert.ThrowsExactly<UsageException>(() => ClassWeightSettings.Parse("spam"));
        Assert.ThrowsExactly<UsageException>(() => ClassWeightSettings.Parse("spam=-1"));
    }

    [TestMethod]
    [DataRow("AllLayers", "all-layers")]
    [DataRow("BFloat16", "bfloat16")]
    [DataRow("Up", "up")]
    public void Enumerations_are_named_as_command_lines_write_them(string name, string word) =>
        Assert.AreEqual(word, WordNaming.Instance.ConvertName(name));
}
