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
/// <param name="output">Where to.</param>
/// <param name="rows">The rows that are repeated.</param>
/// <param name="task">The task.</param>
/// <param name="withScores">Whether all classes' or labels' probabilities are written.</param>
internal sealed class PredictionWriter(TextWriter output, RowReader rows, LabelledTask task, bool withScores)
{
    private readonly AddedColumns _names = new(rows, task, withScores);

    /// <summary>What the file has already of the usual names, and what these columns are called instead; empty for nothing.</summary>
    public IReadOnlyList<(string Taken, string Instead)> Renamed => _names.Renamed;

    /// <summary>Writes the header line, for formats that have one.</summary>
    public void WriteHeader()
    {
        if (rows.RawFormat is RowFormat.Tsv or RowFormat.Csv)
        {
            WriteFields([.. rows.Columns, .. _names.All]);
        }
    }

    /// <summary>An empty line in the place of a row that could not be read.</summary>
    public void WriteNothing() => output.WriteLine();

    /// <summary>Writes one row.</summary>
    /// <param name="raw">The row as it was read.</param>
    /// <param name="line">Where it stands.</param>
    /// <param name="prediction">What the model says of it.</param>
    public void Write(string raw, long line, Prediction prediction)
    {
        IEnumerable<string> added =
        [
            prediction.Value,
            .. prediction.Probability is { } probability ? [Format(probability)] : Array.Empty<string>(),
            .. withScores ? prediction.Scores.Select(Format) : [],
        ];
        switch (rows.RawFormat)
        {
            case RowFormat.JsonLines:
                output.WriteLine(WithProperties(raw, line, prediction));
                break;
            case RowFormat.Lines:
                output.WriteLine(string.Join('\t', added.Select(OneField)));
                break;
            default:
                output.Write(raw);
                output.Write(rows.Delimiter);
                WriteFields(added);
                break;
        }
    }

    private void WriteFields(IEnumerable<string> fields) => output.WriteLine(string.Join(rows.Delimiter, fields.Select(OneField)));

    private string OneField(string field) => rows.RawFormat == RowFormat.Csv
        ? field.AsSpan().IndexOfAny([rows.Delimiter, '"', '\r', '\n']) < 0
            ? field
            : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : field.Replace(rows.Delimiter, ' ').Replace('\n', ' ').Replace('\r', ' ');

    private string WithProperties(string raw, long line, Prediction prediction)
    {
        using JsonDocument row = JsonDocument.Parse(raw);
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Encoder = Output.JsonFormat.Encoder }))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in row.RootElement.EnumerateObject())
            {
                if (_names.Properties.Contains(property.Name))
                {
                    throw new InvalidDataException(
                        $"'{rows.Name}', line {line}: the row has a '{property.Name}' of its own, which the first row has not; expected "
                        + "rows alike, so that what is added can have another name.");
                }

                property.WriteTo(writer);
            }

            if (task is RegressionTask)
            {
                writer.WritePropertyName(_names.Predicted);
                writer.WriteRawValue(prediction.Value);
            }
            else
            {
                writer.WriteString(_names.Predicted, prediction.Value);
            }

            if (prediction.Probability is { } probability)
            {
                writer.WriteNumber(_names.Probability, Math.Round(probability, 6));
            }

            if (withScores && prediction.Scores.Count > 0)
            {
                writer.WriteStartObject(_names.Scores);
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
