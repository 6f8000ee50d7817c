using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// Word embeddings, those of positions and token types where there are such tables, LayerNorm, and the map to the hidden size where there
/// is one; behind the prompt if there is one.
/// </summary>
internal sealed class EmbeddingNodes(OnnxGraph graph, ModuleNodes modules, EncoderConfig config, EncoderEdits edits)
{
    /// <summary>Flat [B (P + T), H].</summary>
    public string Embed()
    {
        graph.Scope = "embeddings.";
        string sum = graph.Add("Gather", [modules.Weight(EncoderTensors.Words), EncoderGraph.InputIds]); // [B, T, width]
        sum = TokenTypes() is { } types ? graph.Add("Add", [sum, types]) : sum;
        sum = modules.Has(EncoderTensors.Positions)
            ? graph.Add(
                "Add", [sum, graph.Add("Gather", [modules.Weight(EncoderTensors.Positions), Positions(edits.PositionsTaken)])])
            : sum;
        string all = edits.Prompt is { } prompt ? BehindPrompt(prompt, sum) : sum; // [B, P + T, width]
        string norm = modules.LayerNorm(
            EncoderTensors.EmbeddingNorm, graph.Add("Reshape", [all, graph.Vector(-1, config.EmbeddingWidth)]));
        return modules.Has($"{EncoderTensors.EmbeddingProjection}.weight")
            ? modules.Linear(EncoderTensors.EmbeddingProjection, norm)
            : norm;
    }

    /// <summary>
    /// Position ids: tokens from 0; or, as RoBERTa, the ids that are not the padding id, from padding id + 1.
    /// </summary>
    /// <param name="taken">Positions before the text's first.</param>
    private string Positions(int taken)
    {
        if (config.Definition.PositionPadding(config) is not { } id)
        {
            string length = graph.Add("Gather", [graph.Add("Shape", [EncoderGraph.InputIds]), graph.Scalar(1L)]);
            return graph.Add("Range", [graph.Scalar((long)taken), Behind(length, taken), graph.Scalar(1L)]); // [T]
        }

        string padding = graph.Scalar((long)id);
        string isToken = graph.Add("Not", [graph.Add("Equal", [EncoderGraph.InputIds, padding])]);
        string ones = graph.Add("Cast", [isToken], new OnnxAttribute("to", 7L)); // int64 [B, T]
        string counts = Behind(graph.Add("CumSum", [ones, graph.Scalar(1L)]), taken);
        return graph.Add("Add", [graph.Add("Mul", [counts, ones]), padding]);
    }

    private string Behind(string count, int taken) => taken == 0 ? count : graph.Add("Add", [count, graph.Scalar((long)taken)]);

    private string? TokenTypes() => !modules.Has(EncoderTensors.Types)
        ? null
        : config.Definition.ReadsTokenTypes(config)
            ? graph.Add("Gather", [modules.Weight(EncoderTensors.Types), EncoderGraph.TokenTypeIds])
            : modules.FirstRow(EncoderTensors.Types); // all RoBERTa tokens are of type 0

    /// <summary>
    /// What a prompt's embeddings are before their LayerNorm; nothing of that depends on a text. A prompt is of token type 0.
    /// </summary>
    /// <param name="prompt">[P, width].</param>
    private HostTensor WithPositions(HostTensor prompt)
    {
        HostTensor? positions = modules.Has(EncoderTensors.Positions) ? modules[EncoderTensors.Positions] : null; // [positions, width]
        HostTensor? types = modules.Has(EncoderTensors.Types) ? modules[EncoderTensors.Types] : null; // [types, width]
        int first = config.FirstPosition + edits.PrefixPositions;
        return prompt.WithRows((row, values) =>
        {
            if (positions is not null)
            {
                TensorPrimitives.Add(values, positions.Values.Span.Slice((first + row) * values.Length, values.Length), values);
            }

            if (types is not null)
            {
                TensorPrimitives.Add(values, types.Values.Span[..values.Length], values);
            }
        });
    }

    private string BehindPrompt(HostTensor prompt, string text)
    {
        HostTensor sum = WithPositions(prompt);
        HostTensor row = sum with { Shape = [1, .. sum.Shape] }; // [1, P, H]
        string rows = graph.Add("Shape", [EncoderGraph.InputIds], new OnnxAttribute("start", 0L), new OnnxAttribute("end", 1L));
        string shape = graph.Add("Concat", [rows, graph.Vector(1, 1)], new OnnxAttribute("axis", 0L));
        string every = graph.Add("Expand", [graph.Weight(PromptEdit.TensorName, row, embedded: true), shape]); // [B, P, H]
        return graph.Add("Concat", [every, text], new OnnxAttribute("axis", 1L));
    }
}
