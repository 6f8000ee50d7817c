using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>A model with what stands around it in the tool's files: labels to keys before it, keys to labels behind it.</summary>
internal static class ModelChain
{
    /// <param name="ml">The context.</param>
    /// <param name="task">What the model is for.</param>
    /// <param name="labels">What makes keys of labels; null where the task has none.</param>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows as the task has them.</param>
    public static TransformerChain<ITransformer> Create(
        MLContext ml, LabelledTask task, ITransformer? labels, AdaMixTransformer model, IDataView rows)
    {
        IDataView labelled = labels?.Transform(rows) ?? rows;
        ITransformer? tail = task.Tail(ml)?.Fit(model.Transform(labelled));
        return new TransformerChain<ITransformer>([.. new[] { labels, model, tail }.OfType<ITransformer>()]);
    }

    /// <summary>Saves it whole or not at all, with its encoder or without.</summary>
    public static void Save(MLContext ml, ITransformer model, DataViewSchema input, string path, bool withoutEncoder)
    {
        AtomicFile.CreateFolder(path);
        if (withoutEncoder)
        {
            ml.Model.SaveDelta(model, input, path);
        }
        else
        {
            ml.Model.SaveAtomically(model, input, path);
        }
    }
}
