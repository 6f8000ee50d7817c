using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>How long texts are read in windows. Each of the options alone says that they are.</summary>
internal sealed class WindowArguments
{
    private readonly IReadOnlyList<LibraryOption> _options = LibraryOption.From(new WindowOptions());

    /// <param name="ofModel">Whether a saved model has how it reads long texts, and the options stand in its place.</param>
    public WindowArguments(bool ofModel = false)
    {
        foreach (LibraryOption option in _options)
        {
            if (ofModel)
            {
                option.TellDefault("as the model was trained");
            }
            else if (option.Property == nameof(WindowOptions.Combine))
            {
                option.TellDefault("none, texts are cut; mean-logits where another option of windows is given");
            }
        }
    }

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

    /// <summary>A model that reads long texts as was given, and else as it did.</summary>
    /// <exception cref="InvalidDataException">The model is none of AdaMix, or cannot read such windows.</exception>
    public SavedModel Change(SavedModel model, ParseResult parsed)
    {
        HashSet<string> given = [.. LibraryOption.Given(_options, parsed)];
        return Read(parsed) is not { } windows ? model : model.Reading(
            given.Contains(nameof(WindowOptions.Combine)) ? windows.Combine : null,
            windows.Stride, // null where it was not given
            given.Contains(nameof(WindowOptions.MaxWindows)) ? windows.MaxWindows : null);
    }
}
