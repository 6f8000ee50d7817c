using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>Names and versions of the format in which models lie inside an ML.NET model; docs/file-formats.md describes it.</summary>
internal static class ModelFormat
{
    public const string LoaderSignature = "AdaMixClassifier";

    public const string ModelSignature = "ADAMIXTC";

    /// <summary>Written into every model; raise it when the format changes.</summary>
    public const uint Current = 0x00010005;

    /// <summary>The format that brought templates.</summary>
    public const uint Fourth = 0x00010004;

    /// <summary>The format that brought how a model was trained.</summary>
    public const uint Third = 0x00010003;

    /// <summary>The format that brought delta files.</summary>
    public const uint Second = 0x00010002;

    /// <summary>The first format, which self-contained models still have.</summary>
    public const uint First = 0x00010001;

    public const string ManifestPart = "AdaMix.manifest";
    public const string EncoderPart = "AdaMix.encoder";
    public const string TunedPart = "AdaMix.tuned";
    public const string CompactPart = "AdaMix.compact";

    private const string TokenizerPrefix = "AdaMix.tokenizer.";

    /// <summary>The part that holds a file of the tokenizer.</summary>
    public static string TokenizerPart(string file) => TokenizerPrefix + file;

    /// <summary>The tokenizer's file that a part holds, or null if it holds something else.</summary>
    public static string? TokenizerFile(string part) =>
        part.StartsWith(TokenizerPrefix, StringComparison.Ordinal) ? part[TokenizerPrefix.Length..] : null;

    /// <summary>Whether a model can have a part of that name beside its manifest.</summary>
    public static bool IsPart(string part) => part is EncoderPart or TunedPart or CompactPart
        || (TokenizerFile(part) is { } file && TokenizerFiles.Names.Contains(file, StringComparer.Ordinal));

    /// <summary>What ML.NET writes before a model.</summary>
    /// <param name="readableFrom">The oldest format whose readers understand it.</param>
    public static VersionInfo Version(uint readableFrom) => new(
        modelSignature: ModelSignature,
        verWrittenCur: Current,
        verReadableCur: readableFrom,
        verWeCanReadBack: First,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ModelFormat).Assembly.GetName().Name!);

    /// <exception cref="InvalidDataException">The model was written by a later version.</exception>
    public static void Check(ModelLoadContext context)
    {
        RequireReadable(context.Header.ModelVerReadable);
        context.CheckAtModel(Version(Current));
    }

    /// <param name="readableFrom">The oldest format whose readers understand the model.</param>
    /// <exception cref="InvalidDataException">The model was written by a later version.</exception>
    public static void RequireReadable(uint readableFrom)
    {
        if (readableFrom > Current)
        {
            throw new InvalidDataException(
                $"The model has the format version 0x{readableFrom:x8}; this version of Microsoft.ML.AdaMix.Runtime"
                + $" reads up to 0x{Current:x8}. Update the package.");
        }
    }
}
