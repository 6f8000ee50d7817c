namespace Microsoft.ML.AdaMix.Training.Optimization;

/// <summary>A weight that rises linearly from 0 over the first steps and stays; without any it is there at once.</summary>
internal sealed record LinearRampUp(double Full, int Steps)
{
    /// <summary>The weight of step <paramref name="step"/>, counted from 0.</summary>
    public double Weight(int step) => step < Steps ? Full * step / Steps : Full;
}
