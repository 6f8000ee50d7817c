using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Word, position and token type embeddings with their LayerNorm, behind the prompt if there is one.</summary>
internal sealed class EmbeddingNodes(OnnxGraph graph, ModuleNodes modules, EncoderConfig config, EncoderEdits edits)
{
    private const string WordTable = "embeddings.word_embeddings.weight";
    private const string PositionTable = "embeddings.position_embeddings.weight";
    private const string TypeTable = "embeddings.token_type_embeddings.weight";

    /// <summary>Flat [B (P + T), H].</summary>
    public string Embed()
    {
        graph.Scope = "embeddings.";
        string words = graph.Add("Gather", [modules.Weight(WordTable), EncoderGraph.InputIds]); // [B, T, H]
        string positions = graph.Add("Gather", [modules.Weight(PositionTable), Positions(edits.PositionsTaken)]);
        string sum = graph.Add("Add", [graph.Add("Add", [words, TokenTypes()]), positions]);
        string all = edits.Prompt is { } prompt ? BehindPrompt(prompt, sum) : sum; // [B, P + T, H]
        return modules.LayerNorm("embeddings.LayerNorm", graph.Add("Reshape", [all, graph.Vector(-1, config.HiddenSize)]));
    }

    /// <summary>Position ids: RoBERTa counts the ids that are not the padding id, from padding id + 1; BERT counts tokens from 0.</summary>
    /// <param name="taken">Positions before the text's first.</param>
    private string Positions(int taken)
    {
        if (config.Family == EncoderFamily.Bert)
        {
            string length = graph.Add("Gather", [graph.Add("Shape", [EncoderGraph.InputIds]), graph.Scalar(1L)]);
            return graph.Add("Range", [graph.Scalar((long)taken), Behind(length, taken), graph.Scalar(1L)]); // [T]
        }

        string padding = graph.Scalar((long)config.PadTokenId);
        string isToken = graph.Add("Not", [graph.Add("Equal", [EncoderGraph.InputIds, padding])]);
        string ones = graph.Add("Cast", [isToken], new OnnxAttribute("to", 7L)); // int64 [B, T]
        string counts = Behind(graph.Add("CumSum", [ones, graph.Scalar(1L)]), taken);
        return graph.Add("Add", [graph.Add("Mul", [counts, ones]), padding]);
    }

    private string Behind(string count, int taken) => taken == 0 ? count : graph.Add("Add", [count, graph.Scalar((long)taken)]);

    private string TokenTypes() => config.Family == EncoderFamily.Bert
        ? graph.Add("Gather", [modules.Weight(TypeTable), EncoderGraph.TokenTypeIds])
        : modules.FirstRow(TypeTable); // all RoBERTa tokens are of type 0

    /// <summary>
    /// What a prompt's embeddings are before their LayerNorm; nothing of that depends on a text. A prompt is of token type 0.
    /// </summary>
    /// <param name="prompt">[P, hidden].</param>
    private HostTensor WithPositions(HostTensor prompt)
    {
        HostTensor positions = modules[PositionTable]; // [positions, H]
        HostTensor types = modules[TypeTable]; // [types, H]
        int first = config.FirstPosition + edits.PrefixLength;
        return prompt.WithRows((row, values) =>
        {
            TensorPrimitives.Add(values, positions.Values.Span.Slice((first + row) * values.Length, values.Length), values);
            TensorPrimitives.Add(values, types.Values.Span[..values.Length], values);
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
