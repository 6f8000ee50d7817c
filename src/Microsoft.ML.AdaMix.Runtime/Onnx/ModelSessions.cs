using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Opens merged models for scoring. Leases on the same model object share one native session.</summary>
internal static class ModelSessions
{
    private static readonly SharedResourceTable<MergedModel, NativeSession> Table = new();

    public static IModelSession Open(MergedModel model) => new SessionLease(Table.Retain(model, key => new NativeSession(key)));
}
