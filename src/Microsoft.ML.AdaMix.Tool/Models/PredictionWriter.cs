using System.Globalization;
using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>
/// Writes predictions: rows with columns are repeated with the prediction behind them, in the format they came in; for lines of text there
/// is a line with the prediction and its probability, without the text.
/// </summary>
internal sealed class PredictionWriter(TextWriter output, RowFormat format, LabelledTask task, bool withScores)
{
    private const string Predicted = "predicted";
    private const string Probability = "probability";

    private bool HasProbability => task is MulticlassTask or BinaryTask;

    /// <summary>Writes the header line, for formats that have one.</summary>
    public void WriteHeader(IReadOnlyList<string> columns)
    {
        if (format is RowFormat.Tsv or RowFormat.Csv)
        {
            WriteFields(
                [.. columns, Predicted, .. HasProbability ? [Probability] : Array.Empty<string>(), .. withScores ? task.Classes : []]);
        }
    }

    /// <summary>Writes one row.</summary>
    /// <param name="raw">The row as it was read.</param>
    /// <param name="prediction">What the model says of it.</param>
    public void Write(string raw, Prediction prediction)
    {
        IEnumerable<string> added =
        [
            prediction.Value,
            .. prediction.Probability is { } probability ? [Format(probability)] : Array.Empty<string>(),
            .. withScores ? prediction.Scores.Select(Format) : [],
        ];
        switch (format)
        {
            case RowFormat.JsonLines:
                output.WriteLine(WithProperties(raw, prediction));
                break;
            case RowFormat.Lines:
                output.WriteLine(string.Join('\t', added.Select(OneField)));
                break;
            default:
                output.Write(raw);
                output.Write(Separator);
                WriteFields(added);
                break;
        }
    }

    private char Separator => format == RowFormat.Csv ? ',' : '\t';

    private void WriteFields(IEnumerable<string> fields) => output.WriteLine(string.Join(Separator, fields.Select(OneField)));

    private string OneField(string field) => format == RowFormat.Csv
        ? field.AsSpan().IndexOfAny("\",\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : field.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ');

    private string WithProperties(string raw, Prediction prediction)
    {
        using JsonDocument row = JsonDocument.Parse(raw);
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Encoder = Output.JsonFormat.Encoder }))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in row.RootElement.EnumerateObject().Where(
                property => property.Name is not (Predicted or Probability or "scores")))
            {
                property.WriteTo(writer);
            }

            if (task is RegressionTask)
            {
                writer.WritePropertyName(Predicted);
                writer.WriteRawValue(prediction.Value);
            }
            else
            {
                writer.WriteString(Predicted, prediction.Value);
            }

            if (prediction.Probability is { } probability)
            {
                writer.WriteNumber(Probability, Math.Round(probability, 6));
            }

            if (withScores && prediction.Scores.Count > 0)
            {
                writer.WriteStartObject("scores");
                foreach ((string name, double score) in task.Classes.Zip(prediction.Scores))
                {
                    writer.WriteNumber(name, Math.Round(score, 6));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Format(double probability) => probability.ToString("0.######", CultureInfo.InvariantCulture);
}
