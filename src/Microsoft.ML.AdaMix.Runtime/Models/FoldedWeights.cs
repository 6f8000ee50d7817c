namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// An encoder's tensors with those edits that weights and biases can take in. Neither the encoder's nor the edits' own tensors are written.
/// </summary>
internal sealed class FoldedWeights
{
    private readonly LoadedEncoder _encoder;
    private readonly Dictionary<string, HostTensor> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _float32 = new(StringComparer.Ordinal);
    private bool _takesInt8;

    public FoldedWeights(LoadedEncoder encoder, EncoderEdits edits)
    {
        _encoder = encoder;
        foreach (EncoderEdit edit in edits.OrderBy(edit => edit.FoldOrder))
        {
            _takesInt8 = edit.TakesInt8;
            edit.Fold(this);
        }
    }

    /// <summary>Names of the tensors that edits changed.</summary>
    public IReadOnlyCollection<string> Changed => _changed.Keys;

    /// <summary>A tensor of the encoder with the edits that were folded so far.</summary>
    public HostTensor this[string tensor] => _changed.TryGetValue(tensor, out HostTensor? changed) ? changed : _encoder[tensor];

    /// <summary>Whether the encoder has a tensor.</summary>
    public bool Has(string tensor) => _encoder.Weights.ContainsKey(tensor);

    /// <summary>Whether the model has a tensor of its own in the place of the encoder's.</summary>
    public bool IsChanged(string tensor) => _changed.ContainsKey(tensor);

    /// <summary>Whether no edit wants a tensor to stay float32.</summary>
    public bool TakesInt8(string tensor) => !_float32.Contains(tensor);

    /// <summary>Puts a tensor in the place of the encoder's; for edits, while they are folded.</summary>
    public void Set(string name, HostTensor tensor)
    {
        _changed[name] = tensor;
        if (!_takesInt8)
        {
            _float32.Add(name);
        }
    }
}
