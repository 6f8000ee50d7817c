using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>The file that weights outside of the model's bytes are declared to lie in.</summary>
/// <remarks>
/// It is never read, because <see cref="SessionOptions.AddInitializer"/> gives the memory itself; but ONNX Runtime insists that it exists,
/// as a file and not as a link that leads out of its folder. Any file will do; taking one that is there anyway needs no writable folder.
/// </remarks>
internal static class ExternalPlaceholder
{
    /// <summary>Name of the session setting that says in which folder external files lie.</summary>
    public const string FolderSetting = "session.model_external_initializers_file_folder_path";

    /// <summary>
    /// Far behind any file's end: should ONNX Runtime ever read the file after all, it fails instead of taking its bytes for weights.
    /// </summary>
    public const string Offset = "4611686018427387904";

    private static readonly FileInfo Existing = Find();

    public static string Folder => Existing.DirectoryName!;

    public static string FileName => Existing.Name;

    private static FileInfo Find()
    {
        // An assembly bundled into a single-file application has no location; then the application's own file is there.
#pragma warning disable IL3000
        string?[] candidates = [typeof(InferenceSession).Assembly.Location, Environment.ProcessPath];
#pragma warning restore IL3000
        string found = candidates.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException(
            $"ONNX Runtime needs one existing file to declare shared weights with, and neither its own assembly ('{candidates[0]}') nor "
            + $"the process's executable ('{candidates[1]}') is one.");
        return new FileInfo(File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found);
    }
}
