using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Multi-head self-attention up to the context, with query, key and value projections multiplied as one matrix.</summary>
internal class SelfAttention : IDisposable
{
    private static readonly string[] Projections = ["attention.self.query", "attention.self.key", "attention.self.value"];

    /// <summary>Which of the projections is the query's.</summary>
    protected const int QueryPart = 0;

    /// <summary>Which is the key's.</summary>
    protected const int KeyPart = 1;

    private readonly EncoderConfig _config;
    private readonly int _layer;
    private readonly string[] _modules; // query, key, value; or one for all
    private readonly Tensor _weight; // [3 hidden, hidden]
    private readonly Tensor? _bias; // [3 hidden]
    private readonly Tensor[] _weights; // views, one a module
    private readonly Tensor[] _biases; // views, one a module, or none

    public SelfAttention(LoadedEncoder encoder, int layer, Device device, ScalarType precision)
        : this(encoder, layer, device, precision, Projections)
    {
    }

    /// <param name="encoder">The checkpoint.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="precision">Type of its matrices.</param>
    /// <param name="module">The one module, within the layer, that has queries, keys and values.</param>
    protected SelfAttention(LoadedEncoder encoder, int layer, Device device, ScalarType precision, string module)
        : this(encoder, layer, device, precision, [module])
    {
    }

    private SelfAttention(LoadedEncoder encoder, int layer, Device device, ScalarType precision, string[] modules)
    {
        _config = encoder.Config;
        _layer = layer;
        _modules = [.. modules.Select(module => EncoderTensors.WeightsOf(_config, layer) + module)];
        Tensor Stack(string kind)
        {
            using DisposeScope scope = NewDisposeScope();
            return cat([.. _modules.Select(module => encoder[$"{module}.{kind}"].ToTorch(device, precision))], 0).DetachFromDisposeScope();
        }

        long size = 3L * _config.HiddenSize / modules.Length;
        Tensor[] Parts(Tensor stacked) =>
            [.. Enumerable.Range(0, modules.Length).Select(part => stacked.narrow(0, part * size, size).DetachFromDisposeScope())];

        _weight = Stack("weight");
        _bias = encoder.Weights.ContainsKey($"{_modules[0]}.bias") ? Stack("bias") : null;
        _weights = Parts(_weight);
        _biases = _bias is null ? [] : Parts(_bias);
    }

    /// <summary>What queries are multiplied with beside the root of the head's size, by which all scores are divided.</summary>
    protected virtual double QueryFactor => 1;

    /// <summary>The context of the queries, [B, Tq, hidden], in the type of the projections.</summary>
    /// <param name="queries">[B, Tq, hidden]: all tokens, or the first ones of each row.</param>
    /// <param name="x">[B, T, hidden]: all tokens.</param>
    /// <param name="places">What attention knows of the batch.</param>
    /// <param name="tuning">What a method changes.</param>
    /// <param name="dropout">Dropout, or null for none.</param>
    public Tensor Forward(Tensor queries, Tensor x, AttentionPlaces places, ITuning tuning, EncoderDropout? dropout)
    {
        (Tensor query, Tensor key, Tensor value) = Project(queries, x, tuning); // [B, Tq | T, hidden]
        query = Heads(query); // [B, heads, Tq, head size]
        key = Heads(key); // [B, heads, T, head size]
        value = Heads(value);
        (query, key) = Turned(query, key, places);
        query = QueryFactor == 1 ? query : query.Times(QueryFactor);
        Tensor? bias = Bias(query, key, places, tuning); // [1 | B, 1 | heads, 1 | Tq, T]
        if (tuning.Prefix(_layer) is { } prefix)
        {
            key = cat([Heads(Rows(prefix.Keys, key)), key], 2); // [B, heads, P + T, head size]
            value = cat([Heads(Rows(prefix.Values, value)), value], 2);
            bias = bias is null
                ? null
                : cat([zeros([.. bias.shape[..3], prefix.Keys.shape[0]], bias.dtype, bias.device), bias], -1);
        }

        return Attend(query, key, value, bias, dropout, x.dtype)
            .transpose(1, 2).reshape(query.shape[0], query.shape[2], _config.HiddenSize); // [B, Tq, hidden]
    }

    public void Dispose()
    {
        foreach (Tensor? tensor in (Tensor?[])[.. _weights, .. _biases, _weight, _bias])
        {
            tensor?.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Queries and keys, [B, heads, Tq | T, head size], turned by their places; the same unless a family overrides it.</summary>
    protected virtual (Tensor Query, Tensor Key) Turned(Tensor query, Tensor key, AttentionPlaces places) => (query, key);

    /// <summary>What is added to the scores, [1 | B, 1 | heads, 1 | Tq, T], in the type of the states; null for nothing.</summary>
    protected virtual Tensor? Bias(Tensor query, Tensor key, AttentionPlaces places, ITuning tuning) => places.Padding;

    /// <summary>The sum of padding and what a family adds.</summary>
    protected static Tensor Sum(Tensor? padding, Tensor added) =>
        padding is null ? added : added.to_type(padding.dtype).Plus(padding);

    /// <summary>One projection of what is no text, such as a table, with what a method makes of it.</summary>
    /// <param name="part">Which one.</param>
    /// <param name="x">[1, n, hidden].</param>
    /// <param name="rows">B: rows of the batch, which may differ in what a method does.</param>
    /// <param name="tuning">What a method changes.</param>
    /// <returns>[1, n, hidden], or [B, n, hidden] where it is tuned.</returns>
    protected Tensor ProjectAlone(int part, Tensor x, int rows, ITuning tuning)
    {
        Tensor weight = tuning.Replace($"{_modules[part]}.weight", _weights[part]);
        Tensor? bias = _bias is null ? null : tuning.Replace($"{_modules[part]}.bias", _biases[part]);
        Tensor projected = Affine.Linear(x.to_type(_weight.dtype), weight, bias); // [1, n, hidden]
        if (!tuning.Tunes(_modules[part]))
        {
            return projected;
        }

        Tensor Every(Tensor one) => one.expand(rows, one.shape[1], one.shape[2]);
        return tuning.Projected(_modules[part], Every(x), Every(projected));
    }

    /// <summary>[B, T, hidden] to [B, heads, T, head size].</summary>
    protected Tensor Heads(Tensor x) => x.reshape(x.shape[0], x.shape[1], _config.Heads, _config.HeadSize).transpose(1, 2);

    private static Tensor Attend(
        Tensor query, Tensor key, Tensor value, Tensor? bias, EncoderDropout? dropout, ScalarType states)
    {
        if (dropout is not { AttentionProbability: > 0 } && query.dtype == ScalarType.Float32)
        {
            return F.scaled_dot_product_attention(
                query, key, value, bias?.expand(query.shape[0], query.shape[1], query.shape[2], key.shape[2]));
        }

        // Where residuals are float32 softmax is too; otherwise all is one type, without casts.
        Tensor probabilities = F.softmax(states == query.dtype ? ScoresAtOnce(query, key, bias) : Scores(query, key, bias), -1);
        return matmul((dropout?.Attention(probabilities) ?? probabilities).to_type(value.dtype), value);
    }

    // float32 [B, heads, Tq, T]
    private static Tensor Scores(Tensor query, Tensor key, Tensor? bias)
    {
        Tensor scores = matmul(query, key.transpose(-2, -1)).to_type(ScalarType.Float32).Times(1 / Math.Sqrt(query.shape[^1]));
        return bias is null ? scores : scores.Plus(bias);
    }

    // [B, heads, Tq, T]: product, scale and bias in one operation.
    private static Tensor ScoresAtOnce(Tensor query, Tensor key, Tensor? bias)
    {
        (long rows, long heads, long size) = (query.shape[0], query.shape[1], query.shape[3]);
        Tensor queries = query.reshape(rows * heads, query.shape[2], size);
        Tensor keys = key.reshape(rows * heads, key.shape[2], size).transpose(1, 2);
        Tensor added = bias is null
            ? zeros([1, 1, 1], query.dtype, query.device)
            : bias.expand(rows, heads, bias.shape[2], key.shape[2]).reshape(rows * heads, bias.shape[2], key.shape[2]);
        // TorchSharp has the sum last.
        return baddbmm(queries, keys, added, bias is null ? 0 : 1, (float)(1 / Math.Sqrt(size)))
            .view(rows, heads, query.shape[2], key.shape[2]);
    }

    private (Tensor Query, Tensor Key, Tensor Value) Project(Tensor queries, Tensor x, ITuning tuning)
    {
        Tensor input = x.to_type(_weight.dtype);
        Tensor weight = Stacked(_weight, _weights, ".weight", tuning); // [3 hidden, hidden]
        Tensor? bias = _bias is null ? null : Stacked(_bias, _biases, ".bias", tuning); // [3 hidden], or with leading dimensions
        if (_modules.Length == 1)
        {
            Tensor[] parts = tuning.Projected(_modules[0], x, Affine.Linear(input, weight, bias)).to_type(_weight.dtype).chunk(3, -1);
            return (ReferenceEquals(queries, x) ? parts[0] : parts[0].narrow(1, 0, queries.shape[1]), parts[1], parts[2]);
        }

        if (ReferenceEquals(queries, x))
        {
            Tensor[] all = Affine.Linear(input, weight, bias).chunk(3, -1); // [B, T, hidden] each
            return Tune(queries, x, (all[0], all[1], all[2]), tuning);
        }

        // The last layer: the head reads the first tokens alone, so that only keys and values are needed of the others.
        int hidden = _config.HiddenSize;
        Tensor query =
            Affine.Linear(queries.to_type(_weight.dtype), weight.narrow(0, 0, hidden), bias?.narrow(-1, 0, hidden)); // [B, Tq, hidden]
        Tensor[] others = Affine.Linear(input, weight.narrow(0, hidden, 2 * hidden), bias?.narrow(-1, hidden, 2 * hidden)).chunk(2, -1);
        return Tune(queries, x, (query, others[0], others[1]), tuning);
    }

    // What a method makes of the three projections, in the type of the weights.
    private (Tensor Query, Tensor Key, Tensor Value) Tune(
        Tensor queries, Tensor x, (Tensor Query, Tensor Key, Tensor Value) projected, ITuning tuning) => (
        tuning.Projected(_modules[0], queries, projected.Query).to_type(_weight.dtype),
        tuning.Projected(_modules[1], x, projected.Key).to_type(_weight.dtype),
        tuning.Projected(_modules[2], x, projected.Value).to_type(_weight.dtype));

    private Tensor Stacked(Tensor stacked, Tensor[] parts, string kind, ITuning tuning)
    {
        Tensor[] replaced = new Tensor[parts.Length];
        Tensor? largest = null;
        bool isTuned = false;
        for (int part = 0; part < parts.Length; part++)
        {
            replaced[part] = tuning.Replace(_modules[part] + kind, parts[part]);
            isTuned |= !ReferenceEquals(replaced[part], parts[part]);
            largest = largest is null || replaced[part].dim() > largest.dim() ? replaced[part] : largest;
        }

        if (!isTuned)
        {
            return stacked;
        }

        // Biases with a row or token dimension and those without are stacked alike.
        return kind == ".weight"
            ? cat(replaced, 0)
            : cat(Array.ConvertAll(replaced, part => part.to_type(largest!.dtype).expand(largest.shape)), -1);
    }

    // [P, hidden] to [B, P, hidden]
    private Tensor Rows(Tensor prefix, Tensor like) =>
        prefix.to_type(like.dtype).unsqueeze(0).expand(like.shape[0], prefix.shape[0], _config.HiddenSize);
}
