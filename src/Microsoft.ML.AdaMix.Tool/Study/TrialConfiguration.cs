using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.SetFit;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Everything that a trained mixture depends on. Two trials with the same configuration are the same trial, whatever tables they are for.
/// </summary>
internal sealed record TrialConfiguration
{
    public required DataReference Data { get; init; }

    /// <summary>Training rows, drawn with the seed; null for all.</summary>
    public int? Rows { get; init; }

    public required EncoderReference Encoder { get; init; }

    /// <summary>Method, mixture and how training goes. Columns, encoder and seed in it mean nothing.</summary>
    [JsonConverter(typeof(SetOptionsConverter))]
    public required AdaMixOptions Options { get; init; }

    /// <summary>
    /// How a model is trained as SetFit does; of the options longest text, device and precision count then. Null for what the library
    /// trains.
    /// </summary>
    public SetFitSettings? SetFit { get; init; }

    /// <summary>Whether each epoch is judged on the development rows, and the best one kept.</summary>
    public bool BestEpoch { get; init; }

    public required int Seed { get; init; }

    [JsonIgnore]
    public TuningMethod Method
    {
        get => Options.Method;
        init => Options = Options with { Method = value };
    }

    [JsonIgnore]
    public MixtureOptions Mixture
    {
        get => Options.Mixture ?? MixtureOptions.None;
        init => Options = Options with { Mixture = value };
    }

    /// <summary>Names the trial in files.</summary>
    [JsonIgnore]
    public string Key => Fingerprint.OfText(JsonSerializer.Serialize(this, Output.JsonFormat));
}

/// <summary>A data set by name and content.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="TrainFile">Which of its files trains.</param>
/// <param name="TestRows">How many of its test rows judge; null for all.</param>
/// <param name="Fingerprint">Of its files.</param>
internal sealed record DataReference(string Name, string TrainFile, int? TestRows, string Fingerprint)
{
    /// <summary>Which columns hold label and texts, where they were named; null for the usual ones.</summary>
    public ColumnNames? Columns { get; init; }

    /// <summary>How the files were read, where that was said; null for the usual way.</summary>
    public string? Reading { get; init; }

    /// <summary>Seed that drew the test rows; null where all or the first ones judge.</summary>
    public int? TestDraw { get; init; }

    /// <summary>Most training rows of a class, drawn with the trial's seed; null for all.</summary>
    public int? RowsOfClass { get; init; }
}

/// <summary>An encoder by name and content.</summary>
/// <param name="Name">Its folder's name, the embedded one's, or its name on the hub with the commit.</param>
/// <param name="Sha256">What the library knows it by; null for the embedded one, whose name says enough.</param>
internal sealed record EncoderReference(string Name, string? Sha256)
{
    /// <summary>Reads the encoder, unless it is the embedded one.</summary>
    public static EncoderReference From(PretrainedEncoder encoder)
    {
        if (encoder == PretrainedEncoder.RobertaMini)
        {
            return new EncoderReference(encoder.Name, null);
        }

        string sha256 = encoder.ComputeSha256(); // first: one of the hub then has its commit in its name
        return new EncoderReference(
            encoder.IsOfHub
                ? encoder.Name[(encoder.Name.LastIndexOfAny(['/', ':']) + 1)..]
                : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(encoder.Name))),
            sha256);
    }
}
