using System.Reflection;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>
/// An encoder whose files are the resources of an assembly. Its weights are copies: an assembly's file may be written over.
/// </summary>
internal static class EmbeddedEncoder
{
    /// <summary>Reads config.json, model.safetensors and the tokenizer files among the resources.</summary>
    /// <param name="assembly">The content-only assembly.</param>
    /// <param name="name">What messages call the encoder.</param>
    public static LoadedEncoder Load(Assembly assembly, string name)
    {
        HashSet<string> resources = new(assembly.GetManifestResourceNames(), StringComparer.Ordinal);
        TokenizerFiles tokenizer = new(
            name,
            TokenizerFiles.Names.Where(resources.Contains)
            .ToDictionary(file => file, file => Bytes(assembly, file), StringComparer.Ordinal));
        EncoderConfig config = ReadConfig(assembly, name);
        return EncoderReader.Read(name, config, OpenWeights(assembly, name), tokenizer);
    }

    /// <summary>Reads the masked-LM head beside the encoder.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static LanguageHead ReadLanguageHead(Assembly assembly, string name, LoadedEncoder encoder) =>
        LanguageHeadReader.Read(OpenWeights(assembly, name), encoder);

    /// <summary>Reads config.json alone.</summary>
    public static EncoderConfig ReadConfig(Assembly assembly, string name) =>
        EncoderConfigReader.Read(Bytes(assembly, "config.json"), $"{name}/config.json");

    /// <summary>How much there is to read, in bytes.</summary>
    public static long Size(Assembly assembly) => assembly.GetManifestResourceNames().Sum(resource =>
    {
        using Stream stream = Open(assembly, resource);
        return stream.Length;
    });

    private static SafetensorsFile OpenWeights(Assembly assembly, string name)
    {
        Stream weights = Open(assembly, "model.safetensors");
        ByteRegion region = weights is UnmanagedMemoryStream inPlace ? ByteRegion.From(inPlace) : ByteRegion.Read(weights);
        return SafetensorsFile.Open(region, $"{name}/model.safetensors");
    }

    private static Stream Open(Assembly assembly, string resource) => assembly.GetManifestResourceStream(resource)
        ?? throw new FileNotFoundException($"The assembly '{assembly.GetName().Name}' has no resource '{resource}'.", resource);

    private static byte[] Bytes(Assembly assembly, string resource)
    {
        using Stream stream = Open(assembly, resource);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
