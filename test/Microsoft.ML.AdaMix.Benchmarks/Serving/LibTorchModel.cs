using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>The merged model as libtorch has it on the training side, in float32, on all its threads.</summary>
internal sealed class LibTorchModel : IDisposable
{
    private readonly TunedClassifier _model;

    public LibTorchModel(LoadedEncoder encoder)
    {
        using Generator generator = new(1);
        _model = new TunedClassifier(
            new FrozenEncoder(encoder, CPU),
            new AdapterTuning().Create(new MethodContext(encoder, 1, ExpertSharing.None, generator, CPU)),
            new ClassificationHead(encoder, ServingModels.Outputs, 0, generator, CPU),
            new MixtureOptions());
    }

    /// <summary>Logits of rows that are padded to the longest of them.</summary>
    public float[] Score(TokenIds[] rows)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using EncoderBatch batch = EncoderBatch.Pad(rows, _model.Encoder.Config, CPU);
        return _model.Merged(batch).ToArray();
    }

    public void Dispose()
    {
        _model.Dispose();
        _model.Tuning.Dispose();
    }
}
