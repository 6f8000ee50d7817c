using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Exchange;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>A small model as another library has it, to be changed as that library could have written it.</summary>
internal sealed class ExportedAdapter : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PretrainedEncoder _encoder;

    public ExportedAdapter(
        AdapterFormat format, Func<EncoderConfig, EncoderEdits> edits, EncoderFamily family = EncoderFamily.Roberta, bool pooler = false)
    {
        Directory.CreateDirectory(_folder.At("encoder"));
        LoadedEncoder encoder = TestModels.Encoder(family);
        int hidden = encoder.Config.HiddenSize;
        _encoder = EncoderFolders.Write(_folder, !pooler ? encoder : encoder with
        {
            Weights = new Dictionary<string, HostTensor>(encoder.Weights, StringComparer.Ordinal)
            {
                [EncoderTensors.PoolerWeight] = TestModels.Random(new Random(8), hidden, hidden),
                [EncoderTensors.PoolerBias] = TestModels.Random(new Random(9), hidden),
            },
        });
        LoadedEncoder loaded = _encoder.Load();
        TunedModel tuned = TestModels.Model(loaded).With(edits(loaded.Config));
        tuned = !pooler ? tuned : tuned with
        {
            Head = tuned.Head with
            {
                DenseWeight = loaded[EncoderTensors.PoolerWeight], DenseBias = loaded[EncoderTensors.PoolerBias],
            },
        };
        string[] labels = format == AdapterFormat.Peft ? ["LABEL_0", "LABEL_1", "LABEL_2"] : Classifiers.Names; // peft has no names
        Written = new ServedModel(tuned, TextTask.Multiclass, LabelKeys.Restore(3, "text", labels), Classifiers.Columns);
        Classifiers.Transformer(Written).ExportAdapter(Path, format);
        File.Delete(System.IO.Path.Combine(Path, AdapterFolder.ManifestFile));
    }

    public ServedModel Written { get; }

    public string Path => _folder.At("adapter");

    /// <summary>Changes the options of the adapter.</summary>
    public ExportedAdapter Set(string key, string value, string file = "adapter_config.json")
    {
        FolderAssert.Change(Path, config =>
        {
            string[] path = key.Split('/');
            (path.Length > 1 ? config[path[0]]!.AsObject() : config)[path[^1]] = System.Text.Json.Nodes.JsonNode.Parse(value);
        }, file);
        return this;
    }

    /// <summary>Changes the tensors of a file.</summary>
    public ExportedAdapter Rewrite(string file, Func<KeyValuePair<string, HostTensor>, KeyValuePair<string, HostTensor>?> change)
    {
        SafetensorsFile read = SafetensorsFile.Open(System.IO.Path.Combine(Path, file));
        KeyValuePair<string, HostTensor>[] tensors = [.. read.Tensors.Keys.Select(
            name => change(KeyValuePair.Create(name, read.Read(name)))).OfType<KeyValuePair<string, HostTensor>>()];
        GoldenFolders.Write(_folder, $"adapter/{file}", tensors);
        return this;
    }

    /// <summary>Gives tensors of a file other names.</summary>
    public ExportedAdapter Rename(string file, string part, string other) => Rewrite(file, tensor => KeyValuePair.Create(
        tensor.Key.Replace(part, other, StringComparison.Ordinal), tensor.Value));

    public ServedModel Read()
    {
        using AdaMixTransformer model = new MLContext().Model.ImportAdapter(Path, _encoder);
        return model.Model;
    }

    public string Refused() => Assert.ThrowsExactly<InvalidDataException>(Read).Message;

    public void Dispose() => _folder.Dispose();

    /// <summary>LoRA of rank 2 in some of all modules.</summary>
    public static EncoderEdits LowRank(EncoderConfig config, Func<string, bool> where) =>
    [
        .. TestEdits.LowRank(config).Cast<LowRankEdit>().Where(edit => where(edit.Module)).Select((edit, index) => edit with
        {
            Down = TestModels.Random(new Random(index), 2, edit.Down.Shape[1]),
            Up = TestModels.Random(new Random(-index), edit.Up.Shape[0], 2),
            Scale = 0.5f,
        }),
    ];

    /// <summary>Bottlenecks behind the feed-forward of every layer.</summary>
    public static EncoderEdits Bottlenecks(EncoderConfig config, AdapterInput input, Activation activation, params int[] widths)
    {
        Random random = new(5);
        int hidden = config.HiddenSize;
        return
        [
            .. EncoderTensors.Sublayers(config).Where(module => !module.Contains("attention", StringComparison.Ordinal))
                .Zip(widths, (module, width) => new AdapterEdit(
                    module, input, TestModels.Random(random, width, hidden), TestModels.Random(random, width),
                    TestModels.Random(random, hidden, width), TestModels.Random(random, hidden), activation)),
        ];
    }
}
