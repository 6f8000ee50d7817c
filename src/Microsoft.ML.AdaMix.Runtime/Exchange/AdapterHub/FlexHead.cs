using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>
/// The classification head of the adapters library's own model classes: two linear layers, or one on the encoder's pooler.
/// </summary>
internal static class FlexHead
{
    private const string Classification = "classification";
    private const string MultiLabel = "multilabel_classification";

    /// <summary>Reads it.</summary>
    /// <param name="config">The object <c>config</c> of head_config.json.</param>
    /// <param name="name">The head's name.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="encoder">The encoder.</param>
    public static HeadWeights Read(ForeignConfig config, string name, ForeignTensors tensors, LoadedEncoder encoder)
    {
        HeadShape shape = encoder.Config.Definition.Head(encoder.Config);
        int hidden = encoder.Config.HiddenSize;
        int outputs = config.Size("num_labels") ?? throw config.Refuse("num_labels", "a number", "The file is damaged");
        config.Passes("dropout_prob", "label2id", "head_type");
        if (shape.Norm is not null)
        {
            throw config.Refuse(
                "head_type", $"a head of {encoder.Config.Definition.Title}", "Its head has a LayerNorm, which this one has not");
        }

        int layers = config.Size("layers") ?? 2;
        bool onPooler = config.Flag("use_pooler");
        string? activation = config.Text("activation_function");
        if (layers is not (1 or 2) || (layers == 1) != onPooler)
        {
            throw config.Refuse(layers is 1 or 2 ? "use_pooler" : "layers", "two layers, or one on the pooler", "Other heads are not read");
        }

        if (onPooler && (!shape.IsPooler || !encoder.Weights.ContainsKey(EncoderTensors.PoolerWeight)))
        {
            throw config.Refuse("use_pooler", "false", $"'{encoder.Name}' has no pooler");
        }

        if (layers == 2 && ActivationNames.Find(activation ?? "linear") != shape.Activation)
        {
            throw config.Refuse(
                "activation_function", $"\"{ActivationNames.Of(shape.Activation)}\"",
                $"It is what heads of {encoder.Config.Definition.Title} are computed with");
        }

        string start = $"heads.{name}.";
        string output = start + (onPooler ? "1" : "4");
        return new HeadWeights(
            onPooler ? encoder[EncoderTensors.PoolerWeight] : tensors.Take(start + "1.weight", hidden, hidden),
            onPooler ? encoder[EncoderTensors.PoolerBias] : tensors.Take(start + "1.bias", hidden),
            tensors.Take(output + ".weight", outputs, hidden),
            config.Flag("bias", otherwise: true)
                ? tensors.Take(output + ".bias", outputs)
                : HostTensor.From([outputs], new float[outputs]));
    }

    /// <summary>What transformers calls the task.</summary>
    public static string? ProblemType(ForeignConfig config) => config.Text("head_type") switch
    {
        Classification => null,
        MultiLabel => "multi_label_classification",
        _ => throw config.Refuse(
            "head_type", $"\"{Classification}\" or \"{MultiLabel}\"", "Only sequence classifiers and regressors are read"),
    };

    /// <summary>The way back: options and tensors.</summary>
    /// <exception cref="NotSupportedException">The head has a LayerNorm, which this one has not.</exception>
    public static MethodWriting Write(ServedModel model, string name)
    {
        TunedModel tuned = model.Tuned;
        EncoderConfig encoder = tuned.Encoder.Config;
        HeadShape shape = encoder.Definition.Head(encoder);
        if (shape.Norm is not null)
        {
            throw new NotSupportedException(
                $"The head of {encoder.Definition.Title} has a LayerNorm, which those of the adapters library have not. Use peft.");
        }

        bool onPooler = StaticHead.IsEncodersPooler(tuned.Head, tuned.Encoder);
        string[]? labels = model.OutputNames;
        JsonObject config = new()
        {
            ["activation_function"] = onPooler ? null : ActivationNames.Of(shape.Activation),
            ["bias"] = true,
            ["dropout_prob"] = null,
            ["head_type"] = model.Task == TextTask.MultiLabel ? MultiLabel : Classification,
            ["label2id"] = labels is null ? null
                : new JsonObject(labels.Select((label, id) => KeyValuePair.Create(label, (JsonNode?)id))),
            ["layers"] = onPooler ? 1 : 2,
            ["num_labels"] = tuned.Head.Outputs,
            ["use_pooler"] = onPooler,
        };
        string start = $"heads.{name}.";
        KeyValuePair<string, HostTensor>[] dense = onPooler
            ? []
            :
            [
                KeyValuePair.Create(start + "1.weight", tuned.Head.DenseWeight),
                KeyValuePair.Create(start + "1.bias", tuned.Head.DenseBias),
            ];
        string output = start + (onPooler ? "1" : "4");
        return new MethodWriting(
            config,
            [
                .. dense, KeyValuePair.Create(output + ".weight", tuned.Head.OutputWeight),
                KeyValuePair.Create(output + ".bias", tuned.Head.OutputBias),
            ]);
    }
}
