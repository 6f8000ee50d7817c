using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hosting;

namespace Microsoft.ML.AdaMix.Transformer;

/// <summary>
/// Lets ML.NET save a model. It packs the parts in a temporary folder, which here lies in one that nobody else can read, and that the next
/// process removes if this one is killed.
/// </summary>
internal static class ModelPacking
{
    public static void Save(ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, Stream stream)
    {
        string temporary = HostInternals.TemporaryFolder(HostInternals.Environment(catalog));
        using HeldFolder folder = HeldFolder.Create(temporary, "model", HeldFolder.Private);
        MLContext packing = new() { TempFilePath = folder.Path }; // the caller's own is not touched: it may be saving another model
        packing.Model.Save(model, inputSchema, stream);
    }
}
