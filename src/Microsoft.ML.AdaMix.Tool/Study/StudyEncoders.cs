namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>The encoders of a study, by what results call them.</summary>
internal sealed class StudyEncoders
{
    private readonly Dictionary<EncoderReference, PretrainedEncoder> _encoders;

    private StudyEncoders(Dictionary<EncoderReference, PretrainedEncoder> encoders) => _encoders = encoders;

    /// <summary>Reads some encoders, of which the same may stand there several times.</summary>
    public static StudyEncoders From(params IEnumerable<PretrainedEncoder> encoders) => new(
        encoders.Distinct().DistinctBy(EncoderReference.From).ToDictionary(EncoderReference.From));

    public PretrainedEncoder Find(PlannedTrial trial) => _encoders[trial.Configuration.Encoder];

    /// <summary>Keeps in memory, until it is disposed, what some trials need.</summary>
    public IDisposable KeepInMemory(IEnumerable<PlannedTrial> trials) =>
        new Holds([.. trials.Select(Find).Distinct().Select(encoder => encoder.KeepInMemory())]);

    private sealed class Holds(IReadOnlyList<IDisposable> holds) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable hold in holds)
            {
                hold.Dispose();
            }
        }
    }
}
