using System.Reflection;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

[TestClass]
public sealed class EmbeddedEncoderTests
{
    [TestMethod]
    public void The_content_assembly_gives_what_its_folder_gives()
    {
        LoadedEncoder folder = HuggingFaceFolder.Load(
            Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content"));
        LoadedEncoder embedded = Load();
        EncoderAssert.AreEqual(folder, embedded);
        CollectionAssert.AreEquivalent(folder.Tokenizer.Contents.Keys.ToList(), embedded.Tokenizer.Contents.Keys.ToList());
        Assert.AreEqual("roberta-mini", embedded.Name);
        Assert.AreEqual("roberta-mini", embedded.Tokenizer.Source);
    }

    [TestMethod]
    public void An_assembly_without_an_encoder_is_named()
    {
        FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(
            () => EmbeddedEncoder.Load(typeof(EmbeddedEncoderTests).Assembly, "none"));
        Assert.Contains("config.json", error.Message);
        Assert.Contains(typeof(EmbeddedEncoderTests).Assembly.GetName().Name!, error.Message);
    }

    internal static LoadedEncoder Load() => EmbeddedEncoder.Load(Assembly.Load("Microsoft.ML.AdaMix.RobertaMini"), "roberta-mini");
}
