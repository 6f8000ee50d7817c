using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Quickstart;

/// <summary>What a run found out.</summary>
internal sealed record Report
{
    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Share of test rows classified right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean over classes of each class's accuracy.</summary>
    public required double MacroAccuracy { get; init; }

    /// <summary>Mean cross entropy on the test rows.</summary>
    public required double LogLoss { get; init; }

    public required double BaselineAccuracy { get; init; }

    public required double BaselineMacroAccuracy { get; init; }

    public required double BaselineLogLoss { get; init; }

    public required double TrainRowsPerSecond { get; init; }

    /// <summary>The time of Fit alone.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Weights that training moves; the encoder's own stay as they are.</summary>
    public required long? TrainedParameters { get; init; }

    public required string Encoder { get; init; }

    public required long Rows { get; init; }

    public required long TestRows { get; init; }

    public required int Epochs { get; init; }

    public required int Seed { get; init; }

    /// <summary>The time of the whole run.</summary>
    public required double Seconds { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat);

    public Table ToTable() => new Table()
        .Border(TableBorder.Simple)
        .AddColumn($"{TestRows} test rows")
        .AddColumn("accuracy", column => column.RightAligned())
        .AddColumn("macro accuracy", column => column.RightAligned())
        .AddColumn("log loss", column => column.RightAligned())
        .AddRow("AdaMix", $"{Accuracy:P1}", $"{MacroAccuracy:P1}", $"{LogLoss:F3}")
        .AddRow("FeaturizeText + SdcaMaximumEntropy", $"{BaselineAccuracy:P1}", $"{BaselineMacroAccuracy:P1}", $"{BaselineLogLoss:F3}");

    /// <summary>Minutes and seconds, with hours where there are any.</summary>
    public static string Duration(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", null);
}
