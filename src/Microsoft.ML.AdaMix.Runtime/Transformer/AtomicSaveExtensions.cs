using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Transformer;

namespace Microsoft.ML;

/// <summary>Saves models so that a crash leaves the old file, and finds out before training whether they can be saved.</summary>
public static class AtomicSaveExtensions
{
    /// <summary>
    /// Like <see cref="ModelOperationsCatalog.Save(ITransformer, DataViewSchema, string)"/>, but the file appears whole or not at all: it
    /// is written beside its target, flushed to disk and renamed.
    /// </summary>
    /// <remarks>
    /// A symbolic link is followed, also to where nothing stands yet. A file that is replaced leaves its mode and, where the system allows
    /// it, its owner to the new one; one that nobody may write is not replaced. Pipes and devices are written straight.
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">Schema of the model's input, or null.</param>
    /// <param name="path">The file to write or replace.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="IOException">
    /// A folder, a disk or a socket stands there, or the file's folder is missing; or writing fails.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file, its folder or the temporary folder is read-only.</exception>
    public static void SaveAtomically(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(path);
        WriteCheck.TemporaryFolder(HostInternals.TemporaryFolder(HostInternals.Environment(catalog)));
        AtomicFile.Write(path, stream => ModelPacking.Save(catalog, model, inputSchema, stream));
    }

    /// <summary>
    /// Tries, before a long training, what <see cref="SaveAtomically"/> will need: a file that may be written or its folder, ML.NET's
    /// temporary folder, and room in both. Nothing is left of the trial.
    /// </summary>
    /// <example><code>ml.Model.CheckSave("topics.zip", options.Encoder);</code></example>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="path">The file that will be written or replaced.</param>
    /// <param name="encoder">The encoder that will be tuned, by whose size the room is judged; null for a delta file.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="IOException">
    /// A folder, a disk or a socket stands there, the file's folder is missing, or there is too little room; the message says which.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file, its folder or the temporary folder is read-only.</exception>
    public static void CheckSave(this ModelOperationsCatalog catalog, string path, PretrainedEncoder? encoder = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(path);
        WriteCheck.Model(path, HostInternals.TemporaryFolder(HostInternals.Environment(catalog)), encoder?.StoredBytes() ?? 0);
    }
}
