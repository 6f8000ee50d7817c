using System.IO.Compression;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Hosting;

/// <summary>The few things that every ML.NET trainer knows of its context and that are not public.</summary>
internal static class HostInternals
{
    /// <summary>The environment behind one of <see cref="MLContext"/>'s catalogs.</summary>
    public static IHostEnvironment Environment(object catalog) => CatalogUtils.GetEnvironment((IInternalCatalog)catalog);

    /// <summary>The seed given to <see cref="MLContext"/>, null if none was.</summary>
    public static int? Seed(IHostEnvironment environment) => (environment as IHostEnvironmentInternal)?.Seed;

    /// <summary>Where ML.NET packs and unpacks the parts of models: <see cref="MLContext.TempFilePath"/>.</summary>
    public static string TemporaryFolder(IHostEnvironment environment) =>
        (environment as IHostEnvironmentInternal)?.TempFilePath ?? Path.GetTempPath();

    /// <summary>Whether a context was cancelled, as Microsoft.ML.AutoML does with a trial; ML.NET has no public way to do it.</summary>
    /// <param name="environment">A context, or any host made from one before or after it was cancelled.</param>
    public static bool IsCanceled(IHostEnvironment environment)
    {
        // MLContext only wraps the environment that is cancelled and passes it on to its catalogs; hosts inherit the state.
        IHostEnvironment cancelable = environment is MLContext context ? Environment(context.Model) : environment;
        return cancelable is ICancelable { IsCanceled: true };
    }

    /// <summary>Throws if a context was cancelled, at whatever time: what ML.NET's own trainers do in <c>Fit</c>.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static void ThrowIfCanceled(IHostEnvironment environment)
    {
        if (IsCanceled(environment))
        {
            throw Canceled();
        }
    }

    /// <summary>What is thrown when a context was cancelled.</summary>
    public static OperationCanceledException Canceled() => new("The execution of this MLContext was cancelled.");

    /// <summary>The zip from which a model is being loaded; null where this version of ML.NET does not keep it as others do.</summary>
    public static ZipArchive? Archive(ModelLoadContext context)
    {
        try
        {
            return context.Repository is { } reader ? Archive(reader) : null;
        }
        catch (MissingFieldException)
        {
            return null;
        }
    }

    /// <summary>A schema's shape.</summary>
    public static SchemaShape Shape(DataViewSchema schema) => SchemaShape.Create(schema);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_archive")]
    private static extern ref ZipArchive Archive(RepositoryReader reader);
}
