using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Transformer;

/// <summary>Puts other models of AdaMix in the place of those in a pipeline.</summary>
internal static class PipelineChange
{
    /// <summary>The changed pipeline, or null if there is nothing to change.</summary>
    public static ITransformer? Of(ITransformer model, Func<AdaMixTransformer, AdaMixTransformer> change)
    {
        switch (model)
        {
            case AdaMixTransformer text:
                return change(text);
            case IEnumerable<ITransformer> chain:
                ITransformer[] parts = [.. chain];
                ITransformer?[] changed = Array.ConvertAll(parts, part => Of(part, change));
                return changed.All(part => part is null)
                    ? null
                    : new TransformerChain<ITransformer>([.. changed.Zip(parts, (now, before) => now ?? before)]);
            default:
                return null;
        }
    }
}
