using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>What a saved model says of its edits. Numbers and shapes are those of the tensors, whose names <see cref="TunedTensors"/> gives.</summary>
internal sealed record EditsManifest
{
    public AdapterEntry[] Adapters { get; init; } = [];

    public LowRankEntry[] LowRank { get; init; } = [];

    /// <summary>Modules.</summary>
    public string[] Scales { get; init; } = [];

    /// <summary>Tensors.</summary>
    public string[] Replaced { get; init; } = [];

    /// <summary>Layers.</summary>
    public int[] Prefixes { get; init; } = [];

    public bool Prompt { get; init; }

    public static EditsManifest Of(EncoderEdits edits) => new()
    {
        Adapters = [.. edits.Adapters.Select(adapter => new AdapterEntry(adapter.Module, adapter.Input, adapter.Activation, adapter.Scale))],
        LowRank = [.. edits.LowRank.Select(update => new LowRankEntry(update.Module, update.Scale))],
        Scales = [.. edits.Scales.Select(scale => scale.Module)],
        Replaced = [.. edits.Replaced.Keys],
        Prefixes = [.. edits.Prefixes.Select(prefix => prefix.Layer)],
        Prompt = edits.Prompt is not null,
    };

    /// <summary>The edits with their tensors.</summary>
    /// <param name="tensor">Gives a tensor by name.</param>
    public EncoderEdits Restore(Func<string, HostTensor> tensor) => new()
    {
        Adapters = [.. Adapters.Select(entry => new AdapterWeights(
            entry.Module,
            entry.Input,
            tensor($"{TunedTensors.AdapterDown(entry.Module)}.weight"),
            tensor($"{TunedTensors.AdapterDown(entry.Module)}.bias"),
            tensor($"{TunedTensors.AdapterUp(entry.Module)}.weight"),
            tensor($"{TunedTensors.AdapterUp(entry.Module)}.bias"),
            entry.Activation,
            entry.Scale))],
        LowRank = [.. LowRank.Select(entry => new LowRankUpdate(
            entry.Module, tensor(TunedTensors.LowRankDown(entry.Module)), tensor(TunedTensors.LowRankUp(entry.Module)), entry.Scale))],
        Scales = [.. Scales.Select(module => new OutputScale(module, tensor(TunedTensors.Factors(module))))],
        Replaced = RestoreReplaced(tensor),
        Prefixes = [.. Prefixes.Select(layer => new PrefixWeights(layer, tensor(TunedTensors.PrefixKeys(layer)), tensor(TunedTensors.PrefixValues(layer))))],
        Prompt = Prompt ? tensor(TunedTensors.Prompt) : null,
    };

    private Dictionary<string, HostTensor> RestoreReplaced(Func<string, HostTensor> tensor)
    {
        Dictionary<string, HostTensor> replaced = new(StringComparer.Ordinal);
        foreach (string name in Replaced)
        {
            if (!replaced.TryAdd(name, tensor(name)))
            {
                throw new InvalidDataException($"The model's manifest replaces the tensor '{name}' twice.");
            }
        }

        return replaced;
    }
}

/// <summary>An adapter. A structure, so that JSON's null is none; with its constructor named, so that nothing of it may be missing.</summary>
[method: JsonConstructor]
internal readonly record struct AdapterEntry(string Module, AdapterInput Input, Activation Activation, float Scale);

/// <summary>A low-rank update.</summary>
[method: JsonConstructor]
internal readonly record struct LowRankEntry(string Module, float Scale);
