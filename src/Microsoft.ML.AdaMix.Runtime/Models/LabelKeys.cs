using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>The classes: how many, and what the label's key values are, if the training data says it.</summary>
internal abstract class LabelKeys(int count)
{
    public int Count { get; } = count;

    /// <summary>The values as text, for slot names; null if they are not known.</summary>
    public abstract string[]? Names { get; }

    /// <summary>Type of the values by its name in a saved model; null if they are not known.</summary>
    public abstract string? TypeName { get; }

    /// <summary>Classes that are only numbered.</summary>
    public static LabelKeys Numbered(int count) => new WithoutValues(count);

    /// <summary>Reads count and values from a key column.</summary>
    public static LabelKeys From(DataViewSchema.Column column)
    {
        int count = checked((int)((KeyDataViewType)(column.Type is VectorDataViewType labels ? labels.ItemType : column.Type)).Count);
        DataViewType? values = column.Annotations.Schema.GetColumnOrNull(AnnotationNames.KeyValues)?.Type;
        LabelKeys? named = values is VectorDataViewType { Size: > 0 } vector
            && vector.Size == count
            && LabelValueType.Find(vector.ItemType.RawType) is { } type
            ? type.Read(column)
            : null;
        return named is not null && AreDifferent(named.Names!) ? named : Numbered(count);
    }

    /// <summary>
    /// Reads the labels of a vector column from its slot names. A slot without a name is called by its place, and one with the name of a
    /// slot before it has its place behind that.
    /// </summary>
    public static LabelKeys FromSlots(DataViewSchema.Column column, int count)
    {
        if (!column.HasSlotNames())
        {
            return Numbered(count);
        }

        VBuffer<ReadOnlyMemory<char>> slots = default;
        column.GetSlotNames(ref slots);
        string[] names = [.. slots.DenseValues().Select(name => name.ToString())];
        return names.Length == count ? Restore(count, "text", ToldApart(names)) : Numbered(count);
    }

    /// <summary>Restores what <see cref="Names"/> and <see cref="TypeName"/> said.</summary>
    /// <exception cref="InvalidDataException">The type or a value is not valid.</exception>
    public static LabelKeys Restore(int count, string? typeName, IReadOnlyList<string>? names) => typeName is null || names is null
        ? Numbered(count)
        : (LabelValueType.Find(typeName)
            ?? throw new InvalidDataException(
                $"The model's labels are of the unknown type '{typeName}' (LabelType); expected is one of {LabelValueType.Names}."))
            .Restore(names);

    /// <summary>Labels whose values have a type and are not known yet.</summary>
    /// <param name="valueType">Type of the values; null, or one that labels cannot have, for labels without values.</param>
    public static LabelKeys Sample(DataViewType? valueType) =>
        valueType is not null && LabelValueType.Find(valueType.RawType) is { } type ? type.Sample() : Numbered(1);

    /// <summary>Adds the values to a column's annotations under the given name.</summary>
    public abstract void Annotate(DataViewSchema.Annotations.Builder annotations, string name);

    private static string[] ToldApart(string[] names)
    {
        HashSet<string> taken = new(names.Length, StringComparer.Ordinal);
        string[] different = new string[names.Length];
        for (int place = 0; place < names.Length; place++)
        {
            string number = place.ToString(CultureInfo.InvariantCulture);
            string name = names[place].Length == 0 ? number : names[place];
            while (!taken.Add(name))
            {
                name = $"{name} {number}";
            }

            different[place] = name;
        }

        return different;
    }

    // Those that are not are told apart by their number alone.
    private static bool AreDifferent(string[] names) => names.Distinct(StringComparer.Ordinal).Count() == names.Length;

    private sealed class WithoutValues(int count) : LabelKeys(count)
    {
        public override string[]? Names => null;

        public override string? TypeName => null;

        public override void Annotate(DataViewSchema.Annotations.Builder annotations, string name)
        {
            // Numbered classes have nothing to say.
        }
    }

    internal sealed class WithValues<T>(T[] values, LabelValueType<T> type) : LabelKeys(values.Length)
    {
        public override string[]? Names => Array.ConvertAll(values, value => type.Format(value));

        public override string? TypeName => type.Name;

        public override void Annotate(DataViewSchema.Annotations.Builder annotations, string name) => annotations.Add(
            name,
            new VectorDataViewType(type.DataType, values.Length),
            (ref VBuffer<T> destination) => destination = new VBuffer<T>(values.Length, [.. values]));
    }
}

/// <summary>A type that key values can have.</summary>
internal abstract class LabelValueType(string name, Type rawType)
{
    private static readonly LabelValueType[] All =
    [
        new LabelValueType<ReadOnlyMemory<char>>("text", TextDataViewType.Instance, value => value.ToString(), text => text.AsMemory()),
        new LabelValueType<bool>("bool", BooleanDataViewType.Instance, value => value ? "true" : "false", bool.Parse),
        Number<sbyte>("int8", NumberDataViewType.SByte),
        Number<byte>("uint8", NumberDataViewType.Byte),
        Number<short>("int16", NumberDataViewType.Int16),
        Number<ushort>("uint16", NumberDataViewType.UInt16),
        Number<int>("int32", NumberDataViewType.Int32),
        Number<uint>("uint32", NumberDataViewType.UInt32),
        Number<long>("int64", NumberDataViewType.Int64),
        Number<ulong>("uint64", NumberDataViewType.UInt64),
        new LabelValueType<float>("float32", NumberDataViewType.Single, value => value.ToString("R", CultureInfo.InvariantCulture),
            text => float.Parse(text, CultureInfo.InvariantCulture)),
        new LabelValueType<double>("float64", NumberDataViewType.Double, value => value.ToString("R", CultureInfo.InvariantCulture),
            text => double.Parse(text, CultureInfo.InvariantCulture)),
        new LabelValueType<DateTime>("datetime", DateTimeDataViewType.Instance, value => value.ToString("O", CultureInfo.InvariantCulture),
            text => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        new LabelValueType<DateTimeOffset>("datetimeoffset", DateTimeOffsetDataViewType.Instance,
            value => value.ToString("O", CultureInfo.InvariantCulture),
            text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        new LabelValueType<TimeSpan>("timespan", TimeSpanDataViewType.Instance, value => value.ToString("c", CultureInfo.InvariantCulture),
            text => TimeSpan.Parse(text, CultureInfo.InvariantCulture)),
    ];

    public string Name { get; } = name;

    /// <summary>All of them, for messages.</summary>
    public static string Names => string.Join(", ", All.Select(type => type.Name));

    public static LabelValueType? Find(Type rawType) => Array.Find(All, type => type.RawType == rawType);

    public static LabelValueType? Find(string name) => Array.Find(All, type => type.Name == name);

    public abstract LabelKeys Read(DataViewSchema.Column column);

    public abstract LabelKeys Restore(IReadOnlyList<string> names);

    /// <summary>One label with the type's default value.</summary>
    public abstract LabelKeys Sample();

    /// <summary>A function that gives the current row's value as text.</summary>
    public abstract Func<string> Reader(DataViewRow row, DataViewSchema.Column column);

    private Type RawType { get; } = rawType;

    private static LabelValueType<T> Number<T>(string name, PrimitiveDataViewType type)
        where T : IParsable<T>, IFormattable => new(
            name, type, value => value.ToString(null, CultureInfo.InvariantCulture), text => T.Parse(text, CultureInfo.InvariantCulture));
}

/// <inheritdoc/>
internal sealed class LabelValueType<T>(string name, PrimitiveDataViewType dataType, Func<T, string> format, Func<string, T> parse)
    : LabelValueType(name, typeof(T))
{
    public PrimitiveDataViewType DataType { get; } = dataType;

    public Func<T, string> Format { get; } = format;

    public override LabelKeys Read(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(AnnotationNames.KeyValues, ref values);
        T[] dense = [.. values.DenseValues()];

        // The buffer belongs to whoever filled it; text is copied.
        bool isText = typeof(T) == typeof(ReadOnlyMemory<char>);
        return new LabelKeys.WithValues<T>(isText ? Array.ConvertAll(dense, value => parse(Format(value))) : dense, this);
    }

    public override LabelKeys Sample() => new LabelKeys.WithValues<T>([default!], this);

    public override Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return Format(value);
        };
    }

    public override LabelKeys Restore(IReadOnlyList<string> names)
    {
        try
        {
            return new LabelKeys.WithValues<T>([.. names.Select(parse)], this);
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException(
                $"The model's labels hold a value that is not of type '{Name}' (LabelType): {error.Message}", error);
        }
    }
}

/// <summary>ML.NET's names of annotations.</summary>
internal static class AnnotationNames
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreValueKind = "ScoreValueKind";
    public const string TrainingLabelValues = "TrainingLabelValues";
}
