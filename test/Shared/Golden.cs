using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.AdaMix.Checkpoints;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>One file of reference numbers.</summary>
internal sealed partial class Golden
{
    private readonly SafetensorsFile _file;

    public Golden(params string[] path) => _file = SafetensorsFile.Open(Reference.Golden(path));

    private Golden(string path) => _file = SafetensorsFile.Open(path);

    public IEnumerable<string> Names => _file.Tensors.Keys;

    public IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    public static Golden At(string path) => new(path);

    /// <summary>The folder of the families of encoders beside RoBERTa and BERT.</summary>
    public const string Families = "families/";

    /// <summary>The <c>config</c> entry of the families' manifest: rank and alpha of LoRA.</summary>
    public static JsonElement FamilyConfiguration() => Manifest(Families + "manifest.json").GetProperty("config");

    /// <summary>What the manifest says of one file; null where it says nothing.</summary>
    public static JsonElement? Describe(string file)
    {
        bool isFamily = file.StartsWith(Families, StringComparison.Ordinal);
        return Manifest(isFamily ? Families + "manifest.json" : "manifest.json").GetProperty("files").TryGetProperty(
            isFamily ? file[Families.Length..] : file, out JsonElement found) ? found : null;
    }

    public bool Has(string name) => _file.Tensors.ContainsKey(name);

    public float[] Floats(string name) => _file.Read(name).Values.ToArray();

    public long[] Integers(string name) => _file.ReadInt64(name);

    public double[] Doubles(string name) => MemoryMarshal.Cast<byte, double>(_file.ReadBytes(name)).ToArray();

    public int[] Shape(string name) => Array.ConvertAll(_file.Tensors[name].Shape, size => (int)size);

    private static JsonElement Manifest(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Reference.Golden(path)));
        return document.RootElement.Clone();
    }
}
