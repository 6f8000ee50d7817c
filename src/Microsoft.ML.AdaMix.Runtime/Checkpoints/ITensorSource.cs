using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Named tensors of one or several files, checked but not read yet.</summary>
internal interface ITensorSource
{
    /// <summary>The tensors by their name in the file.</summary>
    IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>The file that holds a tensor, for messages.</summary>
    string FileOf(string tensor);

    /// <summary>Reads a float tensor, widened to float32.</summary>
    /// <exception cref="InvalidDataException">The tensor is not of a float type.</exception>
    HostTensor Read(string tensor);

    /// <summary>Ends the reading: bytes of files in which no tensor lies go at once. Tensors that were read stay.</summary>
    void Release()
    {
        // Most sources hold nothing of their own.
    }
}
