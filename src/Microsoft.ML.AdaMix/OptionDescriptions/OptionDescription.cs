using System.Reflection;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>An option: a property with an <see cref="OptionAttribute"/>.</summary>
internal sealed class OptionDescription
{
    private readonly PropertyInfo _property;
    private readonly OptionAttribute _attribute;

    private OptionDescription(PropertyInfo property, OptionAttribute attribute)
    {
        _property = property;
        _attribute = attribute;
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Range = Type == typeof(int) || Type == typeof(double)
            ? new OptionRange(attribute.Min, attribute.Max, attribute.WithoutMin, attribute.WithoutMax)
            : null;
        IEnumerable<object> values = attribute.Values ?? (Type.IsEnum ? Enum.GetValues(Type).Cast<object>() : []);
        Values = [.. values.Cast<Enum>().Where(value => !attribute.AtLeastOne || Bits(value) != 0)];
    }

    /// <summary>The property's name: LearningRate.</summary>
    public string Name => _property.Name;

    /// <summary>In JSON: learningRate.</summary>
    public string JsonName => JsonNamingPolicy.CamelCase.ConvertName(Name);

    /// <summary>On the command line, with dashes: --learning-rate. See <see cref="OptionAttribute.CommandLine"/>.</summary>
    public string CommandLineName => $"--{_attribute.CommandLine}";

    public string Help => _attribute.Help;

    public string? Unit => _attribute.Unit;

    /// <summary>See <see cref="OptionAttribute.Placeholder"/>.</summary>
    public string? Placeholder => _attribute.Placeholder;

    /// <summary>What null stands for; null where the option cannot be null.</summary>
    public string? WhenNull => _attribute.WhenNull;

    public bool ToldByName => _attribute.ToldByName;

    /// <summary>Whether the command line has an option for it.</summary>
    public bool IsOnCommandLine => !_attribute.ToldByName && !_attribute.OnlyInCode;

    /// <summary>See <see cref="OptionAttribute.IsWidth"/>.</summary>
    public bool IsWidth => _attribute.IsWidth;

    /// <summary>See <see cref="OptionAttribute.Before"/>.</summary>
    public object? Before => _attribute.Before;

    /// <summary>Whether several values of the enumeration may be given together.</summary>
    public bool TakesSeveral => _attribute.AtLeastOne;

    /// <summary>The type of its values, not nullable.</summary>
    public Type Type { get; }

    /// <summary>Of numbers; null for what is none.</summary>
    public OptionRange? Range { get; }

    /// <summary>The values of an enumeration that are allowed; empty for what is none.</summary>
    public IReadOnlyList<Enum> Values { get; }

    /// <summary>What is allowed, in words: 1 to 10000, or null.</summary>
    public string Expected => Allowed + OrNull;

    /// <summary>The same with the type, for values that come as text: a whole number, 1 to 10000, or null.</summary>
    public string ExpectedText => AllowedText + OrNull;

    /// <summary>What a value that is given may be, in words: 1 to 10000.</summary>
    public string Allowed => _attribute.Expected
        ?? (Type == typeof(Range) ? "a range such as 6..12 (layer 12 itself left out), 6..^0 or ^4..^0, that is not empty" : null)
        ?? (Type == typeof(int) && Range is { IsBounded: false } ? "a whole number" : Range?.ToString())
        ?? (_attribute.AtLeastOne ? "at least one of " : string.Empty) + Words.List(Values);

    /// <summary>The same with the type, for values that come as text: a whole number, 1 to 10000.</summary>
    public string AllowedText => Range is { IsBounded: true }
        ? $"{(Type == typeof(int) ? "a whole number" : "a number")}, {Allowed}"
        : Type == typeof(bool) ? "true or false" : Allowed;

    private string OrNull => WhenNull is null ? string.Empty : ", or null";

    /// <summary>The options of a type, in the order of its file.</summary>
    public static IReadOnlyList<OptionDescription> For(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Property: property, Attribute: property.GetCustomAttribute<OptionAttribute>()))
            .Where(option => option.Attribute is not null)
            .Select(option => new OptionDescription(option.Property, option.Attribute!)),
    ];

    /// <summary>The value that an object of options has.</summary>
    public object? Get(object options) => _property.GetValue(options);

    /// <summary>Sets a value on a new object that nobody else has seen.</summary>
    public void Set(object options, object? value) => _property.SetValue(options, value);

    /// <summary>Whether a value of the option's type is allowed.</summary>
    public bool Accepts(object? value) => value switch
    {
        null => WhenNull is not null,
        int or double => Range!.Contains(Convert.ToDouble(value, null)),
        string text => text.Length > 0,
        Range range => !IsEmpty(range),
        TimeSpan time => time > TimeSpan.Zero,
        Enum chosen => _attribute.AtLeastOne ? IsOfValues(chosen) : Values.Contains(chosen),
        _ => true,
    };

    /// <summary>Why the option changes nothing beside the others of an object, in words; null where it does.</summary>
    /// <param name="options">The object.</param>
    /// <param name="path">What stands before the options' names: empty, or "Mixture.".</param>
    public string? WhyIdle(object options, string path)
    {
        if (_attribute.IdleBeside is not { } beside)
        {
            return null;
        }

        OptionDescription other = For(options.GetType()).Single(option => option.Name == beside);
        object? value = other.Get(options);
        bool idle = _attribute.IdleUnlessAt is { } needed ? !needed.Equals(value) : Equals(_attribute.IdleAt, value);
        return !idle ? null : _attribute.IdleUnlessAt is { } unless
            ? $"{path}{Name} has no effect unless {path}{beside} is {OptionText.Write(unless)}."
            : $"{path}{Name} has no effect where {path}{beside} is {OptionText.Write(value!)}.";
    }

    // Where one end counts from the start and the other from the end, only an encoder can tell.
    private static bool IsEmpty(Range range) => (range.Start.IsFromEnd, range.End.IsFromEnd) switch
    {
        (false, false) => range.Start.Value >= range.End.Value,
        (true, true) => range.Start.Value <= range.End.Value,
        _ => false,
    };

    private bool IsOfValues(Enum chosen)
    {
        long allowed = Values.Aggregate(0L, (bits, value) => bits | Bits(value));
        return Bits(chosen) != 0 && (Bits(chosen) & ~allowed) == 0;
    }

    private static long Bits(Enum value) => Convert.ToInt64(value, null);
}
