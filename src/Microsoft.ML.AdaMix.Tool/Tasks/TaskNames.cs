using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>The tasks as the command line calls them.</summary>
internal static class TaskNames
{
    public const string Multiclass = "multiclass";
    public const string Binary = "binary";
    public const string Regression = "regression";
    public const string MultiLabel = "multilabel";

    public static readonly string[] All = [Multiclass, Binary, Regression, MultiLabel];

    /// <summary>The library's task of a name.</summary>
    public static TextTask Find(string name) => name switch
    {
        Binary => TextTask.Binary,
        Regression => TextTask.Regression,
        MultiLabel => TextTask.MultiLabel,
        _ => TextTask.Multiclass,
    };
}
