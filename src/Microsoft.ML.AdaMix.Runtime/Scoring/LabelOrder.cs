using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Notices a label column whose keys mean other classes than the model's, which evaluators would compare all the same.</summary>
internal static class LabelOrder
{
    /// <summary>
    /// Warns in ML.NET's log where the column that the model was trained on is there and gives one of its labels another number.
    /// </summary>
    /// <remarks>Nothing is said of a column with none of the model's labels, which is about something else, or with more of them.</remarks>
    /// <param name="environment">The model's.</param>
    /// <param name="input">What is scored.</param>
    /// <param name="model">What scores.</param>
    public static void Check(IHostEnvironment environment, DataViewSchema input, ServedModel model)
    {
        if (model.Task != TextTask.Multiclass
            || model.Labels.Names is not { } labels
            || model.Training?.LabelColumnName is not { Length: > 0 } name
            || input.GetColumnOrNull(name) is not { Type: KeyDataViewType { Count: <= int.MaxValue } } column
            || LabelKeys.From(column).Names is not { } found)
        {
            return;
        }

        Dictionary<string, int> places = labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        foreach ((int index, string label) in found.Index())
        {
            if (places.TryGetValue(label, out int place) && place != index)
            {
                using IChannel channel = environment.Start("Scoring");
                channel.Warning(
                    MessageSensitivity.None,
                    $"Label column '{name}' was mapped to keys in another order than the model's: '{label}' is key {index + 1}, and key"
                    + $" {place + 1} of the model. Evaluate compares keys, so its figures would be wrong. Map the column with the"
                    + " transformer that mapped the training's, which is best kept in one pipeline with the model.");
                return;
            }
        }
    }
}
