namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>Keeps 88 bytes a step.</summary>
internal sealed class Leak : IEnduranceWork
{
    private Link? _last;

    public void Step(int number) => _last = new Link(_last);

    public void Dispose() => _last = null;

    private sealed class Link(Link? before)
    {
        private readonly byte[] _kept = new byte[40];

        public Link? Before { get; } = before;

        public int Length => _kept.Length;
    }
}
