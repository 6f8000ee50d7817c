namespace Microsoft.ML.AdaMix;

/// <summary>A delta file was loaded in a process that does not know its encoder: see <see cref="PretrainedEncoder.Register"/>.</summary>
/// <remarks>ML.NET's own <c>Model.Load</c> throws it within a <see cref="System.Reflection.TargetInvocationException"/>.</remarks>
public sealed class EncoderNotFoundException : InvalidOperationException
{
    internal EncoderNotFoundException(string message, string encoderName, string encoderSha256)
        : base(message)
    {
        EncoderName = encoderName;
        EncoderSha256 = encoderSha256;
    }

    /// <summary>What the encoder was called where the model was trained: "roberta-mini", or a folder there.</summary>
    public string EncoderName { get; }

    /// <summary>
    /// SHA-256 of its weights and tokenizer files, in hexadecimal: what <see cref="PretrainedEncoder.ComputeSha256"/> gives.
    /// </summary>
    public string EncoderSha256 { get; }
}
