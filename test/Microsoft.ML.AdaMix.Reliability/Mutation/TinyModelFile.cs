using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>The tiny model as ML.NET saves it, and what is in it.</summary>
internal static class TinyModelFile
{
    private static readonly DataViewSchema Input = MakeInput();

    public static byte[] Whole()
    {
        using MemoryStream stream = new();
        MLContext ml = new();
        using AdaMixTransformer model = new(ml, TinyModel.Model);
        ml.Model.Save(model, Input, stream);
        return stream.ToArray();
    }

    public static byte[] Delta()
    {
        using MemoryStream stream = new();
        MLContext ml = new();
        using AdaMixTransformer model = new(ml, TinyModel.Model);
        ml.Model.SaveDelta(model, Input, stream);
        return stream.ToArray();
    }

    /// <summary>The content of the one entry that is called so.</summary>
    public static byte[] Part(byte[] zip, string name) => ZipItem.Of(zip, deflated: false)
        .Single(item => System.Text.Encoding.UTF8.GetString(item.Name).EndsWith(name, StringComparison.Ordinal)).Data;

    /// <summary>What is different in a model that was loaded; null for nothing.</summary>
    public static string? Difference(ServedModel found, ServedModel expected)
    {
        Dictionary<string, HostTensor> tuned = TunedTensors.List(found.Tuned).ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor);
        return found.Tuned.Encoder.Config != expected.Tuned.Encoder.Config ? "its encoder is of another shape"
            : !expected.Tuned.Encoder.Weights.All(weight => found.Tuned.Encoder.Weights.TryGetValue(weight.Key, out HostTensor? tensor)
                && Tensors.AreEqual(weight.Value, tensor)) ? "its encoder has other weights"
            : !TunedTensors.List(expected.Tuned).All(tensor => tuned.TryGetValue(tensor.Name, out HostTensor? other)
                && Tensors.AreEqual(tensor.Tensor, other)) ? "it was tuned otherwise"
            : (found.Task, found.Columns, found.Precision, found.Tuned.Input)
                != (expected.Task, expected.Columns, expected.Precision, expected.Tuned.Input) ? "it has another task"
            : !found.Labels.Names!.SequenceEqual(expected.Labels.Names!) ? "it has other labels"
            : null;
    }

    private static DataViewSchema MakeInput()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("Text", Data.TextDataViewType.Instance);
        return builder.ToSchema();
    }
}
