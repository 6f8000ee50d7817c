using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Methods.Bottleneck;

/// <summary>
/// Bottleneck adapters with experts, one set a layer: <c>up(activation(down(f))) + f</c> after the feed-forward (section 2 and 3 of the
/// paper). With one expert, or both projections shared, it is the plain adapter.
/// </summary>
internal sealed class BottleneckMixture : IDisposable
{
    /// <summary>Standard deviation of new weights; biases start at zero.</summary>
    public const double InitialDeviation = 0.02;

    private readonly Projection[] _down; // [layer] of [bottleneck, hidden]
    private readonly Projection[] _up; // [layer] of [hidden, bottleneck]

    public BottleneckMixture(EncoderConfig encoder, int bottleneck, int experts, Sharing sharing, Generator generator, Device device)
    {
        Experts = experts;
        Sharing = sharing;
        int downs = sharing.HasFlag(Sharing.Down) ? 1 : experts;
        int ups = sharing.HasFlag(Sharing.Up) ? 1 : experts;
        _down = new Projection[encoder.Layers];
        _up = new Projection[encoder.Layers];
        for (int layer = 0; layer < encoder.Layers; layer++)
        {
            string prefix = EncoderTensors.Layer(layer) + "output.ExpertSoup.";
            _down[layer] = new Projection(prefix + "MoA_A", downs, bottleneck, encoder.HiddenSize, generator, device);
            _up[layer] = new Projection(prefix + "MoA_B", ups, encoder.HiddenSize, bottleneck, generator, device);
        }
    }

    public int Layers => _down.Length;

    public int Experts { get; }

    public Sharing Sharing { get; }

    /// <summary>All weights and biases, layer by layer, down before up.</summary>
    public IEnumerable<TrainableParameter> Parameters =>
        _down.Zip(_up, (down, up) => down.Parameters.Concat(up.Parameters)).SelectMany(parameters => parameters);

    /// <summary>The adapters with one expert a layer.</summary>
    public ITuning Routed(Route[] routes) => new Adapters(layer => (_down[layer].Expert(routes[layer].Down), _up[layer].Expert(routes[layer].Up)));

    /// <summary>The adapters with a route of its own for every row of a batch.</summary>
    /// <param name="routes">[layer][row].</param>
    public ITuning RoutedByRow(Route[][] routes) => new RowAdapters(this, routes);

    /// <summary>The adapters whose weights and biases are the means over the experts (section 3.3 of the paper). Owned by the caller's dispose scope.</summary>
    public ITuning Merged()
    {
        (Linear Down, Linear Up)[] merged = [.. Enumerable.Range(0, Layers).Select(layer => (_down[layer].Mean(), _up[layer].Mean()))];
        return new Adapters(layer => merged[layer]);
    }

    /// <summary>The merged adapters in host memory, one a layer.</summary>
    public AdapterWeights[] Merge()
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. Enumerable.Range(0, Layers).Select(layer =>
        {
            Linear down = _down[layer].Mean();
            Linear up = _up[layer].Mean();
            return new AdapterWeights(down.Weight.ToHost(), down.Bias.ToHost(), up.Weight.ToHost(), up.Bias.ToHost(), Activation.Gelu);
        })];
    }

    public void Dispose()
    {
        foreach (Projection projection in _down.Concat(_up))
        {
            projection.Dispose();
        }
    }

    private sealed class Adapters(Func<int, (Linear Down, Linear Up)> select) : ITuning
    {
        public Tensor Sublayer(string module, Tensor output, Tensor residual, Func<Tensor, Tensor> norm)
        {
            if (!EncoderTensors.IsFeedForward(module, out int layer))
            {
                return output;
            }

            (Linear down, Linear up) = select(layer);
            Tensor inner = F.gelu(F.linear(output, down.Weight, down.Bias)); // [B, T, bottleneck]
            return F.linear(inner, up.Weight, up.Bias) + output; // [B, T, hidden]
        }
    }

    private sealed class RowAdapters(BottleneckMixture mixture, Route[][] routes) : ITuning
    {
        public Tensor Sublayer(string module, Tensor output, Tensor residual, Func<Tensor, Tensor> norm)
        {
            if (!EncoderTensors.IsFeedForward(module, out int layer))
            {
                return output;
            }

            Linear down = mixture._down[layer].Experts([.. routes[layer].Select(route => (long)route.Down)]); // [B, bottleneck, hidden], [B, 1, bottleneck]
            Linear up = mixture._up[layer].Experts([.. routes[layer].Select(route => (long)route.Up)]); // [B, hidden, bottleneck], [B, 1, hidden]
            Tensor inner = F.gelu(matmul(output, down.Weight.transpose(1, 2)) + down.Bias); // [B, T, bottleneck]
            return matmul(inner, up.Weight.transpose(1, 2)) + up.Bias + output; // [B, T, hidden]
        }
    }
}
