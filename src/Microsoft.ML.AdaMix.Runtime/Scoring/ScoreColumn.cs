using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>One output column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="ValueKind">What ML.NET's annotation calls its values; null for a column that is no score.</param>
/// <param name="Annotate">Adds annotations of its own.</param>
/// <param name="CreateGetter">Makes a <see cref="ValueGetter{TValue}"/> over whatever row is current.</param>
internal sealed record ScoreColumn(
    string Name, DataViewType Type, string? ValueKind, Action<DataViewSchema.Annotations.Builder> Annotate,
    Func<Func<RowScores>, Delegate> CreateGetter)
{
    /// <summary>Whether it is the encoder's output, which is only computed where it is wanted.</summary>
    public bool IsEmbedding { get; init; }

    public static ScoreColumn Scalar<T>(
        string name, DataViewType type, string valueKind, Func<RowScores, T> value,
        Action<DataViewSchema.Annotations.Builder>? annotate = null) =>
        new(name, type, valueKind, annotate ?? (_ => { }), current => (ValueGetter<T>)((ref T target) => target = value(current())));

    public static ScoreColumn Vector<T>(
        string name, PrimitiveDataViewType itemType, int size, string? valueKind, Func<RowScores, T[]> values,
        Action<DataViewSchema.Annotations.Builder>? annotate = null) =>
        new(name, new VectorDataViewType(itemType, size), valueKind, annotate ?? (_ => { }),
            current => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> target) =>
        {
            T[] row = values(current());
            VBufferEditor<T> editor = VBufferEditor.Create(ref target, row.Length);
            row.CopyTo(editor.Values);
            target = editor.Commit();
        }));

    /// <summary>Adds it to a schema, annotated as ML.NET's evaluators look for scores.</summary>
    /// <param name="builder">The schema.</param>
    /// <param name="set">Number of the model among those whose scores the schema has.</param>
    /// <param name="kind">ML.NET's name of the task.</param>
    public void AddTo(DataViewSchema.Builder builder, uint set, string kind)
    {
        if (ValueKind is null)
        {
            builder.AddColumn(Name, Type);
            return;
        }

        DataViewSchema.Annotations.Builder annotations = new();
        Annotate(annotations);
        annotations.Add(AnnotationNames.ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), (ref uint value) => value = set);
        annotations.Add(
            AnnotationNames.ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = kind.AsMemory());
        annotations.Add(
            AnnotationNames.ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = ValueKind.AsMemory());
        builder.AddColumn(Name, Type, annotations.ToAnnotations());
    }
}
