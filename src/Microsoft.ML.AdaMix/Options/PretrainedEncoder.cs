using System.Reflection;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>Says which pretrained encoder is tuned. Nothing is read before training begins.</summary>
public sealed class PretrainedEncoder
{
    private const string RobertaMiniAssembly = "Microsoft.ML.AdaMix.RobertaMini";

    private readonly Func<LoadedEncoder> _load;
    private readonly Lock _lock = new();
    private readonly WeakReference<LoadedEncoder?> _loaded = new(null);

    private PretrainedEncoder(string name, Func<LoadedEncoder> load)
    {
        Name = name;
        _load = load;
    }

    /// <summary>The embedded default: a small English RoBERTa (6 layers, hidden size 384) that works at once and offline.</summary>
    public static PretrainedEncoder RobertaMini { get; } = new(
        "roberta-mini", () => EmbeddedEncoder.Load(Assembly.Load(RobertaMiniAssembly), "roberta-mini"));

    /// <summary>What logs and errors call it: "roberta-mini", or the folder.</summary>
    public string Name { get; }

    /// <summary>
    /// A folder as Hugging Face publishes RoBERTa and BERT models: <c>config.json</c>, weights (<c>model.safetensors</c> or
    /// <c>pytorch_model.bin</c>, in one file or sharded with an index), and the tokenizer's files.
    /// </summary>
    /// <param name="folder">Path of the folder; read when training begins.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public static PretrainedEncoder FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return new PretrainedEncoder(folder, () => HuggingFaceFolder.Load(folder));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Reads the encoder, or gives the one that models tuned with this object still use, so that folds and trials share it.</summary>
    internal LoadedEncoder Load()
    {
        lock (_lock)
        {
            if (!_loaded.TryGetTarget(out LoadedEncoder? encoder))
            {
                encoder = _load();
                _loaded.SetTarget(encoder);
            }

            return encoder;
        }
    }
}
