using System.Text.Json;

namespace Microsoft.ML.AdaMix.Testing;

/// <content>What is there: tests take every folder and file, whatever their names.</content>
internal sealed partial class Golden
{
    /// <summary>A name that is nowhere, listed where nothing is there: a test that opens it is skipped and says what is missing.</summary>
    public const string Missing = "(reference material)";

    private static readonly string[] FirstEncoders = ["roberta", "bert"];

    /// <summary>Folders of the families beside RoBERTa and BERT.</summary>
    public static IReadOnlyList<string> FamilyFolders => OrMissing(
        [.. Folders(Families).Where(folder => File.Exists(Path.Combine(Reference.GoldenRoot, folder, "config.json")))],
        Families + Missing);

    /// <summary>Files of AdaMix steps with their encoder's folder.</summary>
    public static IReadOnlyList<(string Family, string File)> AdaMixFiles
    {
        get
        {
            (string, string)[] files =
            [
                .. from folder in FirstEncoders.Concat(FamilyFolders)
                   from file in Files(folder, "*.safetensors")
                   where file.StartsWith("adamix_", StringComparison.Ordinal) || file.StartsWith("regression_", StringComparison.Ordinal)
                   select (folder, file),
            ];
            return files.Length > 0 ? files : [(FirstEncoders[0], Missing)];
        }
    }

    /// <summary>Files of the adapters and peft libraries, without their ending.</summary>
    public static IReadOnlyList<string> MethodFiles => OrMissing(
        [.. Files("methods", "*.safetensors").Select(file => Path.GetFileNameWithoutExtension(file))], Missing);

    /// <summary>The first folder of a family whose configuration is of a type, such as <c>albert</c>.</summary>
    public static string FamilyFolder(string modelType) => FamilyFolders.FirstOrDefault(
        folder => !folder.EndsWith(Missing, StringComparison.Ordinal) && ModelType(folder) == modelType) ?? Families + Missing;

    /// <summary>Folders below one of the reference numbers, as paths from their root.</summary>
    public static IReadOnlyList<string> Folders(string below)
    {
        DirectoryInfo folder = new(Path.Combine(Reference.GoldenRoot, below));
        return folder.Exists
            ? [.. folder.GetDirectories().Select(found => below.TrimEnd('/') + '/' + found.Name).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Names of files in a folder of the reference numbers.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        DirectoryInfo found = new(Path.Combine(Reference.GoldenRoot, folder));
        return found.Exists ? [.. found.GetFiles(pattern).Select(file => file.Name).Order(StringComparer.Ordinal)] : [];
    }

    private static string ModelType(string folder)
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Reference.Golden(folder, "config.json")));
        return config.RootElement.GetProperty("model_type").GetString()!;
    }

    private static string[] OrMissing(string[] found, string missing) => found.Length > 0 ? found : [missing];
}
