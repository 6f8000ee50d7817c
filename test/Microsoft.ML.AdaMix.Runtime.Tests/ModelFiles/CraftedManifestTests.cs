using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>
/// Manifests that were made to do harm, their hash in order. Each is refused with the name of what is wrong, or loads as a model that
/// predicts; there is no third way.
/// </summary>
[TestClass]
public sealed class CraftedManifestTests
{
    private static readonly string[] Numbers =
        ["0", "-1", "2147483647", "-2147483648", "1e999", "1.5", "\"x\"", "null", "true", "[]", "{}"];
    private static readonly string[] Names = ["\"Sloth\"", "\"\"", "7", "\"7\"", "null", "[]"];
    private static readonly string[] Hashes = ["\"\"", "\"x\"", "null", "7"];
    private static readonly string[] Any =
        ["null", "true", "-1", "0", "1e999", "2147483648", "\"\"", "\"../../x\"", "\"a, b\"", "[null]", "[]", "{}", "{\"\":null}"];

    private const int MostLoads = 2;

    private static ServedModel _model = null!; // keeps the encoder in memory, where the delta file finds it
    private static byte[] _saved = [];
    private static byte[] _delta = [];

    public static IEnumerable<object[]> BadValues =>
    [
        .. Row("Encoder.Family", Names),
        .. Row("Encoder.VocabularySize", Numbers),
        .. Row("Encoder.HiddenSize", [.. Numbers, "17"]),
        .. Row("Encoder.Layers", Numbers),
        .. Row("Encoder.Heads", [.. Numbers, "3", "1048576"]),
        .. Row("Encoder.IntermediateSize", Numbers),
        .. Row("Encoder.MaxPositions", [.. Numbers, "3"]),
        .. Row("Encoder.TokenTypes", Numbers),
        .. Row("Encoder.PadTokenId", [.. Numbers.Except(["0"]), "261"]),
        .. Row("Encoder.LayerNormEpsilon", ["-1", "2", "1e999", "\"NaN\"", "null"]),
        .. Row("Encoder.HiddenActivation", [.. Names, "\"Relu, Relu2\""]),
        .. Row("Encoder.HiddenDropout", ["-1", "1", "1e999", "\"NaN\"", "null"]),
        .. Row("Encoder.AttentionDropout", ["-1", "1", "1e999", "null"]),
        .. Row("Encoder.ClassifierDropout", ["-1", "1", "1e999", "\"x\""]),
        .. Row("Encoder.InitializerRange", ["-1", "11", "1e999", "null"]),
        .. Row("Input.MaxLength", [.. Numbers, "1", "39"]),
        .. Row("Input.SpecialTokensInText", ["null", "1", "\"true\""]),
        .. Row("Input.Windows", ["7", "[]", "{}", Windows("-1"), Windows("38"), Windows("0", most: "0"), Windows("0", most: "2000000000")]),
        .. Row("Input.Windows", [.. Names.Select(name => Windows("0", name))]),
        .. Row("Columns.Text", ["null", "\"\"", "1"]),
        .. Row("Columns.SecondText", ["\"\"", "1", "\"Text\"", "\"Score\""]),
        .. Row("Columns.Score", ["null", "\"\"", "\"PredictedLabel\"", "\"Text\""]),
        .. Row("Columns.PredictedLabel", ["null", "\"\"", "\"Score\"", "\"Text\""]),
        .. Row("Columns.Probability", ["null", "\"\""]),
        .. Row("Columns.Logits", ["\"\"", "\"Score\"", "\"Text\"", "\"PredictedLabel\""]),
        .. Row("Columns.Embedding", ["\"\"", "\"Score\"", "\"Text\"", "\"PredictedLabel\""]),
        .. Row("Task", [.. Names, "\"Binary\"", "\"Regression\"", "\"Binary, Regression\""]),
        .. Row("Classes", [.. Numbers.Except(["2147483647"])]),
        .. Row("LabelType", ["null", "\"\"", "\"sloth\"", "\"int32\"", "\"datetimeoffset\"", "7"]),
        .. Row("Labels", ["null", "[]", "[\"a\"]", "[\"a\",\"a\",\"b\"]", "[\"a\",null,\"b\"]", "[1,2,3]", "7"]),
        .. Row("Thresholds", ["[]", "[1]", "[0,0,1e39]", "[0,0,-1]", "[0,0,0]", "7", "[null,0,0]"]),
        .. Row("Negatives", ["[]", "[\"a\",\"b\"]", "7"]),
        .. Row("Serving", [.. Names, "\"Int8, Auto\""]),
        .. Row("EncoderName", ["null", "7"]),
        .. Row("Edits", ["null", "7", "[]", "{\"Sloth\":[]}"]),
        .. Row("Edits.Adapters", ["null", "7", "{}", "[null]"]),
        .. Row("Edits.Adapters.0.Module", ["null", "7"]),
        .. Row("Edits.Adapters.0.Module", ["\"\"", "\"encoder.layer.9.output\""], "adapter.down.weight"),
        .. Row("Edits.Adapters.0.Activation", [.. Names, "\"Relu, Relu2\""]),
        .. Row("Edits.Adapters.0.Input", [.. Names, "\"Normalized, Residual\""]),
        .. Row("Edits.Adapters.0.Scale", ["null", "1e39", "-1e39", "\"NaN\""]),
        .. Row("Parts", ["null", "7", "[]"]),
        .. Row("Training.TrainingRows", [.. Numbers.Except(["2147483647"])]),
        .. Row("Training.ValidationRows", [.. Numbers.Except(["0", "2147483647"])]),
        .. Row("Training.Epochs", [.. Numbers.Except(["2147483647"])]),
        .. Row("Training.KeptEpoch", Numbers),
        .. Row("Training.Seed", ["null", "1.5", "2147483648"]),
        .. Row("Training.Date", ["null", "\"yesterday\"", "7"]),
        .. Row("Training.TrainingLoss", ["1e999", "\"NaN\""]),
        .. Row("Training.EncoderSha256", Hashes),
        .. Row("Training.Options", ["null", "7", "[]", "{}", "{\"method\":7}", "{\"method\":{\"name\":null}}"]),
        .. Row("Training.Notes", ["null", "7", "{\"label\":null}", "{\"label\":7}"]),
        .. Row("Compact", ["7", "{}", "[null]", "[{}]"]),
    ];

    public static IEnumerable<object[]> BadValuesOfDeltas =>
    [
        .. Row("Columns.Score", ["\"Text\"", "\"PredictedLabel\""]),
        .. Row("OtherEncoder", ["7", "[]"]),
        .. Row("OtherEncoder", ["{}"], "'Weights'"),
        .. Row("OtherEncoder.Weights", Hashes),
        .. Row("OtherEncoder.Tokenizer", ["null", "7", "[]", "{\"/etc/passwd\":\"\"}"]),
        .. Row("OtherEncoder.Tokenizer.vocab.json", Hashes),
        .. Row("Compact.0.Name", ["null", "7", "\"\""]),
        .. Row("Compact.0.Rows", ["null", "0", "-1", "2147483647", "1.5"], "Compact"),
        .. Row("Compact.0.Columns", ["null", "0", "-1", "2147483647", "1.5"], "Compact"),
    ];

    private static string Windows(string stride, string combine = "\"MaxLogits\"", string most = "4") =>
        $"{{\"Stride\":{stride},\"Combine\":{combine},\"MaxWindows\":{most}}}";

    [ClassInitialize]
    public static void Save(TestContext context)
    {
        _model = Classifiers.Model(encoderSeed: 4711) with { Training = TrainingRecords.Some() };
        _saved = SavedModels.Save(Classifiers.Transformer(_model));
        _delta = DeltaFiles.Save(Classifiers.Transformer(_model), DeltaPrecision.Compact);
        Assert.IsTrue(Refused(_saved, Manifest(_saved)) is null, "the manifest as it was saved is read");
    }

    [TestMethod]
    [DynamicData(nameof(BadValues))]
    public void A_value_that_makes_no_sense_is_refused_by_its_name(string path, string json, string named) =>
        Refuses(_saved, path, json, named);

    [TestMethod]
    [DynamicData(nameof(BadValuesOfDeltas))]
    public void A_value_of_a_delta_file_that_makes_no_sense_is_refused_by_its_name(string path, string json, string named) =>
        Refuses(_delta, path, json, named);

    [TestMethod]
    public void A_column_that_the_task_does_not_write_may_be_named_as_another()
    {
        Assert.IsNull(ReadRefused(With(Manifest(_saved), "Columns.Probability", "\"Score\"")));
        (string Path, string Json)[] changes =
            [("Task", "\"Regression\""), ("Classes", "1"), ("LabelType", "null"), ("Labels", "null")];
        string regression = changes.Aggregate(Manifest(_saved), (manifest, change) => With(manifest, change.Path, change.Json));
        Assert.IsNull(ReadRefused(With(regression, "Columns.Logits", "\"PredictedLabel\"")));
        Assert.Contains("'Text' for Columns.Text and Columns.Logits", ReadRefused(With(regression, "Columns.Logits", "\"Text\"")) ?? "");
    }

    [TestMethod]
    public void Control_characters_of_a_file_are_visible_in_messages()
    {
        const string Json = "\"\\u001b[2J\\n\"";
        string named = With(Manifest(_delta), "EncoderName", Json);
        string unknown = With(named, "OtherEncoder.Weights", $"\"{new string('0', 64)}\"");
        string twice = With(With(Manifest(_saved), "Columns.Score", Json), "Columns.Logits", Json);
        string member = Replaced(Manifest(_saved), "{", "{" + Json + ":7,");
        foreach ((byte[] saved, string manifest) in new[] { (_delta, unknown), (_saved, twice), (_saved, member) })
        {
            string refused = Refused(saved, manifest) ?? "It was loaded.";
            Assert.IsFalse(refused.Any(char.IsControl), refused);
            Assert.Contains("\\u001b[2J\\u000a", refused);
        }
    }

    [TestMethod]
    public void A_member_that_is_missing_unknown_or_there_twice_is_refused_by_its_name()
    {
        JsonObject manifest = JsonNode.Parse(Manifest(_saved))!.AsObject();
        foreach (string name in manifest.Select(member => member.Key).Except(["LabelType", "Labels", "Thresholds", "Serving", "Training"]))
        {
            JsonObject without = manifest.DeepClone().AsObject();
            without.Remove(name);
            Assert.Contains(name, Refused(_saved, without.ToJsonString()) ?? "");
        }

        string text = manifest.ToJsonString();
        foreach (string place in (string[])[
            "{", "\"Encoder\":{", "\"Input\":{", "\"Columns\":{", "\"Parts\":{", "\"Training\":{", "\"Options\":{", "\"Notes\":{"])
        {
            string twice = Replaced(text, place, place + "\"Sloth\":\"\",\"Sloth\":\"\",");
            string refused = Refused(_saved, twice) ?? "It was loaded.";
            Assert.IsTrue(
                refused.Contains("Sloth", StringComparison.Ordinal) || refused.Contains("Duplicate", StringComparison.Ordinal), refused);
        }
    }

    [TestMethod]
    public void Every_value_of_every_manifest_may_be_anything_and_is_refused_or_predicts()
    {
        int refused = 0;
        foreach (byte[] saved in (byte[][])[_saved, _delta])
        {
            string text = Manifest(saved);
            foreach (string path in Leaves(JsonNode.Parse(text)!, ""))
            {
                string[] crafted = [.. Any.Select(value => With(text, path, value))];
                string[] read = [.. crafted.Where(manifest => ReadRefused(manifest) is null)];
                refused += crafted.Length - read.Length;

                // What a record says changes nothing in the model; of all else some values are tried with the file around them.
                foreach (string manifest in read.Where(_ => !path.StartsWith("Training.", StringComparison.Ordinal)).Take(MostLoads))
                {
                    refused += Refused(saved, manifest) is null ? 0 : 1;
                }
            }
        }

        Assert.IsGreaterThan(400, refused);
    }

    [TestMethod]
    [DataRow("AdaMix.tokenizer./elsewhere/x")]
    [DataRow("AdaMix.tokenizer.../x")]
    [DataRow("AdaMix.tokenizer.vocab.json/x")]
    [DataRow("AdaMix.tokenizer.config.json")]
    [DataRow("AdaMix.tokenizer.")]
    [DataRow("/elsewhere/x")]
    [DataRow("Model.key")]
    [DataRow("")]
    public void A_part_of_another_name_is_refused_before_it_is_read(string name)
    {
        JsonObject manifest = JsonNode.Parse(Manifest(_saved))!.AsObject();
        JsonObject parts = manifest["Parts"]!.AsObject();
        parts[name] = parts["AdaMix.tokenizer.vocab.json"]!.DeepClone();

        Assert.Contains($"has '{name}' in Parts", Refused(_saved, manifest.ToJsonString()) ?? "");
    }

    [TestMethod]
    public void No_tokenizer_has_a_file_that_an_export_would_write_elsewhere() => Assert.Contains(
        "'/elsewhere/x'", Assert.ThrowsExactly<InvalidDataException>(
            () => new TokenizerFiles("crafted", new Dictionary<string, byte[]> { ["/elsewhere/x"] = [] })).Message);

    [TestMethod]
    public void A_manifest_has_an_encoder_or_names_another_but_not_both()
    {
        JsonObject manifest = JsonNode.Parse(Manifest(_saved))!.AsObject();
        manifest["OtherEncoder"] = JsonNode.Parse(Manifest(_delta))!["OtherEncoder"]!.DeepClone();

        Assert.Contains("OtherEncoder and the part 'AdaMix.encoder'", Refused(_saved, manifest.ToJsonString()) ?? "");
    }

    [TestMethod]
    public void More_edits_than_any_encoder_takes_are_refused_before_they_are_made()
    {
        string adapter = JsonNode.Parse(Manifest(_saved))!["Edits"]!["Adapters"]![0]!.ToJsonString();
        string many = $"[{string.Join(',', Enumerable.Repeat(adapter, (1 << 14) + 1))}]";

        Assert.Contains(
            "'Adapters' are 16385; expected are at most 16384", Refused(_saved, With(Manifest(_saved), "Edits.Adapters", many))!);
    }

    [TestMethod]
    public void A_manifest_larger_than_any_is_refused_before_it_is_read()
    {
        byte[] noise = new byte[(32 << 20) + SHA256.HashSizeInBytes + 1];
        new Random(1).NextBytes(noise); // zeros would be refused for what they unpack to
        string entry = Array.Find(SavedModels.Entries(_saved), name => name.EndsWith("AdaMix.manifest", StringComparison.Ordinal))!;

        Assert.Contains(
            "'AdaMix.manifest' has 33554465 bytes", SavedModels.Refusal(SavedModels.WithEntry(_saved, entry, _ => noise)).Message);
        Assert.Contains("has 33554433 bytes", Assert.ThrowsExactly<InvalidDataException>(
            () => ManifestJson.Read<ModelManifest>(noise.AsSpan(SHA256.HashSizeInBytes), "The manifest")).Message);
    }

    [TestMethod]
    public void A_manifest_nested_without_end_is_refused()
    {
        string nested = $"{{\"a\":{new string('[', 100_000)}{new string(']', 100_000)}}}";

        Assert.Contains("depth", Refused(_saved, With(Manifest(_saved), "Training.Options", nested))!);
    }

    [TestMethod]
    public void A_token_that_the_encoder_has_no_embedding_for_is_found_at_load()
    {
        ServedModel model = Classifiers.Model(encoderSeed: 4712);
        TokenizerFiles tokenizer = model.Tuned.Encoder.Tokenizer;
        byte[] vocabulary = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(tokenizer.Contents["vocab.json"]).Replace(":260", ":261", StringComparison.Ordinal));
        TokenizerFiles larger = tokenizer with
        {
            Contents = new Dictionary<string, byte[]>(tokenizer.Contents) { ["vocab.json"] = vocabulary },
        };
        LoadedEncoder encoder = model.Tuned.Encoder with { Tokenizer = larger };
        AdaMixTransformer crafted = Classifiers.Transformer(model with { Tuned = model.Tuned with { Encoder = encoder } });

        foreach (string message in (string[])[
            SavedModels.Refusal(SavedModels.Save(crafted)).Message,
            Assert.ThrowsExactly<InvalidDataException>(() => EncoderExtras.For(encoder).Tokenizer(specialTokensInText: false)).Message])
        {
            Assert.Contains("the token '<mask>' with the id 261, but the encoder has embeddings for 261 tokens, ids 0 to 260", message);
        }
    }

    // What the message has to name: the member, where nothing else is said.
    private static IEnumerable<object[]> Row(string path, string[] values, string? named = null) =>
        values.Select(value => (object[])[path, value, named ?? path.Split('.').Last(part => !char.IsDigit(part[0]))]);

    private static void Refuses(byte[] saved, string path, string json, string named) =>
        Assert.Contains(named, Refused(saved, With(Manifest(saved), path, json)) ?? "It was loaded.", StringComparison.OrdinalIgnoreCase);

    private static string? ReadRefused(string manifest)
    {
        try
        {
            ManifestJson.Read<ModelManifest>(Encoding.UTF8.GetBytes(manifest), "The model's manifest");
            return null;
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
    }

    /// <summary>Why a model with this manifest is refused; null where it loads, and then it predicts.</summary>
    private static string? Refused(byte[] saved, string manifest)
    {
        byte[] json = Encoding.UTF8.GetBytes(manifest);
        try
        {
            // Most are refused here, without a file around them.
            ModelManifest read = ManifestJson.Read<ModelManifest>(json, "The model's manifest");
            byte[] crafted = SavedModels.WithEntry(
                saved,
                Array.Find(SavedModels.Entries(saved), name => name.EndsWith("AdaMix.manifest", StringComparison.Ordinal))!,
                _ => [.. SHA256.HashData(json), .. json]);
            AdaMixTransformer loaded = SavedModels.LoadClassifier(crafted);
            if (read.Columns.Text == "Text" && read.Columns.SecondText is null)
            {
                IDataView scored = loaded.Transform(new MLContext().Data.LoadFromEnumerable(Classifiers.Rows(2)));
                Assert.HasCount(2, scored.Preview(maxRows: 2).RowView);
            }

            return null;
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
        catch (TargetInvocationException error) when (error.InnerException is InvalidDataException or EncoderNotFoundException)
        {
            return error.InnerException.Message;
        }
    }

    private static string Manifest(byte[] saved) =>
        Encoding.UTF8.GetString(SavedModels.Part(saved, "AdaMix.manifest").AsSpan(SHA256.HashSizeInBytes));

    // As text: a number such as 1e999 is none of JsonNode's.
    private static string With(string manifest, string path, string json)
    {
        JsonNode root = JsonNode.Parse(manifest)!;
        string[] names = path.EndsWith(".json", StringComparison.Ordinal) || path.EndsWith(".txt", StringComparison.Ordinal)
            ? [.. path.Split('.')[..^2], string.Join('.', path.Split('.')[^2..])]
            : path.Split('.');
        JsonNode parent = names[..^1].Aggregate(root, (node, name) => node is JsonArray list ? list[int.Parse(name, null)]! : node[name]!);
        const string Mark = "\u0001mark";
        if (parent is JsonArray array)
        {
            array[int.Parse(names[^1], null)] = Mark;
        }
        else
        {
            parent[names[^1]] = Mark;
        }

        return Replaced(root.ToJsonString(), JsonValue.Create(Mark).ToJsonString(), json);
    }

    private static string Replaced(string text, string old, string now)
    {
        int place = text.IndexOf(old, StringComparison.Ordinal);
        Assert.IsGreaterThanOrEqualTo(0, place, old);
        return string.Concat(text.AsSpan(0, place), now, text.AsSpan(place + old.Length));
    }

    private static IEnumerable<string> Leaves(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member => Leaves(member.Value, Joined(path, member.Key))),
        JsonArray items => items.Take(1).SelectMany((item, index) => Leaves(item, Joined(path, $"{index}"))),
        _ => path.Contains("AdaMix.", StringComparison.Ordinal) ? [] : [path], // parts have their own tests
    };

    private static string Joined(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
