using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>How many embeddings may have no token in vocab.txt before it counts as cut off.</summary>
[TestClass]
public sealed class CutVocabularyTests
{
    [TestMethod]
    [DataRow(120, 120)]
    [DataRow(30522, 30522)]
    [DataRow(30522, 30528)] // padded to 64
    [DataRow(30522, 30592)] // padded to 128
    [DataRow(1000, 1024)]
    [DataRow(30522, 30800)] // some for tokens to come
    public void Padded_embeddings_and_some_to_come_are_accepted(int tokens, int rows) => Check(tokens, rows, "\n");

    [TestMethod]
    [DataRow(60, 120, "\n")]
    [DataRow(5, 120, "\n")]
    [DataRow(107, 120, "\n")]
    [DataRow(29000, 30522, "\n")]
    [DataRow(30100, 30522, "\n")]
    [DataRow(30300, 30522, "")] // in the middle of a line
    public void A_vocabulary_that_lacks_more_is_cut_off(int tokens, int rows, string ending)
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Check(tokens, rows, ending));
        Assert.Contains("vocab.txt", error.Message);
        Assert.Contains("is cut off", error.Message);
        Assert.Contains($"{rows} (vocab_size)", error.Message);
    }

    private static void Check(int tokens, int rows, string ending)
    {
        int words = tokens - TinyTokenizers.BertSpecials.Length;
        string text = TinyTokenizers.VocabText([.. Enumerable.Range(0, words).Select(id => $"w{id}")]);
        LoadedEncoder encoder = new(
            "x", TestModels.Config(EncoderFamily.Bert) with { VocabularySize = rows }, new Dictionary<string, HostTensor>(),
            TinyTokenizers.Files(("vocab.txt", text.TrimEnd() + ending)));
        _ = TextTokenizer.ForEncoder(encoder, specialTokensInText: false);
    }
}
