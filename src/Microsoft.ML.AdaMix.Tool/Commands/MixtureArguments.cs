using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>The mixture of adaptations.</summary>
internal sealed class MixtureArguments
{
    private readonly IReadOnlyList<LibraryOption> _options = LibraryOption.From(new MixtureOptions());

    public IEnumerable<Option> All => _options.Select(option => option.Option);

    /// <summary>
    /// What is set, over the published mixture, or over none for a method without weights to average and for a single expert.
    /// </summary>
    public MixtureOptions Read(ParseResult parsed, TuningMethod method)
    {
        MixtureOptions given = new();
        Apply(parsed, given);
        if (method.SupportsMixture && given.Experts > 1)
        {
            return given;
        }

        MixtureOptions plain = MixtureOptions.None with { };
        Apply(parsed, plain);
        return plain;
    }

    /// <summary>The options that were given, as the library's errors name them.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => LibraryOption.Given(_options, parsed, "Mixture.");

    private void Apply(ParseResult parsed, MixtureOptions mixture)
    {
        foreach (LibraryOption option in _options)
        {
            option.Apply(parsed, mixture);
        }
    }
}
