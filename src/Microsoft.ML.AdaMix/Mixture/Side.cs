namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>
/// Which of a layer's two draws picks a tensor's expert: the down projections (LoRA's A, and the vectors of IA3 and BitFit, which have no
/// other side) or the up projections (LoRA's B).
/// </summary>
internal enum Side
{
    Down,
    Up,
}
