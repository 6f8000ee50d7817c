using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// Opens tuned models for scoring. Leases on the same model object, in one precision and for one use, share one native session.
/// </summary>
internal static class ModelSessions
{
    public static IModelSession Open(TunedModel model) => Open(model, ServingPrecision.Float32);

    /// <summary>Opens a model in a precision; <see cref="ServingPrecision.Auto"/> is decided once an encoder.</summary>
    /// <exception cref="InsufficientMemoryException">There is too little memory for it.</exception>
    public static IModelSession Open(TunedModel model, ServingPrecision precision, SessionUse use = SessionUse.Row) => MemoryShortage.Guard(
        $"to open the model on encoder '{model.Encoder.Name}'",
        "Dispose models that are not needed any more, take a smaller encoder, or give the process more memory.",
        () => Create(model, precision, use));

    private static IModelSession Create(TunedModel model, ServingPrecision precision, SessionUse use) => precision switch
    {
        ServingPrecision.Float32 => Lease(model, int8: false, use),
        ServingPrecision.Int8 => Lease(model, int8: true, use),
        ServingPrecision.Auto => Open(model, NativeTables.Find(model.Encoder).Choose(() => ServingProbe.Choose(model)), use),
        _ => throw new ArgumentOutOfRangeException(
            nameof(precision), precision, "There is no such serving precision; expected is Float32, Int8 or Auto."),
    };

    private static SessionLease Lease(TunedModel model, bool int8, SessionUse use) =>
        new(NativeTables.Find(model).Session(int8, use).Retain(() => new NativeSession(model, int8, use)));
}
