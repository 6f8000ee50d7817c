using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>How wide what a method trains is: the bottleneck of adapters, the rank of LoRA.</summary>
internal static class MethodWidth
{
    /// <summary>The option that says it; null for methods without one.</summary>
    public static OptionDescription? Find(TuningMethod method) =>
        OptionDescription.For(method.GetType()).SingleOrDefault(option => option.IsWidth);

    /// <summary>The width of a method that has one, otherwise null.</summary>
    public static int? Get(TuningMethod method) => (int?)Find(method)?.Get(method);

    /// <summary>A method of another width.</summary>
    public static TuningMethod With(TuningMethod method, int width)
    {
        TuningMethod changed = method with { };
        Find(method)!.Set(changed, width);
        return changed;
    }
}
