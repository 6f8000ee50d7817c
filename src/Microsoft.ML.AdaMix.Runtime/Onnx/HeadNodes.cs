using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>A model's head as nodes: behind its encoder, or as a graph of its own, which reads what windows have become together.</summary>
internal static class HeadNodes
{
    /// <summary>A graph from <see cref="EncoderGraph.Embedding"/>, [B, H], to <see cref="EncoderGraph.Logits"/>, [B, outputs].</summary>
    /// <param name="model">A model without a template.</param>
    public static OnnxGraph Build(TunedModel model)
    {
        OnnxGraph graph = new()
        {
            Inputs = [new OnnxValue(EncoderGraph.Embedding, IsInteger: false, ["batch", model.Encoder.Config.HiddenSize])],
        };
        string logits = Add(graph, new ModuleNodes(graph, model, embedEncoder: false), model, EncoderGraph.Embedding);
        graph.AddOutput(logits, new OnnxValue(EncoderGraph.Logits, IsInteger: false, ["batch", model.Head.Outputs]));
        return graph;
    }

    /// <summary>[B R, H] to [B, outputs].</summary>
    public static string Add(OnnxGraph graph, ModuleNodes modules, TunedModel model, string read)
    {
        HeadWeights head = model.Head;
        EncoderConfig config = model.Encoder.Config;
        int tokens = model.Input.Template?.Masks ?? 1;
        Activation activation = model.Input.Template is null
            ? config.Definition.Head(config).Activation
            : HeadNorm.ActivationOf(config);
        string dense = modules.Linear(TunedTensors.HeadDense, read, head.DenseWeight, head.DenseBias); // [B R, H]
        string inner = graph.Activate(activation, dense);
        if (head.Norm is { } norm)
        {
            inner = modules.LayerNorm(TunedTensors.HeadNorm, inner, norm.Weight, norm.Bias);
            inner = tokens == 1 ? inner : graph.Add("Reshape", [inner, graph.Vector(-1, tokens * config.HiddenSize)]);
        }

        return modules.Linear(TunedTensors.HeadOutput, inner, head.OutputWeight, head.OutputBias); // [B, outputs]
    }
}
