using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public class SharedTokenizerTests
{
    [TestMethod]
    public void All_models_on_an_encoder_share_its_tokenizer()
    {
        LoadedEncoder encoder = Encoder();

        ITextTokenizer tokenizer = EncoderExtras.For(encoder).Tokenizer(specialTokensInText: false);

        Assert.AreSame(tokenizer, EncoderExtras.For(encoder).Tokenizer(specialTokensInText: false));
        Assert.AreNotSame(tokenizer, EncoderExtras.For(encoder).Tokenizer(specialTokensInText: true));
        Assert.AreNotSame(tokenizer, EncoderExtras.For(Encoder()).Tokenizer(specialTokensInText: false));
    }

    private static LoadedEncoder Encoder() => TestModels.Encoder(TestModels.Config(EncoderFamily.Roberta) with { VocabularySize = 300 })
        with { Tokenizer = TinyTokenizers.Roberta("{}") };
}
