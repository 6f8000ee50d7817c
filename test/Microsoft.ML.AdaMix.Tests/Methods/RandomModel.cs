using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>
/// The tiny reference encoder tuned by a method whose weights are as far from their start as trained ones are, every expert elsewhere.
/// </summary>
internal static class RandomModel
{
    public static ReferenceModel Create(string method, int experts, ExpertSharing sharing = ExpertSharing.Up) =>
        Create(AllMethods.ByName[method](), experts, sharing);

    public static ReferenceModel Create(TuningMethod method, int experts, ExpertSharing sharing) => Create(method, new MixtureOptions
    {
        Experts = experts,
        Sharing = sharing,
    });

    public static ReferenceModel Create(
        TuningMethod method, MixtureOptions mixture, double distance = 0.1, string family = "roberta", ModelPlace? place = null,
        int? outputs = null)
    {
        ReferenceModel model = ReferenceModel.Tuned(family, method, mixture, place, outputs);
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3);
        foreach (TrainableParameter parameter in model.Classifier.Tuning.Tensors.SelectMany(tensor => tensor.Parameters))
        {
            parameter.Value.add_(randn(parameter.Value.shape, generator: generator).TimesInPlace(distance).to(parameter.Value.device));
        }

        return model;
    }

    /// <summary>The rows of the reference numbers.</summary>
    public static EncoderBatch Batch(ReferenceModel model) => model.Batch(new Golden("roberta", "base.safetensors"));

    /// <summary>Expert 0 in all layers.</summary>
    public static RoutedExpert FirstExpert(ReferenceModel model) =>
        new([.. Enumerable.Repeat(new Route(0, 0), model.Loaded.Config.Layers)]);
}
