using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Exchange;
using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Adapters that were trained with Hugging Face's peft or with the adapters library of AdapterHub.</summary>
public static class AdapterFolderExtensions
{
    /// <summary>Makes a model that predicts of an adapter's folder and the encoder that it was trained on.</summary>
    /// <remarks>
    /// <para>
    /// Read are peft's LoRA, rsLoRA, IA3, prefix tuning, prompt tuning and p-tuning, and adapters' bottlenecks (seq_bn, double_seq_bn,
    /// par_bn), LoRA, IA3 and prefix tuning, each with its classification head; from safetensors or from what <c>torch.save</c> wrote,
    /// which is read as data. What has no form here is refused with its name; nothing is skipped.
    /// </para>
    /// <para>
    /// One output is regression, several are classes, unless the head or the encoder's config.json says otherwise. The model can be saved,
    /// and training can start from it where an <c>AdaMixOptions.Method</c> of the same settings is trained.
    /// </para>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="folder">The folder with <c>adapter_config.json</c>.</param>
    /// <param name="encoder">
    /// The encoder that was tuned. Null for the one that the folder names, if that is a folder here or in the hub's cache; nothing is
    /// downloaded.
    /// </param>
    /// <param name="options">Columns, lengths and labels; null for what the folder says and defaults.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty, or an option does not fit the model.</exception>
    /// <exception cref="IOException">A folder or file is missing, cannot be read, or is changed meanwhile.</exception>
    /// <exception cref="InvalidDataException">The folder is damaged, does not fit the encoder, or holds what has no form here.</exception>
    public static AdaMixTransformer ImportAdapter(
        this ModelOperationsCatalog catalog, string folder, PretrainedEncoder? encoder = null, AdapterImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        IHostEnvironment environment = HostInternals.Environment(catalog);
        using IChannel channel = environment.Start("Import");
        return new AdaMixTransformer(environment, AdapterFolder.Read(
            folder, encoder, options ?? new AdapterImportOptions(), warning => channel.Warning(MessageSensitivity.None, warning)));
    }
}
