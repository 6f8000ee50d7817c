using System.CommandLine;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>
/// An option of the command line made from the library's description of its own: name, help, range and default are told there.
/// </summary>
internal sealed class LibraryOption
{
    private const string Everybody = "";

    private readonly IReadOnlyList<Owner> _owners;

    private LibraryOption(IReadOnlyList<Owner> owners)
    {
        _owners = owners;
        Option = IsFlag
            ? new Option<bool>(Name) { Description = HelpText() }
            : new Option<object?>(Name) { HelpName = HelpName, Description = HelpText(), CustomParser = Parse };
    }

    /// <summary>With dashes: --learning-rate.</summary>
    public string Name => _owners[0].Description.CommandLineName;

    /// <summary>The library's property.</summary>
    public string Property => _owners[0].Description.Name;

    public Option Option { get; }

    /// <summary>The methods that have it; one empty name where it is no method's.</summary>
    public IEnumerable<string> Methods => _owners.Select(owner => owner.Name);

    /// <summary>Of an object of options.</summary>
    /// <param name="initial">Its defaults.</param>
    /// <param name="properties">Which; all where none is named.</param>
    public static IReadOnlyList<LibraryOption> From(object initial, params IReadOnlyCollection<string> properties) =>
    [
        .. Own(initial)
            .Where(option => properties.Count == 0 || properties.Contains(option.Name, StringComparer.Ordinal))
            .Select(option => new LibraryOption([new Owner(Everybody, option, initial)])),
    ];

    /// <summary>Of some methods; options of one name are one option.</summary>
    /// <param name="methods">The methods, with their defaults.</param>
    /// <param name="properties">Which; all where none is named.</param>
    public static IReadOnlyList<LibraryOption> OfMethods(IEnumerable<TuningMethod> methods, IReadOnlyCollection<string> properties) =>
    [
        .. methods
            .SelectMany(method => Own(method).Select(option => new Owner(method.Name, option, method)))
            .Where(owner => properties.Count == 0 || properties.Contains(owner.Description.Name, StringComparer.Ordinal))
            .GroupBy(owner => owner.Description.CommandLineName, StringComparer.Ordinal)
            .Select(owners => new LibraryOption([.. owners])),
    ];

    /// <summary>Those of some options that stand on a command line, as the library's errors name them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">What stands before their names there: empty, "Mixture." or "Method.".</param>
    public static IEnumerable<string> Given(IEnumerable<LibraryOption> options, ParseResult parsed, string path = "") =>
        options.Where(option => option.IsGiven(parsed)).Select(option => path + option.Property);

    /// <summary>Has the help say something else than the library's default.</summary>
    public void TellDefault(string standing) => Option.Description = HelpText($" Default: {standing}.");

    public bool IsGiven(ParseResult parsed) => parsed.GetResult(Option) is { Implicit: false };

    /// <summary>Sets what was given on a new object that nobody else has seen.</summary>
    /// <exception cref="UsageException">The method of that name does not take the value.</exception>
    public void Apply(ParseResult parsed, object options, string method = Everybody)
    {
        if (!IsGiven(parsed))
        {
            return;
        }

        Owner owner = _owners.First(owner => owner.Name == method);
        object? value = IsFlag ? !owner.IsOn : parsed.GetValue<object?>(Name);
        if (!owner.Description.Accepts(value))
        {
            throw new UsageException($"{Name} is '{OptionText.Write(value!)}'; expected {Allowed(owner)} for {method}.");
        }

        owner.Description.Set(options, value);
    }

    private bool IsFlag => _owners[0].Description.Type == typeof(bool);

    private string HelpName => _owners[0].Description switch
    {
        { Placeholder: { } word } => word,
        { Type.IsEnum: true } when !_owners[0].Description.TakesSeveral => string.Join('|', Values.Select(OptionText.Write)),
        { Type.IsEnum: true } => "LIST",
        { Type: var type } when type == typeof(int) => "N",
        { Type: var type } when type == typeof(double) => "NUMBER",
        { Type: var type } when type == typeof(Range) => "FROM..TO",
        _ => "NAME",
    };

    // What at least one of the owners takes.
    private IEnumerable<Enum> Values => _owners.SelectMany(owner => owner.Description.Values).Distinct();

    private static IEnumerable<OptionDescription> Own(object options) =>
        OptionDescription.For(options.GetType()).Where(option => option.IsOnCommandLine);

    // Words as the command line writes them.
    private static string Allowed(Owner owner) => owner.Description switch
    {
        { Type.IsEnum: true, TakesSeveral: true, Values: var values } => $"some of {string.Join(", ", values.Select(OptionText.Write))}",
        { Type.IsEnum: true, Values: var values } => Words.List(values.Select(OptionText.Write)),
        var description => description.AllowedText,
    };

    private string AllowedForAny() => _owners[0].Description is { Type.IsEnum: true, TakesSeveral: false }
        ? Words.List(Values.Select(OptionText.Write))
        : Allowed(_owners[0]);

    private object? Parse(System.CommandLine.Parsing.ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        object? value = OptionText.Parse(_owners[0].Description.Type, text);
        if (value is null || !_owners.Any(owner => owner.Description.Accepts(value)))
        {
            result.AddError($"{Name} is '{text}'; expected {AllowedForAny()}.");
        }

        return value;
    }

    private string HelpText(string? standing = null)
    {
        string methods = _owners[0].Name.Length == 0 ? string.Empty : $"{string.Join(", ", Methods)}: ";
        string range = _owners[0].Description.Range is { } numbers && (numbers.HasMin || numbers.HasMax)
            ? $" {Upper($"{numbers}")}{(_owners[0].Description.Unit is { } unit ? $" {unit}" : string.Empty)}."
            : string.Empty;
        string several = _owners[0].Description.TakesSeveral
            ? $" Of {string.Join(", ", Values.Select(OptionText.Write))}."
            : string.Empty;
        return $"{methods}{_owners[0].Description.Help}{range}{several}{standing ?? Default()}";
    }

    // One for all, or each method's own.
    private string Default()
    {
        if (IsFlag)
        {
            return string.Empty;
        }

        IGrouping<string, Owner>[] defaults = [.. _owners.GroupBy(owner => owner.Default, StringComparer.Ordinal)];
        return defaults.Length == 1
            ? $" Default: {defaults[0].Key}."
            : $" Default: {string.Join("; ", defaults.Select(ForSome))}.";

        static string ForSome(IGrouping<string, Owner> same) => $"{same.Key} for {string.Join(", ", same.Select(owner => owner.Name))}";
    }

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <param name="Name">Of the method; empty where it is none.</param>
    /// <param name="Description">The library's.</param>
    /// <param name="Initial">An object with the defaults.</param>
    private sealed record Owner(string Name, OptionDescription Description, object Initial)
    {
        public bool IsOn => Description.Get(Initial) is true;

        public string Default => Description.Get(Initial) switch
        {
            null => Description.WhenNull ?? "none",
            "" => "none",
            Range range when range.Equals(Range.All) => "all",
            var value => OptionText.Write(value),
        };
    }
}
