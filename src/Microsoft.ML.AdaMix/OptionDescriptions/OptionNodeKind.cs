namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>What an <see cref="OptionNode"/> is.</summary>
internal enum OptionNodeKind
{
    Null,
    Text,
    Number,
    Flag,
    Object,
    List,

    /// <summary>A value of a configuration: text that may stand for anything.</summary>
    Untyped,
}
