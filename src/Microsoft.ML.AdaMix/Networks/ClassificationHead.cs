using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// The head of Hugging Face's sequence classifiers: <c>output(tanh(dense(first token)))</c>. RoBERTa trains both layers
/// (<c>classifier.dense</c>, <c>classifier.out_proj</c>).
/// </summary>
/// <remarks>
/// BERT's first layer is the pretrained pooler, which stays frozen; a checkpoint without a pooler gets a new one, which is trained.
/// </remarks>
internal sealed class ClassificationHead : IDisposable
{
    private readonly EncoderFamily _family;
    private readonly bool _denseIsTrained;
    private readonly double _dropout;
    private readonly Tensor _denseWeight; // [hidden, hidden]
    private readonly Tensor _denseBias; // [hidden]
    private readonly Tensor _outputWeight; // [outputs, hidden]
    private readonly Tensor _outputBias; // [outputs]

    /// <summary>A new head, before training.</summary>
    public ClassificationHead(LoadedEncoder encoder, int outputs, double dropout, Generator generator, Device device)
    {
        EncoderConfig config = encoder.Config;
        _family = config.Family;
        _dropout = dropout;
        _denseIsTrained = !encoder.Weights.ContainsKey(EncoderTensors.PoolerWeight);
        if (_denseIsTrained)
        {
            _denseWeight = Initial.Normal([config.HiddenSize, config.HiddenSize], config.InitializerRange, generator, device);
            _denseBias = Initial.Zeros([config.HiddenSize], device);
        }
        else
        {
            _denseWeight = encoder[EncoderTensors.PoolerWeight].ToTorch(device).DetachFromDisposeScope();
            _denseBias = encoder[EncoderTensors.PoolerBias].ToTorch(device).DetachFromDisposeScope();
        }

        _outputWeight = Initial.Normal([outputs, config.HiddenSize], config.InitializerRange, generator, device);
        _outputBias = Initial.Zeros([outputs], device);
    }

    /// <summary>A trained head, as <see cref="ToHost"/> gave it; it computes and is not trained again.</summary>
    public ClassificationHead(LoadedEncoder encoder, HeadWeights trained, Device device)
    {
        _family = encoder.Config.Family;
        _denseIsTrained = !encoder.Weights.ContainsKey(EncoderTensors.PoolerWeight);
        _denseWeight = trained.DenseWeight.ToTorch(device).DetachFromDisposeScope();
        _denseBias = trained.DenseBias.ToTorch(device).DetachFromDisposeScope();
        _outputWeight = trained.OutputWeight.ToTorch(device).DetachFromDisposeScope();
        _outputBias = trained.OutputBias.ToTorch(device).DetachFromDisposeScope();
    }

    /// <summary>The weights that training moves, under Hugging Face's names.</summary>
    public IEnumerable<TrainableParameter> Parameters
    {
        get
        {
            bool roberta = _family == EncoderFamily.Roberta;
            if (_denseIsTrained)
            {
                yield return new TrainableParameter(
                    roberta ? "classifier.dense.weight" : EncoderTensors.PoolerWeight, _denseWeight, Decays: true);
                yield return new TrainableParameter(
                    roberta ? "classifier.dense.bias" : EncoderTensors.PoolerBias, _denseBias, Decays: false);
            }

            yield return new TrainableParameter(roberta ? "classifier.out_proj.weight" : "classifier.weight", _outputWeight, Decays: true);
            yield return new TrainableParameter(roberta ? "classifier.out_proj.bias" : "classifier.bias", _outputBias, Decays: false);
        }
    }

    public int Outputs => (int)_outputBias.shape[0];

    /// <summary>Logits [B, outputs] from the encoder's output at the first token, [B, hidden].</summary>
    public Tensor Forward(Tensor first, ITuning tuning, Dropout? dropout)
    {
        Tensor x = first.unsqueeze(1); // [B, 1, hidden], as tunings see tokens
        if (_family == EncoderFamily.Roberta)
        {
            x = Drop(x, dropout);
        }

        // Of BERT's head the pooler belongs to the encoder, and a method may train it.
        Tensor weight = _denseIsTrained ? _denseWeight : tuning.Replace(EncoderTensors.PoolerWeight, _denseWeight);
        Tensor bias = _denseIsTrained ? _denseBias : tuning.Replace(EncoderTensors.PoolerBias, _denseBias);
        Tensor inner = tanh(Affine.Linear(x, weight, bias)); // [B, 1, hidden]
        return F.linear(Drop(inner, dropout), _outputWeight, _outputBias).squeeze(1);
    }

    /// <summary>The head in host memory.</summary>
    public HeadWeights ToHost() => new(_denseWeight.ToHost(), _denseBias.ToHost(), _outputWeight.ToHost(), _outputBias.ToHost());

    public void Dispose()
    {
        _denseWeight.Dispose();
        _denseBias.Dispose();
        _outputWeight.Dispose();
        _outputBias.Dispose();
    }

    private Tensor Drop(Tensor x, Dropout? dropout) => dropout is null ? x : dropout.Apply(x, _dropout);
}
