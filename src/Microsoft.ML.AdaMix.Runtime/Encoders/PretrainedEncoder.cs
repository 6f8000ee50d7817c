using System.Reflection;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Hub;
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

    private readonly Func<string> _name;
    private readonly Func<LoadedEncoder> _load;
    private readonly Func<LoadedEncoder, LanguageHead> _readHead;
    private readonly Func<EncoderConfig> _readConfig;
    private readonly Func<long> _size;
    private readonly Lock _lock = new();
    private readonly WeakReference<LoadedEncoder?> _loaded = new(null);
    private Kept? _kept;
    private int _holds;

    private PretrainedEncoder(
        Func<string> name, Func<LoadedEncoder> load, Func<LoadedEncoder, LanguageHead> readHead, Func<EncoderConfig> readConfig,
        Func<long> size)
    {
        _name = name;
        _load = load;
        _readHead = readHead;
        _readConfig = readConfig;
        _size = size;
    }

    /// <summary>The embedded default: a small English RoBERTa (6 layers, hidden size 384) that works at once and offline.</summary>
    public static PretrainedEncoder RobertaMini { get; } = new(
        () => RobertaMiniName,
        () => EmbeddedEncoder.Load(RobertaMiniContent(), RobertaMiniName),
        encoder => EmbeddedEncoder.ReadLanguageHead(RobertaMiniContent(), RobertaMiniName, encoder),
        () => EmbeddedEncoder.ReadConfig(RobertaMiniContent(), RobertaMiniName),
        () => EmbeddedEncoder.Size(RobertaMiniContent()));

    /// <summary>What logs and errors call it: "roberta-mini", the folder, or "hub:FacebookAI/roberta-base@" and the commit.</summary>
    public string Name => _name();

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
            () => folder, () => HuggingFaceFolder.Load(folder), encoder => HuggingFaceFolder.ReadLanguageHead(folder, encoder),
            () => HuggingFaceFolder.ReadConfig(folder),
            () => HuggingFaceFolder.Size(folder))
        {
            FindFolder = () => folder,
        };
    }

    /// <summary>
    /// An encoder of the Hugging Face hub. What of it is not in the cache yet, which Python uses too, is downloaded now: configuration,
    /// tokenizer and weights.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Downloads are checked by the hashes that the hub announces, go on from where an earlier one was cut, and are made by one process at
    /// a time. Where the hub cannot be reached, what it last answered is taken from the cache, with a warning.
    /// </para>
    /// <para>
    /// The revision is resolved to a commit, of which all files come. It stands in <see cref="Name"/> and so in models and their records.
    /// </para>
    /// </remarks>
    /// <param name="repository">Owner and name: "FacebookAI/roberta-base".</param>
    /// <param name="revision">A branch, a tag or a commit; null for the branch <c>main</c>.</param>
    /// <param name="options">Cache, address and token; null for what the environment variables of huggingface_hub say.</param>
    /// <param name="cancellationToken">Ends it early; what has arrived stays for the next time.</param>
    /// <exception cref="ArgumentException">Repository or revision is no such name.</exception>
    /// <exception cref="HubException">The hub does not give it, or cannot be reached and nothing is in the cache.</exception>
    /// <exception cref="InvalidDataException">It is none of the encoders that can be read.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static PretrainedEncoder FromHub(
        string repository, string? revision = null, HubOptions? options = null, CancellationToken cancellationToken = default)
    {
        HubAddress address = HubAddress.Of(repository, revision);
        return OfHub(new HubReference(FetchNow(address, options, cancellationToken)));
    }

    /// <summary>As <see cref="FromHub"/>, without a thread that waits.</summary>
    /// <inheritdoc cref="FromHub" path="/param"/>
    /// <inheritdoc cref="FromHub" path="/exception"/>
    public static async Task<PretrainedEncoder> FromHubAsync(
        string repository, string? revision = null, HubOptions? options = null, CancellationToken cancellationToken = default)
    {
        HubAddress address = HubAddress.Of(repository, revision);
        return OfHub(new HubReference(await HubEncoders.Fetch(address, options, cancellationToken)));
    }

    /// <summary>One of the hub that is fetched when it is first needed.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="options">As in <see cref="FromHub"/>.</param>
    /// <param name="cancellation">Ends the fetching.</param>
    internal static PretrainedEncoder FromHubLater(HubAddress address, HubOptions? options, CancellationToken cancellation) =>
        OfHub(new HubReference(address, () => FetchNow(address, options, cancellation)));

    /// <summary>Whether it is one of the hub.</summary>
    internal bool IsOfHub { get; private init; }

    /// <summary>Gives the folder of its files, which is fetched if it has to be; null for the embedded encoder.</summary>
    internal Func<string>? FindFolder { get; private init; }

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

    private static PretrainedEncoder OfHub(HubReference reference) => new(
        () => reference.Name,
        () => HuggingFaceFolder.Load(reference.Folder()) with { Name = reference.Name },
        encoder => HuggingFaceFolder.ReadLanguageHead(reference.Folder(), encoder),
        () => HuggingFaceFolder.ReadConfig(reference.Folder()),
        () => HuggingFaceFolder.Size(reference.Folder()))
    {
        IsOfHub = true,
        FindFolder = reference.Folder,
    };

    // Away from the caller's context, which may let nobody in while it waits.
    private static HubSnapshot FetchNow(HubAddress address, HubOptions? options, CancellationToken cancellation) =>
        Task.Run(() => HubEncoders.Fetch(address, options, cancellation), CancellationToken.None).GetAwaiter().GetResult();

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
