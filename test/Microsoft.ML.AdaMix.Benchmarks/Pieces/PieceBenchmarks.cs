using BenchmarkDotNet.Attributes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Benchmarks.Pieces;

/// <summary>
/// Small pieces that are run often: tokenising a text, a dropout mask (against torch's), the weights of a base encoder's matrix in int8.
/// </summary>
public class PieceBenchmarks : IDisposable
{
    private const int Hidden = 768;
    private const int Tokens = 512;
    private const double Probability = 0.1;

    private readonly float[] _mask = new float[Tokens * Hidden];
    private ITextTokenizer _tokenizer = null!;
    private string[] _texts = [];
    private int _next;
    private Tensor _torch = null!;
    private Generator _generator = null!;
    private HostTensor _weight = null!;

    /// <summary>Prepares all of them.</summary>
    [GlobalSetup]
    public void Setup()
    {
        LibTorch.EnsureLoaded();
        LoadedEncoder encoder = Encoders.Mini();
        _tokenizer = TextTokenizer.Create(encoder.Tokenizer, encoder.Config.Family, specialTokensInText: false);
        _texts = [.. Texts.Load().Sentences.Take(1000)];
        _torch = empty([Tokens, Hidden]);
        _generator = new Generator(1);
        _weight = HostTensor.Create([4 * Hidden, Hidden], StorageType.Float32, memory =>
        {
            Random random = new(1);
            foreach (ref float value in memory.Span)
            {
                value = random.NextSingle() - 0.5f;
            }
        });
    }

    /// <summary>One SST-2 sentence.</summary>
    [Benchmark]
    public int TokenizeText() => _tokenizer.Encode(_texts[_next++ % _texts.Length], null, 128).Length;

    /// <summary>The library's mask of 512 x 768 values.</summary>
    [Benchmark]
    public void DropoutMaskOwn() => DropoutWords.Fill(_mask, new DropoutKey(1, 2), 0, Probability);

    /// <summary>The same from torch.</summary>
    [Benchmark]
    public void DropoutMaskTorch() => _torch.bernoulli_(1 - Probability, _generator);

    /// <summary>A 3072 x 768 matrix with a scale an output.</summary>
    [Benchmark]
    public int QuantizePerOutput() => Quantization.PerOutput(_weight, isSigned: true).Bytes.Bytes.Length;

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _torch?.Dispose();
        _generator?.Dispose();
        GC.SuppressFinalize(this);
    }
}
