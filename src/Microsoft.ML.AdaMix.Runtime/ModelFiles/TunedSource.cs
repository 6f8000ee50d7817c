using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>The tensors of a delta file's two parts as one source.</summary>
internal sealed class TunedSource : ITensorSource
{
    private readonly ITensorSource _exact;
    private readonly Dictionary<string, HostTensor> _compact;

    /// <exception cref="InvalidDataException">A tensor is in both.</exception>
    public TunedSource(ITensorSource exact, Dictionary<string, HostTensor> compact)
    {
        _exact = exact;
        _compact = compact;
        Dictionary<string, TensorEntry> tensors = new(exact.Tensors, StringComparer.Ordinal);
        foreach ((string name, HostTensor tensor) in compact)
        {
            if (!tensors.TryAdd(name, new TensorEntry(name, ElementType.Float32, [.. tensor.Shape.Select(size => (long)size)])))
            {
                throw new InvalidDataException(
                    $"The model has the tensor '{name}' twice, exact and compact. The file is damaged; save the model again.");
            }
        }

        Tensors = tensors;
    }

    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    public string FileOf(string tensor) => _compact.ContainsKey(tensor) ? ModelFormat.CompactPart : _exact.FileOf(tensor);

    public HostTensor Read(string tensor) => _compact.TryGetValue(tensor, out HostTensor? compact) ? compact : _exact.Read(tensor);
}
