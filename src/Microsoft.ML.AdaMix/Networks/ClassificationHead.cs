using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// The head of Hugging Face's sequence classifiers: <c>output(tanh(dense(first token)))</c>. RoBERTa trains both layers
/// (<c>classifier.dense</c>, <c>classifier.out_proj</c>).
/// </summary>
/// <remarks>
/// BERT's first layer is the pretrained pooler, which stays frozen; a checkpoint without a pooler gets a new one, which is trained.
/// </remarks>
internal sealed class ClassificationHead : ITextHead
{
    private readonly bool _isRoberta;
    private readonly bool _denseIsTrained;
    private readonly double _dropout;
    private readonly TrainableParameter _denseWeight; // [hidden, hidden]
    private readonly TrainableParameter _denseBias; // [hidden]
    private readonly TrainableParameter _outputWeight; // [outputs, hidden]
    private readonly TrainableParameter _outputBias; // [outputs]

    /// <summary>A new head, before training.</summary>
    public ClassificationHead(LoadedEncoder encoder, int outputs, double dropout, Generator generator, Device device)
        : this(encoder, Create(encoder, outputs, generator, device), dropout)
    {
    }

    /// <summary>A trained head, as <see cref="ToHost"/> gave it; it computes and is not trained again.</summary>
    public ClassificationHead(LoadedEncoder encoder, HeadWeights trained, Device device)
        : this(
            encoder,
            Array.ConvertAll(
                (HostTensor[])[trained.DenseWeight, trained.DenseBias, trained.OutputWeight, trained.OutputBias],
                values => values.ToTorch(device).DetachFromDisposeScope()),
            0)
    {
    }

    private ClassificationHead(LoadedEncoder encoder, Tensor[] tensors, double dropout)
    {
        _isRoberta = encoder.Config.Family == EncoderFamily.Roberta;
        _dropout = dropout;
        _denseIsTrained = !encoder.Weights.ContainsKey(EncoderTensors.PoolerWeight);
        _denseWeight = new(_isRoberta ? "classifier.dense.weight" : EncoderTensors.PoolerWeight, tensors[0], decays: true);
        _denseBias = new(_isRoberta ? "classifier.dense.bias" : EncoderTensors.PoolerBias, tensors[1], decays: false);
        _outputWeight = new(_isRoberta ? "classifier.out_proj.weight" : "classifier.weight", tensors[2], decays: true);
        _outputBias = new(_isRoberta ? "classifier.out_proj.bias" : "classifier.bias", tensors[3], decays: false);
    }

    /// <inheritdoc/>
    public IEnumerable<TrainableParameter> Parameters =>
        [.. _denseIsTrained ? (TrainableParameter[])[_denseWeight, _denseBias] : [], _outputWeight, _outputBias];

    public int Outputs => (int)_outputBias.Value.shape[0];

    /// <summary>Logits [B, outputs] from the encoder's output at the first token, [B, hidden].</summary>
    public Tensor Forward(Tensor first, ITuning tuning, Dropout? dropout) =>
        Affine.Linear(Features(first, tuning, dropout).unsqueeze(1), _outputWeight.Value, _outputBias.Value).squeeze(1);

    /// <summary>What the output layer reads, [B, hidden]; the same parameters.</summary>
    public Tensor Features(Tensor first, ITuning tuning, Dropout? dropout)
    {
        Tensor x = first.unsqueeze(1); // [B, 1, hidden], as tunings see tokens
        if (_isRoberta)
        {
            x = Drop(x, dropout);
        }

        // Of BERT's head the pooler belongs to the encoder, and a method may train it.
        Tensor weight = _denseIsTrained ? _denseWeight.Value : tuning.Replace(EncoderTensors.PoolerWeight, _denseWeight.Value);
        Tensor bias = _denseIsTrained ? _denseBias.Value : tuning.Replace(EncoderTensors.PoolerBias, _denseBias.Value);
        Tensor inner = tanh(Affine.Linear(x, weight, bias)); // [B, 1, hidden]
        return Drop(inner, dropout).squeeze(1);
    }

    /// <inheritdoc/>
    public void Take(HeadWeights head, IReadOnlyList<int?> rows)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Device device = _outputWeight.Value.device;
        if (_denseIsTrained)
        {
            _denseWeight.Value.copy_(head.DenseWeight.ToTorch(device));
            _denseBias.Value.copy_(head.DenseBias.ToTorch(device));
        }

        HeadRows.Take(_outputWeight.Value, _outputBias.Value, head, rows);
    }

    /// <inheritdoc/>
    public HeadWeights ToHost() => 
        new(_denseWeight.Value.ToHost(), _denseBias.Value.ToHost(), _outputWeight.Value.ToHost(), _outputBias.Value.ToHost());

    public void Dispose()
    {
        _denseWeight.Dispose();
        _denseBias.Dispose();
        _outputWeight.Dispose();
        _outputBias.Dispose();
    }

    // Dense weight and bias, output weight and bias.
    private static Tensor[] Create(LoadedEncoder encoder, int outputs, Generator generator, Device device)
    {
        EncoderConfig config = encoder.Config;
        Tensor[] dense = encoder.Weights.ContainsKey(EncoderTensors.PoolerWeight)
            ? [
                encoder[EncoderTensors.PoolerWeight].ToTorch(device).DetachFromDisposeScope(),
                encoder[EncoderTensors.PoolerBias].ToTorch(device).DetachFromDisposeScope(),
            ]
            : [
                Initial.Normal([config.HiddenSize, config.HiddenSize], config.InitializerRange, generator, device),
                Initial.Zeros([config.HiddenSize], device),
            ];
        return
        [
            .. dense, Initial.Normal([outputs, config.HiddenSize], config.InitializerRange, generator, device),
            Initial.Zeros([outputs], device),
        ];
    }

    private Tensor Drop(Tensor x, Dropout? dropout) => dropout is null ? x : dropout.Apply(x, _dropout);
}
