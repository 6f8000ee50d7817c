namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>The tuning methods as the command line calls them; the same names as <see cref="TuningMethod.Name"/>.</summary>
internal static class MethodNames
{
    public static readonly string[] Adapters = ["adapter", "houlsby", "pfeiffer", "parallel"];

    public static readonly string[] All = [.. Adapters, "lora", "ia3", "bitfit", "prefix", "prompt", "head", "full"];

    /// <summary>Those whose weights several experts can be averaged of.</summary>
    public static readonly string[] WithMixture = [.. All.Where(name => new MethodSettings { Name = name }.Create().SupportsMixture)];
}
