using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>The tensors of a file that another library wrote. Each is taken once; what nobody took is an error.</summary>
internal sealed class ForeignTensors : IDisposable
{
    private const int MostNames = 5;

    private readonly ITensorSource _source;
    private readonly HashSet<string> _left;

    private ForeignTensors(string file, ITensorSource source)
    {
        File = file;
        _source = source;
        _left = [.. source.Tensors.Keys];
    }

    public string File { get; }

    /// <summary>The names of all tensors, in ordinal order.</summary>
    public IEnumerable<string> Names => _source.Tensors.Keys.Order(StringComparer.Ordinal);

    /// <summary>Opens the first of some files that is in a folder: safetensors by that ending, otherwise what torch.save wrote.</summary>
    /// <returns>Null if none is there.</returns>
    public static ForeignTensors? Find(string folder, SteadyFiles files, params IEnumerable<string> names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(RegularFile.IsThere) is { } path ? Open(path, files) : null;

    /// <summary>Opens a file.</summary>
    public static ForeignTensors Open(string path, SteadyFiles files)
    {
        RegularFile.Require(path);
        return new ForeignTensors(path, path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            ? SafetensorsFile.Open(path, files)
            : TorchFile.Open(path, files));
    }

    public bool Has(string name) => _source.Tensors.ContainsKey(name);

    public int[] Shape(string name) => Array.ConvertAll(
        _source.Tensors[name].Shape, side => side <= int.MaxValue ? (int)side : int.MaxValue);

    /// <summary>Reads a tensor, of a shape if one is given.</summary>
    /// <exception cref="InvalidDataException">It is missing, of another shape, or not finite.</exception>
    public HostTensor Take(string name, params int[] shape)
    {
        if (!_source.Tensors.ContainsKey(name))
        {
            throw new InvalidDataException(
                $"'{File}' has no tensor '{name}'; it holds {Counts.Of(_source.Tensors.Count, "tensor")}"
                + $"{(_source.Tensors.Count == 0 ? string.Empty : $", for example '{Visible.Of(Names.First())}'")}. "
                + "The file is cut off, or its configuration is that of another adapter.");
        }

        _left.Remove(name);
        return shape.Length == 0 ? EncoderReader.ReadFinite(_source, name) : EncoderReader.ReadChecked(_source, name, shape);
    }

    /// <summary>Leaves a tensor aside that says nothing.</summary>
    public void Pass(string name) => _left.Remove(name);

    /// <summary>Refuses tensors that nobody took.</summary>
    /// <param name="known">What could have been read, for the message.</param>
    /// <exception cref="InvalidDataException">There are some.</exception>
    public void RequireAllTaken(string known)
    {
        string[] left = [.. _left.Order(StringComparer.Ordinal)];
        if (left.Length > 0)
        {
            string some = string.Join("', '", left.Take(MostNames).Select(Visible.Of));
            string more = left.Length > MostNames ? $" and {left.Length - MostNames} more" : string.Empty;
            throw new InvalidDataException(
                $"'{File}' holds {Counts.Of(left.Length, "tensor")} that {(left.Length == 1 ? "is" : "are")} not used: '{some}'{more}. "
                + $"Read are {known}; the model would compute something else without {(left.Length == 1 ? "it" : "them")}.");
        }
    }

    public void Dispose() => _source.Release();
}
