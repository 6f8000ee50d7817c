using Microsoft.ML.AdaMix.Methods;

namespace Microsoft.ML.AdaMix.Tests.OptionDescriptions;

/// <summary>The public types whose properties are options.</summary>
internal static class OptionTypes
{
    public static IReadOnlyList<Type> All { get; } =
    [
        typeof(AdaMixOptions), typeof(MixtureOptions), typeof(CheckpointOptions), typeof(PromptTemplate),
        typeof(WindowOptions),
        .. typeof(TuningMethod).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(TuningMethod))),
    ];

    public static IEnumerable<object[]> Rows => All.Select(type => (object[])[type]);

    /// <summary>One of each, as it is when nothing is said.</summary>
    public static IEnumerable<object> Defaults =>
        [new AdaMixOptions(), new MixtureOptions(), new PromptTemplate(), new WindowOptions(), .. TuningMethods.All];
}
