namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>The tasks as the command line calls them.</summary>
internal static class TaskNames
{
    public const string Multiclass = "multiclass";
    public const string Binary = "binary";
    public const string Regression = "regression";
    public const string MultiLabel = "multilabel";

    public static readonly string[] All = [Multiclass, Binary, Regression, MultiLabel];
}
