using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;

namespace Microsoft.ML.AdaMix.Methods.HeadOnly;

/// <summary>Nothing beside the head.</summary>
/// <param name="layers">Layers of the encoder.</param>
internal sealed class HeadOnlyModule(int layers) : ITuningModule
{
    public IReadOnlyList<ExpertTensor> Tensors => [];

    public int? FrozenLayers => layers;

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => NoTuning.Instance;

    public EncoderEdits ToHost(WholeBatch experts) => EncoderEdits.None;

    public IReadOnlyDictionary<ExpertTensor, HostTensor> FromHost(TunedModel model) => new Dictionary<ExpertTensor, HostTensor>();

    public void Dispose()
    {
        // There is nothing.
    }
}
