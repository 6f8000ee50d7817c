using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Trainers.Starting;

/// <summary>What a file holds of a training from which another one starts: a merged model, or experts.</summary>
internal sealed class StartingPoint : IDisposable
{
    private readonly IDisposable _source;

    private StartingPoint(IDisposable source, ServedModel model, TrainedMixture? mixture) =>
        (_source, Model, Mixture) = (source, model, mixture);

    /// <summary>The merged model; of a mixture its encoder, head and labels alone.</summary>
    public ServedModel Model { get; }

    /// <summary>The experts; null where they were merged.</summary>
    public TrainedMixture? Mixture { get; }

    /// <summary>Opens a saved model, a delta file, or a mixture file.</summary>
    /// <param name="host">The trainer's.</param>
    /// <param name="path">The file.</param>
    /// <param name="encoder">The encoder that is tuned.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is none of these, or was tuned on another encoder.</exception>
    public static StartingPoint Open(IHostEnvironment host, string path, PretrainedEncoder encoder)
    {
        MLContext ml = new() { TempFilePath = HostInternals.TemporaryFolder(host) };
        Require(path);
        return Read(path, () => IsZip(path) ? OfModel(ml.Model.LoadDelta(path, encoder, out _))
            : IsSafetensors(path) ? OfMixture(TrainedMixture.Load(ml, path, encoder))
            : throw new InvalidDataException("It begins like neither a zip nor a safetensors file."));
    }

    /// <summary>How many experts a mixture file has; null for other files.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static int? CountExperts(string path) => !IsSafetensors(path) ? null : Read(path, () =>
        MixtureFile.Describe(path) is var (manifest, first) ? manifest?.Mixture.ExpertCount ?? first?.Experts : null);

    /// <summary>Looks whether a file is there, before long work.</summary>
    /// <exception cref="FileNotFoundException">It is not.</exception>
    /// <exception cref="InvalidDataException">It is a folder, a pipe, a device, or empty.</exception>
    public static void Require(string path)
    {
        if (!RegularFile.IsThere(path))
        {
            throw new FileNotFoundException(
                $"There is no '{path}', from which training is to start ({nameof(AdaMixOptions.StartFrom)}).", path);
        }

        RegularFile.Require(path);
    }

    public void Dispose() => _source.Dispose();

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException(
                $"Training cannot start from '{path}' ({nameof(AdaMixOptions.StartFrom)}); expected is a saved model, a delta file or a "
                + $"mixture file. {error.Message}", error);
        }
    }

    private static StartingPoint OfMixture(TrainedMixture mixture) => new(mixture, mixture.Plain, mixture);

    private static StartingPoint OfModel(ITransformer loaded)
    {
        AdaMixTransformer[] found = [.. AdaMixTransformer.FindIn(loaded)];
        return found is [var model]
            ? new StartingPoint(model, model.Model, null)
            : throw new InvalidDataException($"It has {found.Length} AdaMix models in it; expected is one.");
    }

    private static bool IsZip(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PK"u8);
    }

    // The length of a header, and the header's first character: one that was cut off is still a safetensors file.
    private static bool IsSafetensors(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[sizeof(long) + 1];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[^1] == (byte)'{';
    }
}
