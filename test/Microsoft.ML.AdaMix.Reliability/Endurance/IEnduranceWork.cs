namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>Something that is done very often and each time leaves nothing behind.</summary>
internal interface IEnduranceWork : IDisposable
{
    /// <summary>Does it once more, and compares what comes of it.</summary>
    /// <param name="number">From 0 on.</param>
    void Step(int number);
}
