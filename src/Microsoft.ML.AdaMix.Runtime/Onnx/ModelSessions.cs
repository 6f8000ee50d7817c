using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Opens merged models for scoring. Leases on the same model object and precision share one native session.</summary>
internal static class ModelSessions
{
    private static readonly SharedResourceTable<TunedModel, NativeSession> Float32 = new();
    private static readonly SharedResourceTable<TunedModel, NativeSession> Int8 = new();
    private static readonly ConditionalWeakTable<LoadedEncoder, StrongBox<ServingPrecision>> Chosen = [];

    public static IModelSession Open(TunedModel model) => Open(model, ServingPrecision.Float32);

    /// <summary>Opens a model in a precision; <see cref="ServingPrecision.Auto"/> is decided once an encoder.</summary>
    public static IModelSession Open(TunedModel model, ServingPrecision precision) => precision switch
    {
        ServingPrecision.Float32 => new SessionLease(Float32.Retain(model, key => new NativeSession(key, int8: false))),
        ServingPrecision.Int8 => new SessionLease(Int8.Retain(model, key => new NativeSession(key, int8: true))),
        ServingPrecision.Auto => Open(model, Choose(model)),
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "There is no such serving precision; expected is Float32, Int8 or Auto."),
    };

    /// <summary>What <see cref="ServingPrecision.Auto"/> is for models on an encoder.</summary>
    private static ServingPrecision Choose(TunedModel model)
    {
        StrongBox<ServingPrecision> choice = Chosen.GetValue(model.Encoder, _ => new StrongBox<ServingPrecision>(ServingPrecision.Auto));
        lock (choice)
        {
            if (choice.Value == ServingPrecision.Auto)
            {
                choice.Value = ServingProbe.Choose(model);
            }

            return choice.Value;
        }
    }
}
