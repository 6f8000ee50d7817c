using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Wording;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Trainers.Starting;

/// <summary>Gives a new model the weights of a saved one before training.</summary>
/// <param name="start">The saved one.</param>
/// <param name="path">Its file, for messages.</param>
/// <param name="options">What is trained.</param>
internal sealed class WarmStart(StartingPoint start, string path, AdaMixOptions options)
{
    private const int MostNames = 5;

    /// <summary>Copies what fits.</summary>
    /// <returns>What the head took over, in words.</returns>
    /// <exception cref="InvalidOperationException">It is of another encoder, method or mixture; the message says how.</exception>
    public string Apply(TunedClassifier model, PreparedData data, TextTask task)
    {
        RequireEncoder(data.Encoder);
        if (start.Mixture is { } mixture)
        {
            TakeExperts(model, mixture);
        }
        else
        {
            TakeMerged(model);
        }

        bool drops = start.Model.Tuned.Input.Windows is not null && options.LongTexts is null;
        return TakeHead(model, data, task)
            + (drops ? $"; it reads long texts in windows, and this training cuts them ({nameof(options.LongTexts)} is not set)" : "");
    }

    // A fully tuned encoder is another one by its weights; shape and tokenizer say whether it can be gone on with.
    private void RequireEncoder(LoadedEncoder encoder)
    {
        LoadedEncoder tuned = start.Model.Tuned.Encoder;
        (EncoderIdentity there, EncoderIdentity here) = (EncoderExtras.For(tuned).Identity, EncoderExtras.For(encoder).Identity);
        bool sameWeights = options.Method is FullFineTuning || there.Weights == here.Weights;
        if (tuned.Config != encoder.Config || !sameWeights || !there.Tokenizer.SequenceEqual(here.Tokenizer))
        {
            string difference = tuned.Config == encoder.Config ? here.DifferenceFrom(there)
                : $"of another shape ({Shape(encoder.Config)} instead of {Shape(tuned.Config)})";
            throw Wrong($"it was tuned on '{tuned.Name}', and Encoder is '{encoder.Name}', which is another one: {difference}");
        }
    }

    private static string Shape(EncoderConfig config) =>
        $"{Counts.Of(config.Layers, "layer")} of {config.HiddenSize}, {Counts.Of(config.VocabularySize, "token")}";

    private void TakeExperts(TunedClassifier model, TrainedMixture mixture)
    {
        MixtureOptions wanted = options.EffectiveMixture;
        if (mixture.Method != options.Method || (mixture.Experts, mixture.Sharing) != (wanted.ExpertCount, wanted.Sharing))
        {
            string there = Experts(mixture.Experts, mixture.Method, mixture.Sharing);
            string here = Experts(wanted.ExpertCount, options.Method, wanted.Sharing);
            throw Wrong(
                $"it has {there}, and the options say {here}. Merge the mixture and save the model to start other experts from their mean");
        }

        using IDisposable gradients = no_grad();
        foreach ((TrainableParameter own, TrainableParameter given) in
            Parameters(model.Tuning.Tensors).Zip(Parameters(mixture.Tuning.Tensors)))
        {
            own.Value.copy_(given.Value);
        }
    }

    private static string Experts(int count, TuningMethod method, ExpertSharing sharing) =>
        $"{Counts.Of(count, "expert")} of {method} with {nameof(MixtureOptions.Sharing)} = {sharing}";

    private void TakeMerged(TunedClassifier model)
    {
        IReadOnlyDictionary<ExpertTensor, HostTensor> found = model.Tuning.FromHost(start.Model.Tuned)
            ?? throw Wrong($"a merged model does not say from what {options.Method} made it. Save the mixture and start from that");
        TunedModel saved = start.Model.Tuned;
        if (saved.Edits.SelectMany(edit => edit.Tensors(saved)).FirstOrDefault(
            tensor => !found.Values.Contains(tensor.Tensor, ReferenceEqualityComparer.Instance)) is { Name: { } left })
        {
            throw OtherMethod($"its '{left}' would be lost with {options.Method}");
        }

        using IDisposable gradients = no_grad();
        foreach (ExpertTensor tensor in model.Tuning.Tensors)
        {
            string name = tensor.Parameters[0].Name;
            long[] shape = tensor.Experts[0].shape;
            HostTensor values = found.GetValueOrDefault(tensor)
                ?? throw OtherMethod($"it has nothing for '{name}', which {options.Method} trains");
            if (!shape.SequenceEqual(Array.ConvertAll(values.Shape, size => (long)size)))
            {
                string there = string.Join(", ", values.Shape);
                throw OtherMethod($"'{name}' has the shape [{there}] in it, and [{string.Join(", ", shape)}] with {options.Method}");
            }

            using Tensor copy = values.ToTorch(tensor.Experts[0].device);
            foreach (Tensor expert in tensor.Experts)
            {
                expert.copy_(copy);
            }
        }
    }

    private string TakeHead(TunedClassifier model, PreparedData data, TextTask task)
    {
        ServedModel given = start.Model;
        HeadWeights head = data.Scaling is { } scaling && given.Task == task ? scaling.ScaleBack(given.Tuned.Head) : given.Tuned.Head;
        if (head.Norm is null != data.Text.Template is null)
        {
            return $"its head is new: {(head.Norm is null ? "without" : "with")} a template the saved one reads other tokens";
        }

        bool sameMasks = (given.Tuned.Input.Template?.Masks ?? 1) == (data.Text.Template?.Masks ?? 1);
        int?[] rows = sameMasks ? Rows(given, data.Labels, model.Head.Outputs, task) : new int?[model.Head.Outputs];
        model.Head.Take(head, rows);
        int taken = rows.Count(row => row is not null);
        if (taken == rows.Length)
        {
            return "all outputs of the head go on";
        }

        string[] added = data.Labels.Names is { } names && given.Task == task ? [.. names.Where((_, output) => rows[output] is null)] : [];
        string which = added.Length == 0 ? "the others are"
            : $"'{string.Join("', '", added.Take(MostNames))}'{(added.Length > MostNames ? " and others" : string.Empty)}"
            + $" {(added.Length == 1 ? "is" : "are")}";
        return given.Task != task
            ? $"it was trained for another task ({given.Task}), so that only the first layer of the head goes on"
            : $"{taken} of {Counts.Of(rows.Length, "output")} of the head go on, {which} new";
    }

    // By the classes' names; where they have none, by their numbers if there are as many.
    private static int?[] Rows(ServedModel given, LabelKeys labels, int outputs, TextTask task)
    {
        int?[] none = new int?[outputs];
        return given.Task != task ? none
            : task is TextTask.Multiclass or TextTask.MultiLabel && (given.Labels.Names, labels.Names) is ({ } old, { } now)
            ? Array.ConvertAll(now, name => Array.IndexOf(old, name) is >= 0 and var row ? row : (int?)null)
            : given.Tuned.Head.Outputs == outputs ? [.. Enumerable.Range(0, outputs)]
            : none;
    }

    // By the options that differ, where the file says with which it was tuned.
    private InvalidOperationException OtherMethod(string tensor)
    {
        JsonNode? there = start.Model.Training?.Options["method"];
        string differences = there is null ? string.Empty
            : TrainingFacts.OfMethod(there).DifferencesFrom(TrainingFacts.OfMethod(JsonSerializer.SerializeToNode(options.Method)!));
        return Wrong(differences.Length > 0
            ? $"{differences}. Weights go on in the same method with the same shapes only"
            : $"{tensor}, and it does not say with what it was tuned");
    }

    private static IEnumerable<TrainableParameter> Parameters(IEnumerable<ExpertTensor> tensors) =>
        tensors.SelectMany(tensor => tensor.Parameters);

    private InvalidOperationException Wrong(string why) => new(
        $"Training cannot start from '{path}' ({nameof(AdaMixOptions.StartFrom)}): {why}.");
}
