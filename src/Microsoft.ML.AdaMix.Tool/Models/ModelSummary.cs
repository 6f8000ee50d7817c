using System.Buffers.Binary;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>What a file says of a model in it, be it self-contained, a delta or a mixture file. Needs no encoder.</summary>
internal sealed record ModelSummary
{
    public const string SelfContained = "model";
    public const string Delta = "delta";
    public const string UnmergedExperts = "mixture";

    /// <summary>One of the three above.</summary>
    public required string Kind { get; init; }

    /// <summary>Where the model stands within a pipeline; empty where it stands alone.</summary>
    public string Place { get; init; } = "";

    /// <summary>Of docs/file-formats.md.</summary>
    public required string Format { get; init; }

    public required TextTask Task { get; init; }

    /// <summary>The task as the command line calls it.</summary>
    public string TaskName => Task switch
    {
        TextTask.MultiLabel => TaskNames.MultiLabel,
        TextTask.Binary => TaskNames.Binary,
        TextTask.Regression => TaskNames.Regression,
        _ => TaskNames.Multiclass,
    };

    public required int Outputs { get; init; }

    /// <summary>Names of classes or labels; null where they are only numbered.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    public required ScoringColumns Columns { get; init; }

    public required TextInput Input { get; init; }

    public required ServingPrecision Serving { get; init; }

    public required string EncoderName { get; init; }

    /// <summary>Null for mixture files of version 1, which do not say it.</summary>
    public EncoderConfig? Encoder { get; init; }

    /// <summary>Likewise.</summary>
    public string? EncoderSha256 { get; init; }

    /// <summary>Names of the kinds of edit; none in mixture files.</summary>
    public IReadOnlyList<string> Edits { get; init; } = [];

    /// <summary>Of mixture files; null for others, and for version 1.</summary>
    public MixtureOptions? Mixture { get; init; }

    /// <summary>The tuning method of a mixture file, or of the training; null where nothing tells.</summary>
    public string? Method { get; init; }

    public TrainingRecord? Training { get; init; }

    /// <summary>Reads what a file says.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of AdaMix.</exception>
    public static IReadOnlyList<ModelSummary> Read(string path)
    {
        ModelFile.RequireFile(path);
        try
        {
            return IsZip(path)
                ? [.. ModelDescriptions.Read(path).Select(model => From(
                    model.Manifest, model.Manifest.OtherEncoder is null ? SelfContained : Delta, model.Format, model.EncoderSha256) with
                    {
                        Place = model.Place,
                    })]
                : LooksLikeSafetensors(path) ? [OfMixture(path)]
                : throw new InvalidDataException($"'{path}' is no model of AdaMix: it is neither a zip archive nor a safetensors file.");
        }
        catch (Exception error) when (error is EndOfStreamException
            || (error is InvalidDataException && !error.Message.Contains(path, StringComparison.Ordinal)))
        {
            throw new InvalidDataException($"'{path}' is damaged, or no model of AdaMix: {error.Message}", error);
        }
    }

    // It begins with the length of its header, in eight bytes.
    private static bool LooksLikeSafetensors(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Span<byte> length = stackalloc byte[sizeof(long)];
        return file.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) == length.Length
            && BinaryPrimitives.ReadInt64LittleEndian(length) is > 0 and var header && header < file.Length;
    }

    private static ModelSummary OfMixture(string path) => MixtureFile.Describe(path) switch
    {
        ({ } manifest, _) => From(manifest, UnmergedExperts, $"{manifest.Version}", manifest.OtherEncoder!.Sha256()) with
        {
            Mixture = manifest.Mixture,
            Method = manifest.Method.Name,
        },
        (_, { } first) => new ModelSummary
        {
            Kind = UnmergedExperts,
            Format = $"{first.Version}",
            Task = first.Task,
            Outputs = first.Outputs,
            Labels = first.Labels,
            Columns = first.Columns,
            Input = first.Input,
            Serving = first.Serving,
            EncoderName = first.EncoderName,
            Method = first.Method,
        },
        _ => throw new InvalidDataException($"'{path}' says nothing of a model."),
    };

    private static ModelSummary From(ModelManifest manifest, string kind, string format, string encoderSha256) => new()
    {
        Kind = kind,
        Format = format,
        Task = manifest.Task,
        Outputs = manifest.Classes,
        Labels = manifest.Labels,
        Columns = manifest.Columns,
        Input = manifest.Input,
        Serving = manifest.Serving,
        EncoderName = manifest.EncoderName,
        Encoder = manifest.Encoder,
        EncoderSha256 = encoderSha256,
        Edits = [.. manifest.Edits.Select(edits => edits.Key)],
        Method = manifest.Training?.Method,
        Training = manifest.Training,
    };

    private static bool IsZip(string path)
    {
        Span<byte> start = stackalloc byte[2];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PK"u8);
    }
}
