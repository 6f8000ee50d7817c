using System.IO.Compression;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>
/// A state dictionary that torch.save wrote: the zip format of PyTorch 1.6 and later, or the older one. Read as data, nothing is executed.
/// </summary>
internal sealed class TorchFile : ITensorSource
{
    // One within the other, as Lightning and trainers of one's own write them.
    private const int MostWrappers = 4;

    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model", "module"];

    private readonly string _file;
    private readonly ByteRegion _region;
    private readonly ITorchStorages _storages;
    private readonly Dictionary<string, PickleTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HostTensor> _read = new(StringComparer.Ordinal); // by place
    private long _taken;

    private TorchFile(string file, ByteRegion region, object? root, ITorchStorages storages)
    {
        _file = file;
        _region = region;
        _storages = storages;
        PickleDictionary dictionary = root as PickleDictionary ?? throw new InvalidDataException("it holds no dictionary of tensors");
        foreach ((object key, object? value) in Weights(dictionary).Items)
        {
            if (key is string name && value is PickleTensor tensor)
            {
                _tensors.Add(name, tensor);
            }
        }

        Tensors = _tensors.ToDictionary(
            tensor => tensor.Key,
            tensor => new TensorEntry(tensor.Key, tensor.Value.Storage.Type ?? ElementType.Other, tensor.Value.Shape),
            StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Those that it is read together with, if it is not alone.</param>
    /// <exception cref="InvalidDataException">It is damaged or not supported.</exception>
    /// <exception cref="IOException">It cannot be read, or is changed meanwhile.</exception>
    public static TorchFile Open(string path, SteadyFiles? files = null) =>
        Open((files ?? new SteadyFiles()).Read(path, ByteRegion.Read), path);

    /// <summary>Reads from memory; <paramref name="path"/> stands for the file in messages.</summary>
    public static TorchFile Open(ByteRegion region, string path)
    {
        NotWeights.Refuse(region, path);
        try
        {
            if (region.Length >= 4 && region.Slice(0, 4).SequenceEqual("PK\u0003\u0004"u8))
            {
                ZipStorages zip = new(region);
                return new TorchFile(path, region, new Unpickler(zip.Pickle()).Load(), zip);
            }

            (object? root, LegacyStorages storages) = LegacyStorages.Read(region);
            return new TorchFile(path, region, root, storages);
        }
        catch (Exception error) when (ZipBounds.Damaged(error))
        {
            region.Release();
            string remedy = error.Source == typeof(ZipArchive).Assembly.GetName().Name
                ? " It is cut off or damaged; fetch the file again."
                : string.Empty;
            throw new InvalidDataException($"The PyTorch file '{path}' cannot be read: {error.Message.TrimEnd('.')}.{remedy}", error);
        }
    }

    public string FileOf(string tensor) => _file;

    public void Release() => _region.Release();

    public HostTensor Read(string tensor)
    {
        PickleTensor view = Find(tensor);
        ElementType type = Tensors[tensor].Type;
        StorageType storage = FloatConversion.StorageOf(Tensors[tensor], _file);
        string place = view.Place;
        if (_read.TryGetValue(place, out HostTensor? known))
        {
            return known; // tied weights
        }

        ReadOnlyMemory<byte> bytes = Bytes(tensor, view);
        _taken += bytes.Length;
        if (_taken > _region.Length)
        {
            throw new InvalidDataException(
                $"Tensor '{tensor}' of the PyTorch file '{_file}' lies where others lie: with it they take {_taken} bytes of a file of "
                + $"{_region.Length}. Save the weights as they are, without views of one another.");
        }

        try
        {
            HostTensor read = HostTensor.Create(Array.ConvertAll(view.Shape, side => checked((int)side)), storage,
                values => FloatConversion.Read(bytes.Span, type, values.Span));
            GC.KeepAlive(_region);
            _read.Add(place, read);
            return read;
        }
        catch (OverflowException error)
        {
            throw new InvalidDataException(
                $"Tensor '{tensor}' of the PyTorch file '{_file}' has the shape {TensorEntry.Describe(view.Shape)}, which is too large.",
                error);
        }
    }

    /// <summary>The bytes of a tensor of any type, row-major and contiguous.</summary>
    public byte[] ReadBytes(string tensor) => Bytes(tensor, Find(tensor)).ToArray();

    private ReadOnlyMemory<byte> Bytes(string tensor, PickleTensor view)
    {
        int size = Tensors[tensor].Type.Size();
        try
        {
            return StridedCopy.Contiguous(view, _storages.Read(view.Storage, size), size);
        }
        catch (Exception error) when (ZipBounds.Damaged(error))
        {
            throw new InvalidDataException(
                $"Tensor '{tensor}' of the PyTorch file '{_file}' cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    // Trainers keep the weights beside optimiser, epoch and arguments; by a name of their own, if there is but one dictionary of tensors.
    private static PickleDictionary Weights(PickleDictionary root)
    {
        for (int depth = 0; depth < MostWrappers && Inner(root) is { } inner; depth++)
        {
            root = inner;
        }

        return root;
    }

    private static PickleDictionary? Inner(PickleDictionary outer)
    {
        if (Wrappers.Select(name => outer[name] as PickleDictionary).FirstOrDefault(inner => inner is not null) is { } known)
        {
            return known;
        }

        KeyValuePair<object, object?>[] others = HoldsTensors(outer) ? []
            : [.. outer.Items.Where(item => item.Value is PickleDictionary inner && HoldsTensors(inner))];
        return others.Length <= 1
            ? others.Select(other => other.Value as PickleDictionary).FirstOrDefault()
            : throw new InvalidDataException(
                $"its tensors lie in several dictionaries, {string.Join(", ", others.Select(other => Quoted.Of($"{other.Key}")))}; "
                + "save the one that is the model's");
    }

    private static bool HoldsTensors(PickleDictionary dictionary) => dictionary.Items.Any(item => item.Value is PickleTensor);

    private PickleTensor Find(string tensor) => _tensors.TryGetValue(tensor, out PickleTensor? found)
        ? found
        : throw new InvalidDataException($"The PyTorch file '{_file}' has no tensor '{tensor}'; it holds {_tensors.Count} others.");
}
