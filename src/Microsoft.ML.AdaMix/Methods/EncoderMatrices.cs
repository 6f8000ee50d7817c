using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>The six linear modules of a layer.</summary>
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
    /// <summary>The chosen modules of a layer with their input and output sizes.</summary>
    public static IEnumerable<(string Module, int Inputs, int Outputs)> List(EncoderMatrices matrices, int layer, EncoderConfig config)
    {
        int hidden = config.HiddenSize;
        string prefix = EncoderTensors.Layer(layer);
        (EncoderMatrices Matrix, string Name, int Inputs, int Outputs)[] all =
        [
            (EncoderMatrices.Query, "attention.self.query", hidden, hidden),
            (EncoderMatrices.Key, "attention.self.key", hidden, hidden),
            (EncoderMatrices.Value, "attention.self.value", hidden, hidden),
            (EncoderMatrices.AttentionOutput, "attention.output.dense", hidden, hidden),
            (EncoderMatrices.Intermediate, "intermediate.dense", hidden, config.IntermediateSize),
            (EncoderMatrices.Output, "output.dense", config.IntermediateSize, hidden),
        ];
        return all.Where(module => matrices.HasFlag(module.Matrix)).Select(module => (prefix + module.Name, module.Inputs, module.Outputs));
    }
}
