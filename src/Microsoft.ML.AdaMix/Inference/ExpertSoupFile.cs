using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Exchange;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>
/// The authors' checkpoints, <c>pytorch_model_*_expert_soup.bin</c>: all experts of each layer and the classification head, without the
/// encoder.
/// </summary>
/// <param name="tensors">The file.</param>
/// <param name="model">The encoder that was tuned.</param>
internal sealed partial class ExpertSoupFile(ForeignTensors tensors, BaseModel model)
{
    private const int MostLayers = 30;
    private const string Known = "those of ExpertSoup in the encoder's layers and the classification head";

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or does not fit the encoder.</exception>
    public static TrainedMixture Load(IHost host, string path, PretrainedEncoder encoder, AdapterImportOptions options)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        SteadyFiles files = new();
        if (File.Exists(path) && AdapterFolder.FormatOf(folder, files) is { } format)
        {
            throw new InvalidDataException(
                $"'{path}' lies in an adapter's folder ({format}) and is no file of the authors' experts. Import the folder '{folder}'.");
        }

        LibTorch.EnsureLoaded();
        using ForeignTensors tensors = ForeignTensors.Open(path, files);
        return new ExpertSoupFile(tensors, new BaseModel(encoder)).Read(host, options);
    }

    private TrainedMixture Read(IHost host, AdapterImportOptions options)
    {
        EncoderConfig config = model.Encoder.Config;
        Dictionary<string, string> stored = NamesBy(name => TensorNames.Canonical(name, config.Definition));
        Dictionary<string, string> unwrapped = NamesBy(TensorNames.Unwrapped);
        AdapterFit.Require(tensors, unwrapped.Keys, model.Encoder);
        HeadWeights head = StaticHead.Read(tensors, unwrapped, model);
        TextTask task = LabelNames.Task(model.ProblemType, head.Outputs, tensors.File);
        using IChannel channel = host.Start("Import");
        ServedModel plain = ImportedModel.Complete(
            new ForeignModel(model, EncoderEdits.None, head, task, model.Labels), null, options, $"The file '{tensors.File}'",
            warning => channel.Warning(MessageSensitivity.None, warning));
        (AdapterTuning method, MixtureOptions mixture) = Settings(stored);
        ITuningModule tuning = Create(method, mixture);
        try
        {
            using IDisposable gradients = no_grad();
            foreach (TrainableParameter parameter in tuning.Tensors.SelectMany(tensor => tensor.Parameters))
            {
                int[] shape = Array.ConvertAll(parameter.Value.shape, side => (int)side);
                using Tensor values = tensors.Take(stored.GetValueOrDefault(parameter.Name, parameter.Name), shape).ToTorch(CPU);
                parameter.Value.copy_(values);
            }

            CheckOthers(stored);
            return new TrainedMixture(host, method, mixture, tuning, plain, CPU);
        }
        catch
        {
            tuning.Dispose();
            throw;
        }
    }

    // Of two that mean the same one is left over, which is an error.
    private Dictionary<string, string> NamesBy(Func<string, string> meaning) => tensors.Names.GroupBy(meaning, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    // What the names tell: where the adapters stand, how many experts there are, what they share.
    private (AdapterTuning Method, MixtureOptions Mixture) Settings(Dictionary<string, string> stored)
    {
        Match[] experts = [.. stored.Keys.Select(name => Expert().Match(name)).Where(match => match.Success)];
        int layers = model.Encoder.Config.Layers;
        int[] found = [.. experts.Select(match => Number(match, "layer")).Distinct().Order()];
        if (found.Length == 0)
        {
            throw Refused("it has no experts (encoder.layer.I.output.ExpertSoup.MoA_A.deepspeed_experts.E.weight)");
        }

        if (!found.SequenceEqual(Enumerable.Range(0, layers)))
        {
            throw Refused(
                $"it has experts in {Counts.Of(found.Length, "layer")}, {string.Join(", ", found.Take(MostLayers))}"
                + $"{(found.Length > MostLayers ? ", ..." : string.Empty)} counted from 0; the encoder '{model.Encoder.Name}' has "
                + $"{Counts.Of(layers, "layer")}, and each has experts. The file is cut off, or the encoder is not the one that was tuned");
        }

        int Count(string side) =>
            experts.Where(match => match.Groups["side"].Value == side).Max(match => Number(match, "expert") as int?) + 1 ?? 0;
        (int down, int up) = (Count("A"), Count("B"));
        if (down == 0 || up == 0 || (down != up && down != 1 && up != 1))
        {
            throw Refused($"it has {down} down and {up} up projections a layer; expected are as many of both, or one of them");
        }

        Match first = Array.Find(experts, match => match.Groups["side"].Value == "A" && match.Groups["kind"].Value == "weight")
            ?? throw Refused("it has biases of down projections and no weights");
        if (tensors.Shape(stored[first.Value]) is not [var bottleneck, var hidden])
        {
            throw Refused($"'{stored[first.Value]}' is no matrix [bottleneck, {model.Encoder.Config.HiddenSize}]");
        }

        AdapterFit.RequireHidden(tensors.File, hidden, model.Encoder);
        bool afterAttention = Array.Exists(experts, match => match.Groups["attention"].Success);
        AdapterTuning method = new()
        {
            Placement = afterAttention ? AdapterPlacement.Houlsby : AdapterPlacement.FeedForward,
            Activation = AdapterActivation.Gelu,
            Bottleneck = bottleneck,
        };
        return (method, MixtureOptions.Published with
        {
            Experts = Math.Max(down, up),
            Sharing = down == up ? ExpertSharing.None : down == 1 ? ExpertSharing.Down : ExpertSharing.Up,
        });
    }

    private ITuningModule Create(AdapterTuning method, MixtureOptions mixture)
    {
        OptionDescriptions.OptionProblems problems = new();
        method.FindProblems(problems);
        OptionsValidator.Check(mixture, method, problems);
        if (problems.Found is { } found)
        {
            throw Refused($"its shapes are those of no such mixture: {found}");
        }

        using Generator generator = new(0);
        return method.Create(new MethodContext(model.Encoder, mixture.ExpertCount, mixture.Sharing, generator, CPU));
    }

    // Weights of the experts' mean, which are alike unless somebody trained them; and a whole model's encoder, if it is the one given.
    private void CheckOthers(Dictionary<string, string> stored)
    {
        foreach ((string name, string inFile) in stored)
        {
            if (name.EndsWith(".expert_score_weight", StringComparison.Ordinal))
            {
                float[] scores = tensors.Take(inFile).Values.ToArray();
                if (Array.Exists(scores, score => score != scores[0]))
                {
                    throw Refused(
                        $"'{inFile}' weighs the experts of one layer differently, [{string.Join(", ", scores)}]; read are mixtures that "
                        + "are merged to their plain mean");
                }
            }
            else if (name.EndsWith(".position_ids", StringComparison.Ordinal))
            {
                tensors.Pass(inFile); // a buffer: 0, 1, 2 and so on
            }
            else if (model.Encoder.Weights.TryGetValue(name, out HostTensor? own) && !tensors.Take(inFile).SameAs(own))
            {
                throw Refused(
                    $"'{inFile}' is another one than that of the encoder '{model.Encoder.Name}'. Give the encoder that was tuned");
            }
        }

        tensors.RequireAllTaken(Known);
    }

    private InvalidDataException Refused(string why) => new(
        $"'{tensors.File}' cannot be read as the authors' experts: {why}. Expected is a file such as pytorch_model_mnli_expert_soup.bin.");

    private static int Number(Match match, string group) => int.TryParse(
        match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue - 1;

    [GeneratedRegex(
        @"^encoder\.layer\.(?<layer>\d{1,6})\.(?<attention>attention\.)?output\.ExpertSoup\.MoA_(?<side>[AB])\.deepspeed_experts\."
        + @"(?<expert>\d{1,6})\.(?<kind>weight|bias)$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Expert();
}
