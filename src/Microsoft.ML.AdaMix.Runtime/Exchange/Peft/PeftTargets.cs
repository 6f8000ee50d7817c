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
        Func<string, bool>? targets = Matcher(config, Targets);
        Func<string, bool>? excluded = Matcher(config, Excluded);
        if (found.FirstOrDefault(module => EncoderTensors.LinearShape(reading.Encoder.Config, module) is null) is { } other)
        {
            throw config.Refuse(
                Targets, "modules of the encoder's layers", $"'{reading.Names.WithinModel(other)}', which '{reading.Tensors.File}' tunes "
                + "too, is none of them");
        }

        int[]? layers = config.Is(Layers, JsonValueKind.Number) ? [(int)config.Number(Layers)!] : config.Indices(Layers);
        ExpectedModules.Require(
            ExpectedModules.Linear(reading.Encoder.Config)
                .Where(module => (targets?.Invoke(module.InModel) ?? found.Contains(module.Own, StringComparer.Ordinal))
                    && excluded?.Invoke(module.InModel) != true
                    && (layers is null || layers.Length == 0 || layers.Contains(ExpectedModules.LayerOf(module.Own))))
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

    /// <summary>Whether a name is one of some, or ends with one behind a dot.</summary>
    public static bool Ends(string name, IEnumerable<string> endings) => endings.Any(
        ending => name == ending || (name.EndsWith(ending, StringComparison.Ordinal) && name[^(ending.Length + 1)] == '.'));

    /// <summary>What a pattern's keys give for a module: of the first that matches.</summary>
    /// <exception cref="InvalidDataException">A key is no pattern that can be used.</exception>
    public static double? Find(ForeignConfig config, string key, IReadOnlyList<(string Name, double Number)> pattern, string module)
    {
        foreach ((string name, double number) in pattern)
        {
            if (Compile(config, key, $@"^(.*\.)?({name})$").IsMatch(module))
            {
                return number;
            }
        }

        return null;
    }

    // What stands behind the layer's index: 'attention.self.query' of 'roberta.encoder.layer.0.attention.self.query'.
    private static string InLayer(string name) => string.Join('.', name.Split('.').SkipWhile(part => !part.All(char.IsAsciiDigit)).Skip(1));

    private static Func<string, bool>? Matcher(ForeignConfig config, string key)
    {
        if (!config.Is(key, JsonValueKind.String))
        {
            string[]? names = config.Texts(key);
            return names is null ? null : name => Ends(name, names);
        }

        string pattern = config.Text(key)!;
        return pattern == AllLinear ? _ => true : Compile(config, key, $"^(?:{pattern})$").IsMatch;
    }

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
