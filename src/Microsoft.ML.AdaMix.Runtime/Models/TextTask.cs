namespace Microsoft.ML.AdaMix.Models;

/// <summary>What a model says of a text.</summary>
internal enum TextTask
{
    /// <summary>One of several classes: one output a class, softmax.</summary>
    Multiclass,

    /// <summary>True or false: two outputs, softmax.</summary>
    Binary,

    /// <summary>A number: one output.</summary>
    Regression,

    /// <summary>Any number of labels: one output a label, sigmoid.</summary>
    MultiLabel,
}
