using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;

namespace Microsoft.ML.AdaMix;

/// <summary>The six linear modules of a layer.</summary>
/// <remarks>Of ModernBERT query, key and value are one matrix, for which each of these three stands.</remarks>
[Flags]
public enum EncoderMatrices
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Attention query.</summary>
    Query = 1,

    /// <summary>Attention key.</summary>
    Key = 2,

    /// <summary>Attention value.</summary>
    Value = 4,

    /// <summary>Attention output.</summary>
    AttentionOutput = 8,

    /// <summary>First feed-forward matrix.</summary>
    Intermediate = 16,

    /// <summary>Second feed-forward matrix.</summary>
    Output = 32,

    /// <summary>All six.</summary>
    All = Query | Key | Value | AttentionOutput | Intermediate | Output,
}

/// <summary>Names and sizes of the modules that <see cref="EncoderMatrices"/> stands for.</summary>
internal static class EncoderMatrixNames
{
    private const EncoderMatrices Projections = EncoderMatrices.Query | EncoderMatrices.Key | EncoderMatrices.Value;

    private static readonly (EncoderMatrices Any, string Name)[] Names =
    [
        (Projections, ModernBertFamily.Projections),
        (EncoderMatrices.Query, "attention.self.query"),
        (EncoderMatrices.Key, "attention.self.key"),
        (EncoderMatrices.Value, "attention.self.value"),
        (EncoderMatrices.AttentionOutput, "attention.output.dense"),
        (EncoderMatrices.Intermediate, "intermediate.dense"),
        (EncoderMatrices.Output, "output.dense"),
    ];

    /// <summary>The chosen modules of a layer with their input and output sizes.</summary>
    /// <remarks>Where queries, keys and values are one matrix, each of them stands for it. Layers may share modules.</remarks>
    public static IEnumerable<(string Module, int Inputs, int Outputs)> List(EncoderMatrices matrices, int layer, EncoderConfig config)
    {
        string prefix = EncoderTensors.WeightsOf(config, layer);
        foreach ((EncoderMatrices any, string name) in Names)
        {
            if ((matrices & any) != EncoderMatrices.None && EncoderTensors.LinearShape(config, prefix + name) is [var outputs, var inputs])
            {
                yield return (prefix + name, inputs, outputs);
            }
        }
    }
}
