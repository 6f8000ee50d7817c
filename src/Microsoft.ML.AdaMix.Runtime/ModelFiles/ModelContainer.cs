using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hosting;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>The zip in which ML.NET keeps models, of which it unpacks what it reads without a look at the size.</summary>
internal static class ModelContainer
{
    /// <summary>Loads a model after a look at the zip; all errors that come of a damaged one are of one kind.</summary>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="stream">A stream that can seek.</param>
    /// <param name="inputSchema">Schema of the model's input; null if none was saved.</param>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    /// <exception cref="EncoderNotFoundException">It is a delta file whose encoder is not known.</exception>
    public static ITransformer Load(ModelOperationsCatalog catalog, Stream stream, out DataViewSchema inputSchema)
    {
        try
        {
            ZipBounds.Check(stream);
            return catalog.Load(stream, out inputSchema);
        }
        catch (Exception error)
        {
            // ML.NET calls loaders by reflection, those within chains more than once.
            Exception cause = error;
            while (cause is TargetInvocationException { InnerException: { } inner })
            {
                cause = inner;
            }

            if (!ComesOfTheFile(cause))
            {
                ExceptionDispatchInfo.Capture(cause).Throw();
            }

            throw new InvalidDataException($"The file is damaged, or no model of ML.NET: {cause.Message}", cause);
        }
    }

    /// <summary>Looks at the zip from which a model is being loaded, before its larger parts are unpacked.</summary>
    /// <exception cref="InvalidDataException">See <see cref="ZipBounds"/>.</exception>
    public static void Check(ModelLoadContext context)
    {
        if (HostInternals.Archive(context) is { } archive)
        {
            long length = (long)archive.Entries.Aggregate(
                Int128.Zero, (sum, entry) => Int128.Min(long.MaxValue, sum + Math.Max(0, entry.CompressedLength)));
            ZipBounds.Check(archive, length); // the stream is not known here; what lies in it is
        }
    }

    // ML.NET has no type of its own for a damaged file: what is thrown is what its readers happen to run into.
    private static bool ComesOfTheFile(Exception cause) => cause switch
    {
        EndOfStreamException or FileLoadException => true,
        FileNotFoundException { FileName: { } name } when name.Contains("Culture=", StringComparison.Ordinal) => true, // an assembly
        InvalidDataException or EncoderNotFoundException => false, // says so already
        IOException or UnauthorizedAccessException or ObjectDisposedException => false,
        OperationCanceledException or OutOfMemoryException => false,
        _ => true,
    };
}
