using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods;

/// <summary>What a method needs to make its tensors.</summary>
/// <param name="Encoder">The pretrained encoder.</param>
/// <param name="Experts">Experts a layer; 1 for the plain method.</param>
/// <param name="Sharing">What the experts share.</param>
/// <param name="Generator">Source of new weights, on the CPU.</param>
/// <param name="Device">Where the tensors live.</param>
internal sealed record MethodContext(LoadedEncoder Encoder, int Experts, ExpertSharing Sharing, Generator Generator, Device Device)
{
    public EncoderConfig Config => Encoder.Config;

    /// <summary>Copies that a tensor of the given side has.</summary>
    public int Copies(Side side) => Sharing.HasFlag(side == Side.Down ? ExpertSharing.Down : ExpertSharing.Up) ? 1 : Experts;

    /// <summary>Indices of the layers in a range.</summary>
    /// <exception cref="ArgumentException">The range does not lie within the encoder, or is empty.</exception>
    public IEnumerable<int> Layers(Range range)
    {
        int start = range.Start.GetOffset(Config.Layers);
        int end = range.End.GetOffset(Config.Layers);
        return start >= 0 && end <= Config.Layers && start < end
            ? Enumerable.Range(start, end - start)
            : throw new ArgumentException(
                $"Method.Layers is {range}; expected a range that is not empty within 0..{Config.Layers}, the layers of '{Encoder.Name}'.");
    }

    /// <summary>The chosen modules of the layers in a range, each once, with the first layer that computes with it.</summary>
    public IEnumerable<(int Layer, (string Module, int Inputs, int Outputs) Matrix)> Matrices(EncoderMatrices matrices, Range range) =>
        Layers(range)
            .SelectMany(layer => EncoderMatrixNames.List(matrices, layer, Config).Select(matrix => (Layer: layer, Matrix: matrix)))
            .DistinctBy(found => found.Matrix.Module, StringComparer.Ordinal);

    /// <summary>Makes a tensor with its experts.</summary>
    public ExpertTensor Tensor(string name, int layer, Side side, bool decays, Func<Tensor> initial) =>
        new(name, layer, side, decays, Enumerable.Range(0, Copies(side)).Select(_ => initial()));

    /// <summary>New leaf tensors.</summary>
    public Tensor Normal(double deviation, params long[] shape) => Initial.Normal(shape, deviation, Generator, Device);

    public Tensor Uniform(double bound, params long[] shape) => Initial.Uniform(shape, bound, Generator, Device);

    public Tensor LinearUniform(params long[] shape) => Initial.LinearUniform(shape, Generator, Device);

    /// <summary>A leaf that starts as one of the encoder's tensors.</summary>
    public Tensor Pretrained(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        return Initial.Leaf(Encoder[name].ToTorch(CPU), Device);
    }

    /// <summary>A leaf that starts as rows of a matrix.</summary>
    public Tensor From(HostTensor matrix, Tensor rows)
    {
        using DisposeScope scope = NewDisposeScope();
        return Initial.Leaf(matrix.ToTorch(CPU).index_select(0, rows), Device);
    }

    public Tensor Constant(double value, params long[] shape) => Initial.Constant(shape, value, Device);
}
