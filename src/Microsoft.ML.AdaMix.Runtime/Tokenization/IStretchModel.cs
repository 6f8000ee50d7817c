namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Gives the ids of a text between added tokens. Safe for use by many threads.</summary>
internal interface IStretchModel
{
    /// <summary>Whether the ids of what stands before a blank behind a letter do not depend on what follows.</summary>
    bool IsLocal { get; }

    /// <summary>Whether it can say itself which ids of a text that goes on are certain.</summary>
    bool KnowsUnended { get; }

    /// <summary>Appends the ids; see <see cref="ISubwordModel.Append"/>.</summary>
    void Append(Stretch stretch, bool goesOn, List<int> ids);
}
