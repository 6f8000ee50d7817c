using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Tells a training from others: by its rows, its encoder and those of its options that change what is learned.</summary>
internal static class TrainingFacts
{
    // Where a training runs, how long, and what its columns are called, does not change what is learned; data, guessed labels and encoder
    // are told by their content.
    private static readonly string[] Aside =
    [
        nameof(AdaMixOptions.TextColumnName), nameof(AdaMixOptions.SecondTextColumnName), nameof(AdaMixOptions.LabelColumnName),
        nameof(AdaMixOptions.ExampleWeightColumnName), nameof(AdaMixOptions.PredictedLabelColumnName),
        nameof(AdaMixOptions.ScoreColumnName), nameof(AdaMixOptions.ProbabilityColumnName), nameof(AdaMixOptions.LogitsColumnName),
        nameof(AdaMixOptions.EmbeddingColumnName), nameof(AdaMixOptions.Encoder), nameof(AdaMixOptions.Device),
        nameof(AdaMixOptions.LibTorchFolder), nameof(AdaMixOptions.ServingPrecision), nameof(AdaMixOptions.Checkpoints),
        nameof(AdaMixOptions.MaxTrainingTime), nameof(AdaMixOptions.ReturnWhenCanceled), nameof(AdaMixOptions.StartFrom),
        nameof(AdaMixOptions.CalibrateProbabilities), nameof(AdaMixOptions.SelfTrainingRounds), nameof(AdaMixOptions.SelfTrainingShare),
    ];

    /// <param name="options">The options.</param>
    /// <param name="settings">The same, resolved.</param>
    /// <param name="task">What the model says of a text.</param>
    /// <param name="data">What is trained on.</param>
    public static TrainingIdentity Of(AdaMixOptions options, TrainingSettings settings, TextTask task, PreparedData data)
    {
        SortedDictionary<string, string> facts = new(StringComparer.Ordinal)
        {
            ["task"] = task.ToString(),
            [TrainingIdentity.EncoderName] = data.Encoder.Name,
            ["encoder"] = EncoderExtras.For(data.Encoder).Identity.Sha256(),
            ["classes"] = Classes(data.Labels),
            ["label weights"] = Hash(data.LabelWeights),
        };
        Add(facts, "training", data.Round?.Labelled ?? data.Training);
        if (data is { Round: { } round, Unlabelled: { } unlabelled })
        {
            // Not the guesses: on another device their last bits are others.
            facts[TrainingIdentity.Round] = round.Number.ToString(CultureInfo.InvariantCulture);
            facts[TrainingIdentity.Guesses] = data.Guessed.ToString(CultureInfo.InvariantCulture);
            facts[TrainingIdentity.Unlabelled + " rows"] = unlabelled.Count.ToString(CultureInfo.InvariantCulture);
            facts[TrainingIdentity.Unlabelled + " texts"] = Hash(unlabelled.Ids);
            facts[TrainingIdentity.Unlabelled + " weights"] = Hash(unlabelled.Weights?.ToArray());
            facts[nameof(AdaMixOptions.SelfTrainingShare)] = options.SelfTrainingShare.ToString(CultureInfo.InvariantCulture);
        }

        if (data.Validation is { } validation)
        {
            Add(facts, "validation", validation);
        }

        if (options.StartFrom is { } start)
        {
            using FileStream file = File.OpenRead(start);
            facts[nameof(AdaMixOptions.StartFrom)] = Short(SHA256.HashData(file));
        }

        JsonObject told = (JsonObject)JsonSerializer.SerializeToNode(options with
        {
            Mixture = options.EffectiveMixture,
            LearningRate = settings.Optimizer.LearningRate,
            Seed = settings.Seed,
        })!;
        foreach (string option in Aside)
        {
            told.Remove(JsonNamingPolicy.CamelCase.ConvertName(option));
        }

        // A later version with more options goes on with what this one wrote.
        LaterOptions.Remove((JsonObject)told["mixture"]!, typeof(MixtureOptions));
        LaterOptions.Remove((JsonObject)told["method"]!, options.Method.GetType());
        JsonObject initial = (JsonObject)JsonSerializer.SerializeToNode(new AdaMixOptions())!;
        LaterOptions.RemoveInitial(told, initial, typeof(AdaMixOptions), "method");

        Add(facts, string.Empty, told);
        return new TrainingIdentity(facts) { Missing = Missing(options.Method.GetType()) };
    }

    private static SortedDictionary<string, string> Missing(Type method)
    {
        JsonObject before = new() { ["mixture"] = new JsonObject(), ["method"] = new JsonObject() };
        LaterOptions.Restore(before, typeof(AdaMixOptions));
        LaterOptions.Restore((JsonObject)before["mixture"]!, typeof(MixtureOptions));
        LaterOptions.Restore((JsonObject)before["method"]!, method);
        SortedDictionary<string, string> facts = new(StringComparer.Ordinal);
        Add(facts, string.Empty, before);
        return facts;
    }

    /// <summary>The facts of a method alone, as JSON tells it.</summary>
    public static TrainingIdentity OfMethod(JsonNode method)
    {
        SortedDictionary<string, string> facts = new(StringComparer.Ordinal);
        Add(facts, nameof(AdaMixOptions.Method), method);
        return new TrainingIdentity(facts);
    }

    private static void Add(SortedDictionary<string, string> facts, string name, TrainingRows rows)
    {
        facts[name + " rows"] = rows.Count.ToString(CultureInfo.InvariantCulture);
        facts[name + " texts"] = Hash(rows.Ids);
        facts[name + " labels"] = Hash(rows.Targets);
        facts[name + " weights"] = Hash(rows.Weights);
    }

    private static void Add(SortedDictionary<string, string> facts, string path, JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach ((string name, JsonNode? member) in members)
            {
                string option = char.ToUpperInvariant(name[0]) + name[1..]; // as errors name it
                Add(facts, path.Length == 0 ? option : $"{path}.{option}", member);
            }
        }
        else
        {
            facts[path] = node?.ToJsonString() ?? "null";
        }
    }

    private static string Classes(LabelKeys labels) => labels.Names is { } names
        ? $"{labels.Count} ({Short(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names))))})"
        : labels.Count.ToString(CultureInfo.InvariantCulture);

    private static string Hash(float[]? values) =>
        values is null ? "none" : Short(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));

    private static string Hash(TokenTable rows)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[8];
        for (int sequence = 0; sequence < rows.Sequences; sequence++)
        {
            TokenIds ids = rows[sequence];
            BinaryPrimitives.WriteInt32LittleEndian(numbers, ids.Length);
            BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], ids.SecondStart);
            hash.AppendData(numbers);
            hash.AppendData(MemoryMarshal.AsBytes(ids.Ids.AsSpan()));
        }

        return Short(hash.GetHashAndReset());
    }

    // Enough to tell apart what is given by one user; it is told in messages.
    private static string Short(byte[] hash) => Convert.ToHexStringLower(hash)[..16];
}
