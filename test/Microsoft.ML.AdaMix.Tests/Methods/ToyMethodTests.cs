using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>A new method is its own files and one registration: this one is written here, outside of the library, and needs no change there.</summary>
[TestClass]
public sealed class ToyMethodTests
{
    [TestMethod]
    public void A_method_from_outside_trains_with_experts_merges_saves_and_is_stored()
    {
        TuningMethods.Register(new OutputFactors());
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food"));
        AdaMixOptions options = Rows.Quick() with { Epochs = 3, Method = new OutputFactors { Start = 1.25 } };
        ITransformer model = Rows.Pipeline(ml, options).Fit(data);
        Assert.IsGreaterThan(0.7, ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
        using MemoryStream saved = new();
        ml.Model.Save(model, data.Schema, saved);
        saved.Position = 0;
        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Score")];
        float[][] actual = [.. new MLContext().Model.Load(saved, out _).Transform(data).GetColumn<float[]>("Score")];
        CollectionAssert.AreEqual(expected[0], actual[0]);

        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        string path = Path.GetTempFileName();
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(keyed);
        mixture.Save(path);
        using TrainedMixture loaded = TrainedMixture.Load(ml, path, PretrainedEncoder.RobertaMini);
        File.Delete(path);
        Assert.AreEqual(1.25, ((OutputFactors)loaded.Method).Start);
    }

    /// <summary>Multiplies each feed-forward output by a learned vector.</summary>
    private sealed record OutputFactors : TuningMethod
    {
        [Option("start", "What the factors start as.", Min = 0)]
        public double Start { get; init; } = 1;

        public override string Name => "toy";

        public override bool SupportsMixture => true;

        internal override ITuningModule Create(MethodContext context) => new Module(this, context);

        private sealed class Module : ITuningModule
        {
            private readonly Dictionary<string, ExpertTensor> _factors;

            public Module(OutputFactors method, MethodContext context)
            {
                _factors = context.Layers(Range.All).ToDictionary(
                    layer => EncoderTensors.Layer(layer) + "output.dense",
                    layer => context.Tensor($"toy.{layer}.{{0}}", layer, Side.Down, decays: false, () => context.Constant(method.Start, context.Config.HiddenSize)));
                Tensors = [.. _factors.Values];
            }

            public IReadOnlyList<ExpertTensor> Tensors { get; }

            public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(_factors, experts);

            public EncoderEdits ToHost(WholeBatch experts) => [.. _factors.Select(factor => new ScaleEdit(factor.Key, experts.ToHost(factor.Value)))];

            public void Dispose()
            {
                foreach (ExpertTensor tensor in Tensors)
                {
                    tensor.Dispose();
                }
            }
        }

        private sealed class Bound(Dictionary<string, ExpertTensor> factors, IExpertSelection experts) : ITuning
        {
            public Tensor Projected(string module, Tensor input, Tensor output) =>
                factors.TryGetValue(module, out ExpertTensor? factor) ? Affine.Scale(output, experts.Select(factor)) : output;
        }
    }
}
