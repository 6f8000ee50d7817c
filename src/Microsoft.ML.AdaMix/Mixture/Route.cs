namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>Which expert of a layer's down and of its up projection computes a batch; a shared projection has expert 0 only.</summary>
internal readonly record struct Route(int Down, int Up);
