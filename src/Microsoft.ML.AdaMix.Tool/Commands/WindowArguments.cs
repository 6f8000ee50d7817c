using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>How long texts are read in windows. Each of the options alone says that they are.</summary>
internal sealed class WindowArguments
{
    private readonly IReadOnlyList<LibraryOption> _options = LibraryOption.From(new WindowOptions());

    public IEnumerable<Option> All => _options.Select(option => option.Option);

    /// <summary>The options that were given, as the library's errors name them.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => LibraryOption.Given(_options, parsed, "LongTexts.");

    /// <summary>What is set; null where nothing is.</summary>
    public WindowOptions? Read(ParseResult parsed)
    {
        if (!_options.Any(option => option.IsGiven(parsed)))
        {
            return null;
        }

        WindowOptions windows = new();
        foreach (LibraryOption option in _options)
        {
            option.Apply(parsed, windows);
        }

        return windows;
    }
}
