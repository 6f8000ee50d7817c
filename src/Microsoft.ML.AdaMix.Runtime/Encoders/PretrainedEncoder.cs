using System.Reflection;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>A pretrained encoder: the one that is tuned, or the one that a delta or mixture file was tuned on.</summary>
/// <remarks>
/// Nothing is read before it is needed. What was read is shared by all trainings and models on this object while one of them uses it;
/// <see cref="KeepInMemory"/> holds it longer. Safe for use by many threads.
/// </remarks>
public sealed class PretrainedEncoder
{
    private const string RobertaMiniAssembly = "Microsoft.ML.AdaMix.RobertaMini";
    private const string RobertaMiniName = "roberta-mini";

    private readonly Func<LoadedEncoder> _load;
    private readonly Func<LoadedEncoder, LanguageHead> _readHead;
    private readonly Func<EncoderConfig> _readConfig;
    private readonly Func<long> _size;
    private readonly Lock _lock = new();
    private readonly WeakReference<LoadedEncoder?> _loaded = new(null);
    private Kept? _kept;
    private int _holds;

    private PretrainedEncoder(
        string name, Func<LoadedEncoder> load, Func<LoadedEncoder, LanguageHead> readHead, Func<EncoderConfig> readConfig, Func<long> size)
    {
        Name = name;
        _load = load;
        _readHead = readHead;
        _readConfig = readConfig;
        _size = size;
    }

    /// <summary>The embedded default: a small English RoBERTa (6 layers, hidden size 384) that works at once and offline.</summary>
    public static PretrainedEncoder RobertaMini { get; } = new(
        RobertaMiniName,
        () => EmbeddedEncoder.Load(RobertaMiniContent(), RobertaMiniName),
        encoder => EmbeddedEncoder.ReadLanguageHead(RobertaMiniContent(), RobertaMiniName, encoder),
        () => EmbeddedEncoder.ReadConfig(RobertaMiniContent(), RobertaMiniName),
        () => EmbeddedEncoder.Size(RobertaMiniContent()));

    /// <summary>What logs and errors call it: "roberta-mini", or the folder.</summary>
    public string Name { get; }

    /// <summary>
    /// A folder as Hugging Face publishes RoBERTa, BERT and their relatives: <c>config.json</c>, weights (<c>model.safetensors</c> or
    /// <c>pytorch_model.bin</c>, in one file or sharded with an index), and the tokenizer's files.
    /// </summary>
    /// <param name="folder">Path of the folder; read when training begins or a file that was tuned on it is loaded.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public static PretrainedEncoder FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return new PretrainedEncoder(
            folder, () => HuggingFaceFolder.Load(folder), encoder => HuggingFaceFolder.ReadLanguageHead(folder, encoder),
            () => HuggingFaceFolder.ReadConfig(folder),
            () => HuggingFaceFolder.Files(folder).Sum(file => new FileInfo(file).Length));
    }

    /// <summary>Reads the encoder, if it is not in memory, and holds it there until the result is disposed.</summary>
    /// <remarks>
    /// <para>
    /// Without, it can go as soon as no training and no model uses it: hold it over a sweep, so that only the first trial reads it, or in a
    /// service that loads delta files now and then. Several holds count one by one.
    /// </para>
    /// <para>
    /// Trainings on a held encoder also leave the token ids of their texts for those after them, up to 256 MiB (about 80 bytes a text and
    /// two a token).
    /// </para>
    /// </remarks>
    /// <example><code>using IDisposable hold = encoder.KeepInMemory();</code></example>
    /// <returns>The hold; disposing it a second time does nothing.</returns>
    /// <exception cref="IOException">The folder or one of its files is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or not supported.</exception>
    public IDisposable KeepInMemory()
    {
        lock (_lock)
        {
            _kept ??= new Kept(Load());
            _holds++;
        }

        return new EndAction(() =>
        {
            lock (_lock)
            {
                if (--_holds == 0)
                {
                    _kept = null;
                }
            }
        });
    }

    /// <summary>Makes the encoder known to this process, so that <c>mlContext.Model.Load</c> finds it for delta files.</summary>
    /// <remarks>
    /// Delta files name their encoder by its hash and do not hold it. It is read when the first such file is loaded, not now. The embedded
    /// <see cref="RobertaMini"/> is known without.
    /// </remarks>
    /// <returns>Ends the registration when it is disposed, which most programs never do; models that were loaded go on working.</returns>
    public IDisposable Register()
    {
        object registration = KnownEncoders.Register(this);
        return new EndAction(() => KnownEncoders.Unregister(registration));
    }

    /// <summary>
    /// SHA-256 of the weights and the tokenizer's files, in hexadecimal: what delta and mixture files, errors and the tool's studies know
    /// the encoder by.
    /// </summary>
    /// <remarks>
    /// The same weights in another order, in several files or as <c>pytorch_model.bin</c> have the same hash; in another precision
    /// another one. Reads the whole encoder, if it is not in memory, and computes the hash once while it is there.
    /// </remarks>
    /// <exception cref="IOException">The folder or one of its files is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or not supported.</exception>
    public string ComputeSha256() => EncoderExtras.For(Load()).Identity.Sha256();

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>
    /// Reads the encoder, or gives the one that models tuned with this object still use, so that folds and trials share it.
    /// </summary>
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

    /// <summary>The token cache that is kept as long as the encoder is held in memory, or null while nobody holds it.</summary>
    /// <param name="create">Makes it for the first training.</param>
    internal ITokenCache? KeptTokens(Func<ITokenCache> create)
    {
        lock (_lock)
        {
            return _kept is null ? null : _kept.Tokens ??= create();
        }
    }

    /// <summary>Reads the masked-LM head of the checkpoint, which is not kept.</summary>
    /// <exception cref="InvalidDataException">There is none; the message says what to do.</exception>
    internal LanguageHead ReadLanguageHead() => _readHead(Load());

    /// <summary>The architecture, without reading the weights.</summary>
    internal EncoderConfig ReadConfig()
    {
        lock (_lock)
        {
            return _loaded.TryGetTarget(out LoadedEncoder? encoder) ? encoder.Config : _readConfig();
        }
    }

    /// <summary>How many bytes the encoder has in its files, which is about how many it adds to a saved model; nothing is read.</summary>
    internal long StoredBytes() => _size();

    private static Assembly RobertaMiniContent()
    {
        try
        {
            return Assembly.Load(RobertaMiniAssembly);
        }
        catch (Exception error) when (error is FileNotFoundException or FileLoadException)
        {
            string file = Path.Combine(AppContext.BaseDirectory, $"{RobertaMiniAssembly}.dll");
            throw File.Exists(file) ? new FileLoadException(
                $"'{file}', which holds the encoder {RobertaMiniName}, is there and cannot be loaded: {error.Message} Mostly the process "
                + "has too little memory for it (ulimit -v, a container's limit), or the file is damaged.",
                error) : new FileNotFoundException(
                $"The assembly '{RobertaMiniAssembly}', which holds the encoder {RobertaMiniName}, is not there."
                + " Add the package of that name to the application.",
                error);
        }
    }

    /// <summary>What holds keep.</summary>
    private sealed class Kept(LoadedEncoder encoder)
    {
        public LoadedEncoder Encoder { get; } = encoder;

        public ITokenCache? Tokens { get; set; }
    }

    private sealed class EndAction(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
