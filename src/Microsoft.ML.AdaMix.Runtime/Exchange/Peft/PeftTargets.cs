using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.Peft;

/// <summary>Which modules <c>target_modules</c> and the options beside it name.</summary>
internal static class PeftTargets
{
    public const string Targets = "target_modules";
    private const string Layers = "layers_to_transform";
    private const string Excluded = "exclude_modules";
    private const string AllLinear = "all-linear";

    /// <summary>Refuses a file that has tensors of other modules than its configuration names.</summary>
    /// <exception cref="InvalidDataException">It has.</exception>
    public static void Check(MethodReading reading, IReadOnlyCollection<string> found)
    {
        ForeignConfig config = reading.Config;
        config.Passes("layers_pattern");
        Func<string, bool> targets = Matcher(config, Targets)
            ?? throw config.Refuse(Targets, "a list of names, or a regular expression", "peft writes it; the file is damaged");
        Func<string, bool>? excluded = Matcher(config, Excluded);
        if (found.FirstOrDefault(module => EncoderTensors.LinearShape(reading.Encoder.Config, module) is null) is { } other)
        {
            throw config.Refuse(
                Targets, "modules of the encoder's layers", $"'{reading.Names.WithinModel(other)}', which '{reading.Tensors.File}' tunes "
                + "too, is none of them");
        }

        int[] layers = config.Indices(Layers) ?? [];
        ExpectedModules.Require(
            ExpectedModules.Linear(reading.Encoder.Config)
                .Where(module => targets(module.InModel) && excluded?.Invoke(module.InModel) != true
                    && (layers.Length == 0 || layers.Contains(ExpectedModules.LayerOf(module.Own))))
                .Select(module => module.Own),
            found, reading, $"{Targets} with {Layers} and {Excluded}");
    }

    /// <summary>The shortest list that names some modules and no others.</summary>
    public static JsonArray Write(IReadOnlyCollection<string> modules, EncoderConfig encoder)
    {
        (string Own, string InModel)[] all = [.. ExpectedModules.Linear(encoder)];
        string[] chosen = [.. all.Where(module => modules.Contains(module.Own, StringComparer.Ordinal)).Select(module => module.InModel)];
        string[] inLayers = [.. chosen.Select(InLayer).Distinct(StringComparer.Ordinal)];
        IEnumerable<string> named = all.Select(module => module.InModel).Where(name => Ends(name, inLayers));
        return new JsonArray([.. (named.SequenceEqual(chosen, StringComparer.Ordinal) ? inLayers : chosen).Select(name => (JsonNode)name)]);
    }

    /// <summary>What an option says of a module's name within the model; null where the option is not there.</summary>
    /// <exception cref="InvalidDataException">It is no list, and no pattern that can be used.</exception>
    public static Func<string, bool>? Matcher(ForeignConfig config, string key)
    {
        if (!config.Is(key, JsonValueKind.String))
        {
            string[]? names = config.Texts(key);
            return names is null ? null : name => Ends(name, names);
        }

        string pattern = config.Text(key)!;
        return pattern.Equals(AllLinear, StringComparison.OrdinalIgnoreCase) ? _ => true : Compile(config, key, $"^(?:{pattern})$").IsMatch;
    }

    /// <summary>What an option has for a module by patterns of its name: the number of the first that matches.</summary>
    /// <exception cref="InvalidDataException">A key is no pattern that can be used.</exception>
    public static Func<string, double?> Numbers(ForeignConfig config, string key)
    {
        (Regex Pattern, double Number)[] patterns = [.. config.Numbers(key).Select(
            pattern => (Compile(config, key, $@"^(.*\.)?({pattern.Name})$"), pattern.Number))];
        return module => patterns.Where(pattern => pattern.Pattern.IsMatch(module)).Select(pattern => (double?)pattern.Number)
            .FirstOrDefault();
    }

    // Whether a name is one of some, or ends with one behind a dot.
    private static bool Ends(string name, IEnumerable<string> endings) => endings.Any(
        ending => name == ending || (name.EndsWith(ending, StringComparison.Ordinal) && name[^(ending.Length + 1)] == '.'));

    // What stands behind the layer's index: 'attention.self.query' of 'roberta.encoder.layer.0.attention.self.query'.
    private static string InLayer(string name) => string.Join('.', name.Split('.').SkipWhile(part => !part.All(char.IsAsciiDigit)).Skip(1));

    // Of strangers: without what could run without end.
    private static Regex Compile(ForeignConfig config, string key, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw config.Refuse(key, "a list of names, or a regular expression without look-around", "Write the modules' names out");
        }
    }
}
