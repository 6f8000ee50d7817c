using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix;

/// <summary>Where training runs: "auto", "cpu", "cuda", or one card of several, "cuda:1".</summary>
/// <remarks>Immutable. In JSON, in configuration and on the command line it is written as <see cref="ToString"/> does.</remarks>
[JsonConverter(typeof(TrainingDeviceConverter))]
public sealed record TrainingDevice : IParsable<TrainingDevice>
{
    internal const string Expected = "auto, cpu, cuda, or a card by its number such as cuda:1";

    private readonly string _name;

    private TrainingDevice(string name, int? number = null)
    {
        _name = name;
        Number = number;
    }

    /// <summary>An NVIDIA GPU if libtorch sees one, otherwise the CPU. The default.</summary>
    public static TrainingDevice Auto { get; } = new("auto");

    /// <summary>The CPU.</summary>
    public static TrainingDevice Cpu { get; } = new("cpu");

    /// <summary>An NVIDIA GPU, the first where there are several; an error if there is none.</summary>
    public static TrainingDevice Cuda { get; } = new("cuda");

    /// <summary>The card's number, from 0; null where none is named.</summary>
    internal int? Number { get; }

    /// <summary>One NVIDIA GPU of several; an error in training if there is none of that number.</summary>
    /// <param name="number">0 for the first, as CUDA counts them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is negative.</exception>
    public static TrainingDevice Card(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return new TrainingDevice(string.Create(CultureInfo.InvariantCulture, $"{Cuda._name}:{number}"), number);
    }

    /// <summary>Reads what <see cref="ToString"/> writes, without regard to case.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is no device.</exception>
    public static TrainingDevice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out TrainingDevice? device)
            ? device
            : throw new FormatException($"The device is '{text}'; expected {Expected}.");
    }

    /// <summary>Reads what <see cref="ToString"/> writes, without regard to case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="device">The device; null if the text is none.</param>
    /// <returns>Whether the text is a device.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out TrainingDevice? device)
    {
        device = Array.Find([Auto, Cpu, Cuda], known => known._name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (device is null && text?.Split(':') is [var kind, var digits] && kind.Equals(Cuda._name, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            device = Card(number);
        }

        return device is not null;
    }

    static TrainingDevice IParsable<TrainingDevice>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<TrainingDevice>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out TrainingDevice result) =>
        TryParse(s, out result);

    /// <summary>"auto", "cpu", "cuda" or "cuda:1".</summary>
    public override string ToString() => _name;
}
