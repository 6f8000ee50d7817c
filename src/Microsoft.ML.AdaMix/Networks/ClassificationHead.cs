using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// The head of Hugging Face's sequence classifiers: <c>output(norm(activation(dense(x))))</c>, the norm where the family has it. All of
/// it is trained but a pooler.
/// </summary>
/// <remarks>
/// The first layer of BERT and ALBERT is the pretrained pooler, which stays frozen; a checkpoint without one gets a new one, which is
/// trained.
/// </remarks>
internal sealed class ClassificationHead : ITextHead
{
    private readonly HeadShape _shape;
    private readonly bool _denseIsTrained;
    private readonly double _epsilon;
    private readonly double _dropout;
    private readonly TrainableParameter _denseWeight; // [hidden, hidden]
    private readonly TrainableParameter _denseBias; // [hidden], 0 where the family has none
    private readonly TrainableParameter? _norm; // [hidden]
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
                (HostTensor[])[
                    trained.DenseWeight, trained.DenseBias, trained.OutputWeight, trained.OutputBias,
                    .. trained.Norm is { } norm ? [norm.Weight] : (HostTensor[])[]],
                values => values.ToTorch(device).DetachFromDisposeScope()),
            0)
    {
    }

    // Dense weight and bias, output weight and bias, the norm's weight if there is one.
    private ClassificationHead(LoadedEncoder encoder, Tensor[] tensors, double dropout)
    {
        _shape = encoder.Config.Definition.Head(encoder.Config);
        _epsilon = encoder.Config.LayerNormEpsilon;
        _dropout = dropout;
        _denseIsTrained = !_shape.IsPooler || !encoder.Weights.ContainsKey(EncoderTensors.PoolerWeight);
        _denseWeight = new($"{_shape.Dense}.weight", tensors[0], decays: true);
        _denseBias = new($"{_shape.Dense}.bias", tensors[1], decays: false);
        _outputWeight = new($"{_shape.Output}.weight", tensors[2], decays: true);
        _outputBias = new($"{_shape.Output}.bias", tensors[3], decays: false);
        _norm = _shape.Norm is { } norm ? new($"{norm}.weight", tensors[4], decays: false) : null;
    }

    /// <inheritdoc/>
    public IEnumerable<TrainableParameter> Parameters =>
    [
        .. _denseIsTrained ? (TrainableParameter[])[_denseWeight, .. _shape.HasDenseBias ? [_denseBias] : (TrainableParameter[])[]] : [],
        .. _norm is null ? [] : (TrainableParameter[])[_norm], _outputWeight, _outputBias,
    ];

    public int Outputs => (int)_outputBias.Value.shape[0];

    /// <summary>Logits [B, outputs] from what the head reads of the encoder's output, [B, hidden].</summary>
    public Tensor Forward(Tensor read, ITuning tuning, Dropout? dropout) =>
        Affine.Linear(Features(read, tuning, dropout).unsqueeze(1), _outputWeight.Value, _outputBias.Value).squeeze(1);

    /// <summary>What the output layer reads, [B, hidden]; the same parameters.</summary>
    public Tensor Features(Tensor read, ITuning tuning, Dropout? dropout)
    {
        Tensor x = read.unsqueeze(1); // [B, 1, hidden], as tunings see tokens
        if (_shape.DropsInput)
        {
            x = Drop(x, dropout);
        }

        // A pretrained pooler belongs to the encoder, and a method may train it.
        Tensor weight = _denseIsTrained ? _denseWeight.Value : tuning.Replace(EncoderTensors.PoolerWeight, _denseWeight.Value);
        Tensor bias = _denseIsTrained ? _denseBias.Value : tuning.Replace(EncoderTensors.PoolerBias, _denseBias.Value);
        Tensor inner = _shape.Activation.Apply(Affine.Linear(x, weight, _shape.HasDenseBias ? bias : null)); // [B, 1, hidden]
        inner = _norm is null ? inner : Affine.LayerNorm(inner, _norm.Value, null, _epsilon);
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

        if (_norm is not null && head.Norm is not null)
        {
            _norm.Value.copy_(head.Norm.Weight.ToTorch(device));
        }

        HeadRows.Take(_outputWeight.Value, _outputBias.Value, head, rows);
    }

    /// <inheritdoc/>
    public HeadWeights ToHost() =>
        new(_denseWeight.Value.ToHost(), _denseBias.Value.ToHost(), _outputWeight.Value.ToHost(), _outputBias.Value.ToHost())
        {
            Norm = _norm is null
                ? null
                : new HeadNorm(_norm.Value.ToHost(), HostTensor.From([(int)_norm.Value.shape[0]], new float[_norm.Value.shape[0]])),
        };

    public void Dispose()
    {
        _denseWeight.Dispose();
        _denseBias.Dispose();
        _norm?.Dispose();
        _outputWeight.Dispose();
        _outputBias.Dispose();
    }

    private static Tensor[] Create(LoadedEncoder encoder, int outputs, Generator generator, Device device)
    {
        EncoderConfig config = encoder.Config;
        HeadShape shape = config.Definition.Head(config);
        Tensor[] dense = shape.IsPooler && encoder.Weights.ContainsKey(EncoderTensors.PoolerWeight)
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
            .. shape.Norm is null ? [] : (Tensor[])[Initial.Constant([config.HiddenSize], 1, device)],
        ];
    }

    private Tensor Drop(Tensor x, Dropout? dropout) => dropout is null ? x : dropout.Apply(x, _dropout);
}
