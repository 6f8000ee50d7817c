using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>The mixture of adaptations.</summary>
internal sealed class MixtureArguments
{
    private readonly IReadOnlyList<LibraryOption> _options = LibraryOption.From(new MixtureOptions());

    public IEnumerable<Option> All => _options.Select(option => option.Option);

    /// <summary>What is set, over the published mixture, or over none for a method without weights to average.</summary>
    public MixtureOptions Read(ParseResult parsed, TuningMethod method)
    {
        MixtureOptions mixture = (method.SupportsMixture ? new MixtureOptions() : MixtureOptions.None) with { };
        foreach (LibraryOption option in _options)
        {
            option.Apply(parsed, mixture);
        }

        return mixture;
    }

    /// <summary>The options that were given, as the library's errors name them.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => LibraryOption.Given(_options, parsed, "Mixture.");
}
