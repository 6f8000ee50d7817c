using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>Token ids that trainings on an encoder leave for those after them. Safe for use by many threads.</summary>
internal interface ITokenCache
{
    /// <summary>What has been added under a key, one window or more, or null.</summary>
    TokenIds[]? Find(UInt128 key);

    /// <summary>Notes the windows of a text, of most one; where there is no room it does nothing.</summary>
    void Add(UInt128 key, TokenIds[] windows);
}
