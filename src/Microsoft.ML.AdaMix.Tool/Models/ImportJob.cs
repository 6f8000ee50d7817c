using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Exchange;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>Makes a model of the tool out of an adapter of another library, or of the authors' experts.</summary>
internal sealed record ImportJob
{
    /// <summary>A folder of peft or adapters, or a file of experts.</summary>
    public required string Source { get; init; }

    /// <summary>The encoder that was tuned; null for the one that a folder names.</summary>
    public PretrainedEncoder? Encoder { get; init; }

    public required AdapterImportOptions Options { get; init; }

    public bool ReadsPairs { get; init; }

    /// <summary>The one expert that predicts; null for the mean of all.</summary>
    public int? Expert { get; init; }

    /// <summary>The seed of a random route that predicts; null for none.</summary>
    public int? Route { get; init; }

    public required string Save { get; init; }

    public bool WithoutEncoder { get; init; }

    /// <summary>Where the experts are saved unmerged; null for nowhere.</summary>
    public string? SaveMixture { get; init; }

    /// <returns>What --json prints.</returns>
    public JsonObject Run(Output output, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string path = Path.GetFullPath(Save);
        MLContext ml = ToolContext.Create(seed: null, output.Warn);
        using TrainedMixture? mixture = File.Exists(Source) ? ml.Model.ImportExpertSoup(Source, Encoder!, Options) : null;
        AdaMixTransformer imported = mixture is null ? ml.Model.ImportAdapter(Source, Encoder, Options) : Predicting(mixture);
        cancellation.ThrowIfCancellationRequested();
        using AdaMixTransformer model = new(ml, Columns(imported.Model));
        LabelledTask task = Task(model, imported.Model.Negatives, ml);
        IDataView rows = task.View(ml, Empty(model.Model), cancellation);
        using TransformerChain<ITransformer> chain = ModelChain.Create(ml, task, task.Labels(ml)?.Fit(rows), model, rows);
        using AtomicFile? experts = Gather(mixture);
        cancellation.ThrowIfCancellationRequested(); // what is saved is done
        ModelChain.Save(ml, chain, rows.Schema, path, WithoutEncoder);
        experts?.Commit(); // both files appear, or neither

        ServedModel made = model.Model;
        string method = mixture is not null
            ? Counts.Of(mixture.Experts, "expert")
            : string.Join(", ", made.Tuned.Edits.GroupBy(EditNames.Of, StringComparer.Ordinal)
                .Select(kind => $"{kind.Count()} x {kind.Key}"));
        output.Say($"Imported {Source} on {made.Tuned.Encoder.Name}: {method}; {Outputs(made)}. Saved {path}.");
        return new JsonObject
        {
            ["command"] = "import",
            ["source"] = Path.GetFullPath(Source),
            ["model"] = path,
            ["mixture"] = SaveMixture is null ? null : Path.GetFullPath(SaveMixture),
            ["encoder"] = made.Tuned.Encoder.Name,
            ["task"] = task.Name,
            ["labels"] = made.Labels.Names is { } names ? new JsonArray([.. names.Select(name => (JsonNode)name)]) : null,
            ["experts"] = mixture?.Experts,
            ["maxLength"] = made.Tuned.Input.MaxLength,
            ["seconds"] = clock.Elapsed.TotalSeconds,
        };
    }

    private AdaMixTransformer Predicting(TrainedMixture mixture) => Expert >= mixture.Experts
        ? throw new InvalidDataException(
            $"--expert is {Expert}; '{Source}' has {Counts.Of(mixture.Experts, "expert")}, counted from 0.")
        : Expert is { } expert ? mixture.Expert(expert)
        : Route is { } seed ? mixture.Route(seed)
        : mixture.Merge();

    // Written, and not there yet.
    private AtomicFile? Gather(TrainedMixture? mixture)
    {
        if (mixture is null || SaveMixture is null)
        {
            return null;
        }

        AtomicFile.CreateFolder(SaveMixture);
        AtomicFile file = AtomicFile.Open(SaveMixture);
        try
        {
            mixture.Save(file.Stream);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // As all of the tool's models have them.
    private ServedModel Columns(ServedModel model) => model with
    {
        Columns = new ScoringColumns(
            nameof(TaskRow.Text), ReadsPairs || model.Columns.SecondText is not null ? nameof(TaskRow.Pair) : null, "PredictedLabel",
            "Score", "Probability", null, null),
        Negatives = null, // the pipeline has them
    };

    private static LabelledTask Task(AdaMixTransformer model, string[]? negatives, MLContext ml)
    {
        if (model.Model is { Task: TextTask.Binary, Labels.Names: [var no, var yes] })
        {
            return new BinaryTask(yes, negatives ?? [no]);
        }

        TextRows none = Empty(model.Model);
        IDataView rows = TaskViews.Create<NumberRow>(ml, [], none, CancellationToken.None);
        DataViewSchema schema = ml.Transforms.DropColumns(nameof(NumberRow.Label)).Fit(rows).Transform(rows).Schema;
        return LabelledTasks.FromSchema(model.GetOutputSchema(schema), ",")
            ?? throw new InvalidOperationException("The model has none of the tool's tasks.");
    }

    private static TextRows Empty(ServedModel model) => new("none", [], model.Columns.SecondText is not null, AreWeighted: false);

    private static string Outputs(ServedModel model) => model.Task switch
    {
        TextTask.Regression => "a number",
        TextTask.Binary => model.Labels.Names is [var no, var yes] ? $"yes ({yes}) or no ({no})" : "yes or no",
        _ => $"{Counts.Of(model.Labels.Count, "class", "classes")} ({string.Join(", ", model.Labels.Names ?? [])})",
    };
}
