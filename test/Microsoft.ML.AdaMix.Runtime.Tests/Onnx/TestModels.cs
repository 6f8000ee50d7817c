using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.DebertaV2;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Random models for tests.</summary>
internal static class TestModels
{
    public static EncoderConfig Config(EncoderFamily family) => new()
    {
        Family = family,
        VocabularySize = 50,
        HiddenSize = 16,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 24,
        MaxPositions = 40,
        TokenTypes = family switch
        {
            EncoderFamily.Roberta => 1,
            EncoderFamily.Bert or EncoderFamily.Electra or EncoderFamily.Albert => 2,
            _ => 0,
        },
        PadTokenId = family is EncoderFamily.Roberta or EncoderFamily.MPNet ? 1 : 0,
        LayerNormEpsilon = 1e-5,
        HiddenActivation = Activation.Gelu,
        EmbeddingSize = family is EncoderFamily.Electra or EncoderFamily.Albert ? 12 : null,
        LayerGroups = family == EncoderFamily.Albert ? 1 : null,
        HeadActivation = family is EncoderFamily.DebertaV2 or EncoderFamily.ModernBert ? Activation.Gelu : null,
        Disentangled = family == EncoderFamily.DebertaV2 ? new DisentangledPositions(8, 40, true, true, true) : null,
        Rotary = family == EncoderFamily.ModernBert ? new RotaryPositions(160_000, 10_000, 3, [true, false], ReadsMean: true) : null,
    };

    public static LoadedEncoder Encoder(EncoderFamily family, int seed = 1) => Encoder(Config(family), seed);

    public static LoadedEncoder Encoder(EncoderConfig config, int seed = 1)
    {
        Random random = new(seed);
        return new LoadedEncoder("random", config,
            EncoderTensors.Required(config).ToDictionary(tensor => tensor.Name, tensor => Random(random, tensor.Shape)), NoTokenizer);
    }

    public static TunedModel Model(LoadedEncoder encoder, int seed = 2, int outputs = 3)
    {
        Random random = new(seed);
        int hidden = encoder.Config.HiddenSize;
        EncoderEdits edits =
        [
            .. Enumerable.Range(0, encoder.Config.Layers).Select(layer => new AdapterEdit(
                EncoderTensors.Layer(layer) + "output", AdapterInput.Output,
                Random(random, 8, hidden), Random(random, 8), Random(random, hidden, 8), Random(random, hidden), Activation.Gelu)),
        ];
        HeadWeights head = new(
            Random(random, hidden, hidden), Random(random, hidden), Random(random, outputs, hidden), Random(random, outputs))
        {
            Norm = HeadWeights.HasNorm(encoder.Config, null) ? new HeadNorm(Random(random, hidden), Random(random, hidden)) : null,
        };
        return new TunedModel(encoder, edits, head, new TextInput(encoder.Config.MaxSequenceLength, SpecialTokensInText: true));
    }

    /// <summary>The model with other edits, and texts as long as these allow.</summary>
    public static TunedModel With(this TunedModel model, EncoderEdits edits) => model with
    {
        Edits = edits,
        Input = model.Input with { MaxLength = model.Encoder.Config.MaxSequenceLength - edits.PositionsTaken },
    };

    /// <summary>Rows of random ids that are no padding, of the given lengths.</summary>
    public static TokenIds[] Rows(EncoderConfig config, params int[] lengths)
    {
        Random random = new(3);
        return [.. lengths.Select(
            length => new TokenIds([.. Enumerable.Range(0, length).Select(_ => random.Next(2, config.VocabularySize))], length))];
    }

    public static float[] Score(TunedModel model, params TokenIds[] rows) => Score(model, ServingPrecision.Float32, rows);

    public static float[] Score(TunedModel model, ServingPrecision precision, params TokenIds[] rows)
    {
        using IModelSession session = ModelSessions.Open(model, precision);
        return Score(session, rows);
    }

    public static float[] Score(IModelSession session, TokenIds[] rows)
    {
        float[] logits = new float[rows.Length * session.Outputs];
        session.Score(rows, logits, []);
        return logits;
    }

    public static void AreClose(float[] expected, float[] found, float tolerance)
    {
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], found[i], tolerance, $"value {i}");
        }
    }

    public static TokenizerFiles NoTokenizer => new("none", new Dictionary<string, byte[]>(StringComparer.Ordinal));

    public static HostTensor Random(Random random, params int[] shape) => HostTensor.Create(shape, StorageType.Float32, memory =>
    {
        foreach (ref float value in memory.Span)
        {
            value = (random.NextSingle() - 0.5f) * 0.8f;
        }
    });
}
