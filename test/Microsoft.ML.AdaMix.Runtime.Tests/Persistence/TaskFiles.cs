using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.AdaMix.Persistence;

/// <summary>Models to save as task files, and their saving and loading.</summary>
internal static class TaskFiles
{
    private static readonly MLContext Ml = new();
    private static int _seed = 1000;

    /// <summary>On an encoder that no other model has.</summary>
    public static TextModel NewModel(string? kind = null)
    {
        TextModel model = Classifiers.Model(encoderSeed: Interlocked.Increment(ref _seed));
        return kind is null ? model : model with { Merged = model.Merged.With(TestEdits.Kinds[kind](model.Merged.Encoder.Config)) };
    }

    public static (ITransformer Pipeline, IDataView Rows) Pipeline(TextModel model)
    {
        IDataView rows = Ml.Data.LoadFromEnumerable(Classifiers.Rows(20));
        ValueToKeyMappingTransformer first = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        AdaMixTransformer second = Classifiers.Transformer(model);
        KeyToValueMappingTransformer third = Ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(second.Transform(first.Transform(rows)));
        return (new TransformerChain<ITransformer>(first, second, third), rows);
    }

    public static byte[] Save(ITransformer model, TaskFilePrecision precision)
    {
        using MemoryStream stream = new();
        Ml.Model.SaveTask(model, null, stream, precision);
        return stream.ToArray();
    }

    public static AdaMixTransformer Load(byte[] file, PretrainedEncoder encoder)
    {
        using MemoryStream stream = new(file);
        ITransformer loaded = Ml.Model.LoadTask(stream, encoder, out _);
        return loaded as AdaMixTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<AdaMixTransformer>().Single();
    }
}
