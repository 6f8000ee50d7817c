using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// Word embeddings, those of positions and token types where there are such tables, their LayerNorm, and the map to the hidden size where
/// there is one.
/// </summary>
internal sealed class Embeddings : IDisposable
{
    private readonly Tensor _words; // [vocabulary, width]
    private readonly Tensor? _positions; // [positions, width]
    private readonly Tensor? _types; // [types, width]
    private readonly FrozenLayerNorm _norm;
    private readonly FrozenLinear? _projection; // width to hidden

    public Embeddings(LoadedEncoder encoder, Device device, ScalarType states)
    {
        Tensor? Table(string name) =>
            encoder.Weights.TryGetValue(name, out HostTensor? table) ? table.ToTorch(device, states).DetachFromDisposeScope() : null;

        _words = Table(EncoderTensors.Words)!;
        _positions = Table(EncoderTensors.Positions);
        _types = Table(EncoderTensors.Types);
        _norm = new FrozenLayerNorm(encoder, EncoderTensors.EmbeddingNorm, device, states);
        _projection = encoder.Weights.ContainsKey($"{EncoderTensors.EmbeddingProjection}.weight")
            ? new FrozenLinear(encoder, EncoderTensors.EmbeddingProjection, device, states)
            : null;
    }

    /// <summary>[B, T, hidden]; with a prompt of P embeddings [B, P + T, hidden].</summary>
    public Tensor Forward(EncoderBatch batch, ITuning tuning)
    {
        Tensor sum = Rows(tuning.Replace(EncoderTensors.Words, _words), batch.Ids); // [B, T, width]
        if (tuning.Prompt is { } prompt)
        {
            sum = batch.Insert(sum, prompt.unsqueeze(0).expand(sum.shape[0], prompt.shape[0], prompt.shape[1]));
            batch = batch.BehindPrompt((int)prompt.shape[0]);
        }

        if (_positions is not null)
        {
            sum = sum.Plus(Rows(tuning.Replace(EncoderTensors.Positions, _positions), batch.PositionsFrom(tuning.PositionOffset)));
        }

        if (_types is not null)
        {
            sum = sum.Plus(Rows(tuning.Replace(EncoderTensors.Types, _types), batch.Types));
        }

        Tensor norm = _norm.Forward(sum, tuning);
        return _projection is null ? norm : _projection.Forward(norm, tuning);
    }

    public void Dispose()
    {
        _words.Dispose();
        _positions?.Dispose();
        _types?.Dispose();
        _norm.Dispose();
        _projection?.Dispose();
    }

    // A trained table's gradient adds up as many rows as there are tokens: in float32.
    private static Tensor Rows(Tensor table, Tensor indices)
    {
        Tensor source = table.requires_grad ? table.to_type(ScalarType.Float32) : table;
        return source.index_select(0, indices.flatten()).to_type(table.dtype)
            .view(indices.shape[0], indices.shape[1], table.shape[1]);
    }
}
