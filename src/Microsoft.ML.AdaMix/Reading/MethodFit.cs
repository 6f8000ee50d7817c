using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Whether a method makes sense in the family of an encoder; asked before any text is read.</summary>
internal static class MethodFit
{
    /// <exception cref="ArgumentException">It makes none; the message says why, and what does.</exception>
    public static void Check(AdaMixOptions options, LoadedEncoder encoder)
    {
        EncoderConfig config = encoder.Config;
        if (options.Method.MisfitOf(config) is { } misfit)
        {
            throw new ArgumentException($"Method = {options.Method} {misfit}; the encoder is '{encoder.Name}'.");
        }

        if (config.Definition.ProjectsPositions && options.Method.ChangesProjections
            && options.EffectiveMixture is { Routing: ExpertRouting.Token, ExpertsInTurn: > 1 })
        {
            throw new ArgumentException(
                $"Routing = {ExpertRouting.Token} gives each token an expert of its own, and the matrices that {options.Method} tunes in "
                + $"'{encoder.Name}' read {config.Definition.Title}'s table of relative positions too, which has no tokens. Set Routing to "
                + $"{ExpertRouting.Batch} or {ExpertRouting.Example}, or take adapters.");
        }
    }
}
