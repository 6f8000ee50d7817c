using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Opens tuned models for scoring. Leases on the same model object and precision share one native session.</summary>
internal static class ModelSessions
{
    public static IModelSession Open(TunedModel model) => Open(model, ServingPrecision.Float32);

    /// <summary>Opens a model in a precision; <see cref="ServingPrecision.Auto"/> is decided once an encoder.</summary>
    /// <exception cref="InsufficientMemoryException">There is too little memory for it.</exception>
    public static IModelSession Open(TunedModel model, ServingPrecision precision) => MemoryShortage.Guard(
        $"to open the model on encoder '{model.Encoder.Name}'",
        "Dispose models that are not needed any more, take a smaller encoder, or give the process more memory.",
        () => Create(model, precision));

    private static IModelSession Create(TunedModel model, ServingPrecision precision) => precision switch
    {
        ServingPrecision.Float32 => new SessionLease(NativeTables.Find(model).Float32.Retain(() => new NativeSession(model, int8: false))),
        ServingPrecision.Int8 => new SessionLease(NativeTables.Find(model).Int8.Retain(() => new NativeSession(model, int8: true))),
        ServingPrecision.Auto => Open(model, NativeTables.Find(model.Encoder).Choose(() => ServingProbe.Choose(model))),
        _ => throw new ArgumentOutOfRangeException(
            nameof(precision), precision, "There is no such serving precision; expected is Float32, Int8 or Auto."),
    };
}
