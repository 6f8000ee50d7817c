using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>How large each channel gets that the attention and the two products of the feed-forward of each layer read.</summary>
/// <remarks>
/// Which channels are outliers is a property of the encoder and not of the text, so random tokens tell it, and every model on the encoder
/// can share it.
/// </remarks>
internal static class ChannelRanges
{
    private const int Rows = 16;
    private const int Length = 16;

    /// <summary>How the channels of each input are split, by <see cref="QuantizedEncoder.InputOf"/>.</summary>
    public static Dictionary<string, ChannelSplit> Splits(LoadedEncoder encoder, EncoderMemory memory)
    {
        OnnxGraph graph = EncoderGraph.Build(Plain(encoder), embedEncoder: false);
        (string Module, string Output)[] observed = [.. Observe(graph)];
        using SessionOptions options = new() { EnableMemoryPattern = false };
        options.AddSessionConfigEntry("session.disable_prepacking", "1"); // not worth its memory for one run
        using InferenceSession session = memory.Open(graph, options);
        using PaddedBatch batch = PaddedBatch.From(RandomTokens(encoder.Config), encoder.Config, positionsTaken: 0);
        OrtValue[] values = Array.ConvertAll(batch.Inputs, input => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, input.AsMemory(0, batch.Rows * batch.Width), [batch.Rows, batch.Width]));
        try
        {
            using RunOptions run = new();
            using IDisposableReadOnlyCollection<OrtValue> ranges = session.Run(
                run, EncoderGraph.InputNames(encoder.Config), values, [.. observed.Select(found => found.Output)]);
            return observed.Zip(ranges, (found, range) => (found.Module, Range: range.GetTensorDataAsSpan<float>().ToArray()))
                .GroupBy(found => found.Module, StringComparer.Ordinal)
                .ToDictionary(
                    module => QuantizedEncoder.InputOf(module.Key),
                    module => Split(module.Key, module.Select(found => found.Range).Aggregate(Larger)),
                    StringComparer.Ordinal);
        }
        finally
        {
            Array.ForEach(values, value => value.Dispose());
        }
    }

    // Layers that share a module read it one after the other.
    private static float[] Larger(float[] one, float[] other)
    {
        float[] larger = new float[one.Length];
        TensorPrimitives.Max<float>(one, other, larger);
        return larger;
    }

    private static ChannelSplit Split(string module, ReadOnlySpan<float> ranges) =>
        QuantizedEncoder.ReadsActivation(module) ? ChannelSplit.OfActivation(ranges) : ChannelSplit.OfHidden(ranges);

    /// <summary>
    /// Makes the ranges outputs of a float32 graph and gives their names, with those of the modules that read the channels.
    /// </summary>
    private static IEnumerable<(string Module, string Output)> Observe(OnnxGraph graph)
    {
        foreach (OnnxNode product in graph.Nodes.Where(node => node.Operator == "Gemm").ToArray())
        {
            // Of the attention's three modules the value sees all tokens in the last layer too.
            string module = product.Inputs[1].Replace(".weight", string.Empty, StringComparison.Ordinal);
            if (module.EndsWith(".attention.self.value", StringComparison.Ordinal)
                || module.EndsWith(".attention.self.qkv", StringComparison.Ordinal)
                || module.EndsWith(".intermediate.dense", StringComparison.Ordinal)
                || QuantizedEncoder.ReadsActivation(module))
            {
                string range = graph.Add(
                    "ReduceMax", [graph.Add("Abs", [product.Inputs[0]]), graph.Vector(0)], new OnnxAttribute("keepdims", 0L)); // [in]
                string output = FormattableString.Invariant($"{module} {graph.Outputs.Count}");
                graph.AddOutput(range, new OnnxValue(output, IsInteger: false, ["channels"]));
                yield return (module, output);
            }
        }
    }

    private static TunedModel Plain(LoadedEncoder encoder)
    {
        return new TunedModel(encoder, EncoderEdits.None, HeadWeights.Zeros(encoder.Config, outputs: 1),
            new TextInput(encoder.Config.MaxSequenceLength, SpecialTokensInText: false));
    }

    private static TokenIds[] RandomTokens(EncoderConfig config)
    {
        Random random = new(1);
        int length = Math.Min(Length, config.MaxSequenceLength);
        return [.. Enumerable.Range(0, Rows).Select(
            _ => new TokenIds([.. Enumerable.Range(0, length).Select(_ => random.Next(config.VocabularySize))], length))];
    }
}
