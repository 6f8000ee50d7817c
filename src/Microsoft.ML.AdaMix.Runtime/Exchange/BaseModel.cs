using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hub;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>The model that an adapter was trained on: its encoder, and what its folder says of a head.</summary>
internal sealed class BaseModel
{
    private readonly string? _folder; // null for the embedded encoder
    private readonly ForeignConfig? _config;

    public BaseModel(PretrainedEncoder encoder)
    {
        Encoder = encoder.Load();
        _folder = encoder.FindFolder?.Invoke();
        _config = _folder is null
            ? null
            : ForeignConfig.Read(Path.Combine(_folder, HuggingFaceFolder.ConfigFile), new SteadyFiles());
    }

    /// <summary>The encoder; models that share one give an equal one that is in memory.</summary>
    public LoadedEncoder Encoder { get; init; }

    /// <summary>What transformers calls the task; null where the folder does not say.</summary>
    public string? ProblemType => _config?.Text("problem_type");

    /// <summary>The names of <c>id2label</c> in the order of their ids; null where the folder has none.</summary>
    /// <exception cref="InvalidDataException">The ids are not 0 and so on.</exception>
    public string[]? Labels => _config?.Inner("id2label") is { } labels ? LabelNames.OfIds(labels) : null;

    /// <summary>A tensor of the head that the folder's checkpoint has; null if it has none of that shape.</summary>
    public HostTensor? Head(string name, int[] shape) => InCheckpoint(name, (weights, found) =>
        weights.Tensors[found].Shape.SequenceEqual(Array.ConvertAll(shape, side => (long)side))
            ? EncoderReader.ReadChecked(weights, found, shape)
            : null);

    /// <summary>How many rows a matrix of the head has that the folder's checkpoint has; null if it has none.</summary>
    public int? HeadRows(string name) => InCheckpoint(
        name, (weights, found) => weights.Tensors[found].Shape is [> 0 and <= int.MaxValue and var rows, _] ? (int?)rows : null);

    private T? InCheckpoint<T>(string name, Func<ITensorSource, string, T?> use)
    {
        if (_folder is null)
        {
            return default;
        }

        ITensorSource weights = HuggingFaceFolder.OpenWeights(_folder);
        try
        {
            return weights.Tensors.Keys.FirstOrDefault(stored => TensorNames.Unwrapped(stored) == name) is { } found
                ? use(weights, found)
                : default;
        }
        finally
        {
            weights.Release();
        }
    }

    /// <summary>The encoder that was given, or the one that a configuration names, where it is at hand.</summary>
    /// <param name="given">What the caller says.</param>
    /// <param name="name">What the configuration says: a folder, or a name of the hub.</param>
    /// <param name="revision">Of the hub.</param>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="InvalidDataException">None was given, and the one that is named is not at hand.</exception>
    public static PretrainedEncoder Find(PretrainedEncoder? given, string? name, string? revision, string folder)
    {
        if (given is not null)
        {
            return given;
        }

        if (name == PretrainedEncoder.RobertaMini.Name)
        {
            return PretrainedEncoder.RobertaMini;
        }

        string[] places = string.IsNullOrWhiteSpace(name) || IsShare(name) ? [] : [name, Path.Combine(folder, name)];
        string? found = Array.Find(places, place => File.Exists(Path.Combine(place, HuggingFaceFolder.ConfigFile)));
        return found is not null ? PretrainedEncoder.FromFolder(found) : InCache(name, revision) ?? throw new InvalidDataException(
            $"The adapter in '{folder}' was trained on {(name is null ? "an encoder that it does not name" : $"'{name}'")}, which is no "
            + "folder here and not in the hub's cache. Give the encoder: PretrainedEncoder.FromFolder or FromHub.");
    }

    // To look at a network share is to open a connection.
    private static bool IsShare(string name) => name.Length > 1 && name[0] is '/' or '\\' && name[1] is '/' or '\\';

    // Only what is here: opening a folder that somebody sent opens no connection.
    private static PretrainedEncoder? InCache(string? name, string? revision)
    {
        try
        {
            return name is not null && HubEncoders.CachedFolder(HubAddress.Of(name, revision)) is { } cached
                && File.Exists(Path.Combine(cached, HuggingFaceFolder.ConfigFile))
                ? PretrainedEncoder.FromFolder(cached)
                : null;
        }
        catch (ArgumentException)
        {
            return null; // no name of the hub
        }
    }
}
