using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>The tuning method and its own options, for all methods that the library knows.</summary>
internal sealed class MethodArguments
{
    private readonly TuningMethod[] _methods;
    private readonly string _initial;
    private readonly Option<string?> _method;
    private readonly IReadOnlyList<LibraryOption> _own;

    /// <param name="methods">Which methods.</param>
    /// <param name="initial">The one that is taken where none is named.</param>
    /// <param name="help">What the choice of a method means.</param>
    /// <param name="options">Names of the properties that can be set; all where none is named.</param>
    public MethodArguments(
        IEnumerable<TuningMethod> methods, TuningMethod initial, string help, params IReadOnlyCollection<string> options)
    {
        _methods = [.. methods];
        _initial = initial.Name;
        string[] names = [.. _methods.Select(method => method.Name)];
        _method = Choices.OfWords("--method", "NAME", $"{help}: {string.Join(", ", names)}. Default: {_initial}.", names);
        _own = LibraryOption.OfMethods(_methods, options);
    }

    public IEnumerable<Option> All => [_method, .. _own.Select(option => option.Option)];

    /// <summary>The options that were given, as the library's errors name them.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => LibraryOption.Given(_own, parsed, "Method.");

    /// <summary>The method with what is set of its options.</summary>
    /// <exception cref="UsageException">An option is set that the method does not have, or to a value that it does not take.</exception>
    public TuningMethod Read(ParseResult parsed)
    {
        string name = parsed.GetValue(_method) ?? _initial;
        string[] problems = [.. _own
            .Where(option => option.IsGiven(parsed) && !option.Methods.Contains(name, StringComparer.Ordinal))
            .Select(option => $"{option.Name} is for {string.Join(", ", option.Methods)}; the method is {name}.")];
        if (problems.Length > 0)
        {
            throw new UsageException(string.Join(' ', problems));
        }

        TuningMethod method = _methods.First(known => known.Name == name) with { };
        foreach (LibraryOption option in _own)
        {
            option.Apply(parsed, method, name);
        }

        return method;
    }
}
