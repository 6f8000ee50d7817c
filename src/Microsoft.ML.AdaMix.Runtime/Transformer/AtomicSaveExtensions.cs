using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML;

/// <summary>Saves models so that a crash leaves the old file.</summary>
public static class AtomicSaveExtensions
{
    /// <summary>
    /// Like <see cref="ModelOperationsCatalog.Save(ITransformer, DataViewSchema, string)"/>, but the file appears whole or not at all: it
    /// is written beside its target, flushed to disk and renamed.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">Schema of the model's input, or null.</param>
    /// <param name="path">The file to write or replace.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    public static void SaveAtomically(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, stream => catalog.Save(model, inputSchema, stream));
    }
}
