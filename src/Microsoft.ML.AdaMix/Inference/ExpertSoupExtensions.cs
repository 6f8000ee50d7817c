using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The checkpoints that the authors of AdaMix published.</summary>
public static class ExpertSoupExtensions
{
    /// <summary>Reads all experts and the head of a file such as <c>pytorch_model_mnli_expert_soup.bin</c>.</summary>
    /// <remarks>
    /// <para>
    /// What the authors evaluate is <see cref="TrainedMixture.Merge"/>; a fixed expert, a random route, random routing and an ensemble are
    /// there too. The file is read as data, nothing in it is executed. <see cref="TrainedMixture.Save(string)"/> makes a mixture file of
    /// it, from which training can start.
    /// </para>
    /// <para>
    /// One output is regression, several are classes, whose names the file does not have: give them in the options, in GLUE's order.
    /// </para>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="path">The file, as <c>torch.save</c> or safetensors wrote it.</param>
    /// <param name="encoder">The encoder that was tuned: RoBERTa-large or BERT-base for the published files.</param>
    /// <param name="options">Columns, lengths and labels; null for defaults.</param>
    /// <returns>The experts; to be disposed.</returns>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="ArgumentException">An option does not fit the model.</exception>
    /// <exception cref="IOException">The file or the encoder's folder is missing, cannot be read, or is changed meanwhile.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds no experts, or does not fit the encoder.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing.</exception>
    public static TrainedMixture ImportExpertSoup(
        this ModelOperationsCatalog catalog, string path, PretrainedEncoder encoder, AdapterImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(encoder);
        IHost host = HostInternals.Environment(catalog).Register(nameof(TrainedMixture));
        return ExpertSoupFile.Load(host, path, encoder, options ?? new AdapterImportOptions());
    }
}
