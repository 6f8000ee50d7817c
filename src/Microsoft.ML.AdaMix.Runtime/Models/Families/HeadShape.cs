namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>
/// The classification head of a family, under Hugging Face's names: <c>output(norm(activation(dense(h))))</c>, the norm where there is one.
/// </summary>
/// <param name="Dense">Its first layer.</param>
/// <param name="Output">Its last one.</param>
/// <param name="Activation">Between the two.</param>
internal sealed record HeadShape(string Dense, string Output, Activation Activation)
{
    /// <summary>Whether the first layer is the encoder's pretrained pooler, which stays frozen where the checkpoint has it.</summary>
    public bool IsPooler { get; init; }

    /// <summary>Whether the first layer has a bias; without one it is 0 and stays so.</summary>
    public bool HasDenseBias { get; init; } = true;

    /// <summary>A LayerNorm without bias behind the activation; null for none.</summary>
    public string? Norm { get; init; }

    /// <summary>Whether dropout stands before the first layer too.</summary>
    public bool DropsInput { get; init; }
}
