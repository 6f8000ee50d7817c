using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// A masked-LM head on a template's masks with one output a class in place of one a token:
/// <c>output(norm(activation(dense(mask))))</c>. It starts from the checkpoint's head, and stays it unless it is trained.
/// </summary>
/// <remarks>It has no dropout, as in Hugging Face. The rows of the word embeddings that it starts from stay as they are.</remarks>
internal sealed class MaskedLanguageHead : ITextHead
{
    private readonly EncoderConfig _config;
    private readonly bool _isTrained;
    private readonly TrainableParameter _denseWeight; // [hidden, hidden]
    private readonly TrainableParameter _denseBias; // [hidden]
    private readonly TrainableParameter _normWeight; // [hidden]
    private readonly TrainableParameter _normBias; // [hidden]
    private readonly TrainableParameter _outputWeight; // [outputs, R hidden]
    private readonly TrainableParameter _outputBias; // [outputs]

    /// <param name="config">The encoder's.</param>
    /// <param name="weights">What it starts from; with a norm.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="isTrained">Whether training moves it.</param>
    public MaskedLanguageHead(EncoderConfig config, HeadWeights weights, Device device, bool isTrained = false)
    {
        _config = config;
        _isTrained = isTrained;
        Tensor Values(HostTensor values) => values.ToTorch(device).DetachFromDisposeScope();
        LanguageHeadNames names = config.Definition.LanguageHead!;
        _denseWeight = new($"{names.Dense}.weight", Values(weights.DenseWeight), decays: true);
        _denseBias = new($"{names.Dense}.bias", Values(weights.DenseBias), decays: false);
        _normWeight = new($"{names.Norm}.weight", Values(weights.Norm!.Weight), decays: false);
        _normBias = new($"{names.Norm}.bias", Values(weights.Norm.Bias), decays: false);
        string output = names.Decoder;
        _outputWeight = new($"{output}.weight", Values(weights.OutputWeight), decays: true);
        _outputBias = new($"{output}.bias", Values(weights.OutputBias), decays: false);
    }

    /// <inheritdoc/>
    public IEnumerable<TrainableParameter> Parameters => _isTrained ? All : [];

    private TrainableParameter[] All => [_denseWeight, _denseBias, _normWeight, _normBias, _outputWeight, _outputBias];

    public int Outputs => (int)_outputBias.Value.shape[0];

    /// <inheritdoc/>
    public Tensor Forward(Tensor read, ITuning tuning, Dropout? dropout)
    {
        Tensor x = read.view(read.shape[0], -1, _config.HiddenSize); // [B, R, hidden]
        Tensor dense = Affine.Linear(x, _denseWeight.Value, _denseBias.Value);
        Tensor inner = Affine.LayerNorm(
            HeadNorm.ActivationOf(_config).Apply(dense), _normWeight.Value, _normBias.Value, _config.LayerNormEpsilon); // [B, R, hidden]
        return Affine.Linear(inner.flatten(1).unsqueeze(1), _outputWeight.Value, _outputBias.Value).squeeze(1);
    }

    /// <summary>Takes numbers off the logits, one a class.</summary>
    public void Lower(float[] logits)
    {
        using IDisposable gradients = no_grad();
        using Tensor lower = tensor(logits, device: _outputBias.Value.device);
        _outputBias.Value.AddInPlace(lower, -1);
    }

    /// <inheritdoc/>
    public void Take(HeadWeights head, IReadOnlyList<int?> rows)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Device device = _outputWeight.Value.device;
        _denseWeight.Value.copy_(head.DenseWeight.ToTorch(device));
        _denseBias.Value.copy_(head.DenseBias.ToTorch(device));
        _normWeight.Value.copy_(head.Norm!.Weight.ToTorch(device));
        _normBias.Value.copy_(head.Norm.Bias.ToTorch(device));
        HeadRows.Take(_outputWeight.Value, _outputBias.Value, head, rows);
    }

    /// <inheritdoc/>
    public HeadWeights ToHost() =>
        new(_denseWeight.Value.ToHost(), _denseBias.Value.ToHost(), _outputWeight.Value.ToHost(), _outputBias.Value.ToHost())
        {
            Norm = new HeadNorm(_normWeight.Value.ToHost(), _normBias.Value.ToHost()),
        };

    public void Dispose()
    {
        foreach (TrainableParameter parameter in All)
        {
            parameter.Dispose();
        }
    }
}
