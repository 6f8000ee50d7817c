using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Testing;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>The small models that the reference numbers were computed with.</summary>
internal static class ReferenceModels
{
    /// <summary>Encoder and head as they are, without edits.</summary>
    public static TunedModel Plain(string family)
    {
        LoadedEncoder encoder = TestModels.Read(Reference.Golden(family));
        GoldenTensors file = new(Reference.Golden(family, "model.safetensors"));
        (string dense, string output) = family == "bert"
            ? ("bert.pooler.dense", "classifier")
            : ("classifier.dense", "classifier.out_proj");
        HeadWeights head = new(
            file.Tensor($"{dense}.weight"), file.Tensor($"{dense}.bias"), file.Tensor($"{output}.weight"), file.Tensor($"{output}.bias"));
        return new TunedModel(encoder, EncoderEdits.None, head, new TextInput(encoder.Config.MaxSequenceLength, SpecialTokensInText: true));
    }

    public static TokenIds[] Rows(string family) => new GoldenTensors(Reference.Golden(family, "base.safetensors")).Rows();

    public static (float[] Logits, float[] Embeddings) Score(TunedModel model, TokenIds[] rows)
    {
        using IModelSession session = ModelSessions.Open(model);
        float[] logits = new float[rows.Length * session.Outputs];
        float[] embeddings = new float[rows.Length * session.EmbeddingSize];
        session.Score(rows, logits, embeddings);
        return (logits, embeddings);
    }
}
