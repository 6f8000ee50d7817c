namespace Microsoft.ML.AdaMix.Methods.BitFit;

/// <summary>All biases of an encoder.</summary>
internal sealed class BitFitModule(MethodContext context)
    : ReplacedTensors(All(context.Encoder).Where(name => name.EndsWith(".bias", StringComparison.Ordinal)), context, decays: _ => false);
