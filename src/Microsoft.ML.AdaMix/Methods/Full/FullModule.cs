namespace Microsoft.ML.AdaMix.Methods.Full;

/// <summary>All tensors of an encoder. LayerNorm and biases do not decay.</summary>
internal sealed class FullModule(MethodContext context) : ReplacedTensors(All(context.Encoder), context, decays: IsMatrix)
{
    private static bool IsMatrix(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal) && !name.Contains("LayerNorm", StringComparison.Ordinal);
}
