using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>Encoder and trained head in libtorch, in float32, for scoring with experts that are not merged.</summary>
internal sealed class RoutedModel : IDisposable
{
    private readonly Tensor _denseWeight; // [hidden, hidden]
    private readonly Tensor _denseBias; // [hidden]
    private readonly Tensor _outputWeight; // [outputs, hidden]
    private readonly Tensor _outputBias; // [outputs]

    public RoutedModel(LoadedEncoder encoder, HeadWeights head, Device device)
    {
        Encoder = new FrozenEncoder(encoder, device);
        Outputs = head.Outputs;
        _denseWeight = head.DenseWeight.ToTorch(device).DetachFromDisposeScope();
        _denseBias = head.DenseBias.ToTorch(device).DetachFromDisposeScope();
        _outputWeight = head.OutputWeight.ToTorch(device).DetachFromDisposeScope();
        _outputBias = head.OutputBias.ToTorch(device).DetachFromDisposeScope();
    }

    public FrozenEncoder Encoder { get; }

    public int Outputs { get; }

    /// <summary>Logits [B, outputs] from the first token's state [B, hidden].</summary>
    public Tensor Head(Tensor first) => F.linear(tanh(F.linear(first, _denseWeight, _denseBias)), _outputWeight, _outputBias);

    public void Dispose()
    {
        Encoder.Dispose();
        _denseWeight.Dispose();
        _denseBias.Dispose();
        _outputWeight.Dispose();
        _outputBias.Dispose();
    }
}
