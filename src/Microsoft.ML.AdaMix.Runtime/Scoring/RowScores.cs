using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>What the model says of one row.</summary>
/// <param name="Logits">[classes].</param>
/// <param name="Embedding">[hidden], empty if not asked for.</param>
internal sealed record RowScores(float[] Logits, float[] Embedding)
{
    /// <summary>softmax(logits), summing to one.</summary>
    public float[] Probabilities { get; } = Softmax(Logits);

    /// <summary>The most probable class, counted from 1 as keys are.</summary>
    public uint Predicted => (uint)TensorPrimitives.IndexOfMax<float>(Logits) + 1;

    /// <summary>A getter for one of the output columns over whatever row is current.</summary>
    /// <exception cref="InvalidOperationException">The column is not among the active ones, or is of another type.</exception>
    public static ValueGetter<TValue> Getter<TValue>(ScoreSchema schema, DataViewSchema.Column column, HashSet<int> active, Func<RowScores> current) =>
        !active.Contains(column.Index)
            ? throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the rows were opened; name it among the columns needed.")
            : Getter(schema, column.Index, current) as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type}; it cannot be read as {typeof(TValue).Name}.");

    private static Delegate Getter(ScoreSchema schema, int column, Func<RowScores> current)
    {
        if (column == schema.PredictedLabel)
        {
            return (ValueGetter<uint>)((ref uint value) => value = current().Predicted);
        }

        Func<RowScores, float[]> select = column == schema.Score ? row => row.Probabilities : column == schema.Logits ? row => row.Logits : row => row.Embedding;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            float[] values = select(current());
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, values.Length);
            values.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }

    private static float[] Softmax(float[] logits)
    {
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude<float>(logits)))
        {
            throw new InvalidOperationException("The model gave logits that are not finite; its weights are damaged or training has diverged. Train again with a lower learning rate.");
        }

        float[] probabilities = new float[logits.Length];

        // The library's softmax does not subtract the maximum and overflows for logits beyond 88.
        TensorPrimitives.Subtract<float>(logits, TensorPrimitives.Max<float>(logits), probabilities);
        TensorPrimitives.Exp<float>(probabilities, probabilities);
        TensorPrimitives.Divide<float>(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
        return probabilities;
    }
}
