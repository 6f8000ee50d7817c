using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>Models to save as delta files, and their saving and loading.</summary>
internal static class DeltaFiles
{
    private static readonly MLContext Ml = new();
    private static int _seed = 1000;

    /// <summary>On an encoder that no other model has.</summary>
    public static ServedModel NewModel(string? kind = null)
    {
        ServedModel model = Classifiers.Model(encoderSeed: Interlocked.Increment(ref _seed));
        return kind is null ? model : model with { Tuned = model.Tuned.With(TestEdits.Kinds[kind](model.Tuned.Encoder.Config)) };
    }

    public static (ITransformer Pipeline, IDataView Rows) Pipeline(ServedModel model)
    {
        IDataView rows = Ml.Data.LoadFromEnumerable(Classifiers.Rows(20));
        ValueToKeyMappingTransformer first = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        AdaMixTransformer second = Classifiers.Transformer(model);
        KeyToValueMappingTransformer third = Ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(
            second.Transform(first.Transform(rows)));
        return (new TransformerChain<ITransformer>(first, second, third), rows);
    }

    public static byte[] Save(ITransformer model, DeltaPrecision precision)
    {
        using MemoryStream stream = new();
        Ml.Model.SaveDelta(model, null, stream, precision);
        return stream.ToArray();
    }

    public static AdaMixTransformer Load(byte[] file, PretrainedEncoder encoder)
    {
        using MemoryStream stream = new(file);
        ITransformer loaded = Ml.Model.LoadDelta(stream, encoder, out _);
        return loaded as AdaMixTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<AdaMixTransformer>().Single();
    }
}
