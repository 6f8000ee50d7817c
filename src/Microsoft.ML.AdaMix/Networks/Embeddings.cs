using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Word, position and token type embeddings with their LayerNorm.</summary>
internal sealed class Embeddings : IDisposable
{
    private const string WordTable = "embeddings.word_embeddings.weight";
    private const string PositionTable = "embeddings.position_embeddings.weight";
    private const string TypeTable = "embeddings.token_type_embeddings.weight";

    private readonly Tensor _words; // [vocabulary, hidden]
    private readonly Tensor _positions; // [positions, hidden]
    private readonly Tensor _types; // [types, hidden]
    private readonly FrozenLayerNorm _norm;

    public Embeddings(LoadedEncoder encoder, Device device, ScalarType states)
    {
        _words = encoder[WordTable].ToTorch(device, states).DetachFromDisposeScope();
        _positions = encoder[PositionTable].ToTorch(device, states).DetachFromDisposeScope();
        _types = encoder[TypeTable].ToTorch(device, states).DetachFromDisposeScope();
        _norm = new FrozenLayerNorm(encoder, "embeddings.LayerNorm", device, states);
    }

    /// <summary>[B, T, hidden]; with a prompt of P embeddings [B, P + T, hidden].</summary>
    public Tensor Forward(EncoderBatch batch, ITuning tuning)
    {
        Tensor words = Rows(tuning.Replace(WordTable, _words), batch.Ids); // [B, T, hidden]
        if (tuning.Prompt is { } prompt)
        {
            words = batch.Insert(words, prompt.unsqueeze(0).expand(words.shape[0], prompt.shape[0], prompt.shape[1]));
            batch = batch.BehindPrompt((int)prompt.shape[0]);
        }

        Tensor sum = words
            .Plus(Rows(tuning.Replace(PositionTable, _positions), batch.PositionsFrom(tuning.PositionOffset)))
            .Plus(Rows(tuning.Replace(TypeTable, _types), batch.Types));
        return _norm.Forward(sum, tuning);
    }

    public void Dispose()
    {
        _words.Dispose();
        _positions.Dispose();
        _types.Dispose();
        _norm.Dispose();
    }

    // A trained table's gradient adds up as many rows as there are tokens: in float32.
    private static Tensor Rows(Tensor table, Tensor indices)
    {
        Tensor source = table.requires_grad ? table.to_type(ScalarType.Float32) : table;
        return source.index_select(0, indices.flatten()).to_type(table.dtype)
            .view(indices.shape[0], indices.shape[1], table.shape[1]);
    }
}
