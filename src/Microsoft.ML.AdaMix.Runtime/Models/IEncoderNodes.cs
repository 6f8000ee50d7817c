namespace Microsoft.ML.AdaMix.Models;

/// <summary>The ONNX graph of an encoder under construction, as its edits see it. A value is known by its name.</summary>
internal interface IEncoderNodes
{
    EncoderConfig Config { get; }

    /// <summary>Adds a standard operation and gives the name of its output.</summary>
    string Add(string operation, string[] inputs, params OnnxAttribute[] attributes);

    /// <summary>Declares a weight of the edit's own once and gives its name.</summary>
    string Weight(string name, HostTensor tensor);

    /// <summary>A constant number without dimensions.</summary>
    string Scalar(float value);

    /// <summary>A constant vector of integers, such as axes or a shape.</summary>
    string Vector(params long[] values);

    /// <summary>A linear module that the encoder has not.</summary>
    /// <param name="name">The weight is declared as name.weight, the bias as name.bias.</param>
    /// <param name="x">[tokens, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out].</param>
    /// <returns>[tokens, out].</returns>
    string Linear(string name, string x, HostTensor weight, HostTensor bias);

    /// <summary>A LayerNorm of the encoder.</summary>
    string LayerNorm(string module, string x);

    string Activate(Activation activation, string x);
}

/// <summary>An attribute of a node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">A <see cref="long"/>, a <see cref="float"/>, a <see cref="string"/> or an array of <see cref="long"/>.</param>
internal readonly record struct OnnxAttribute(string Name, object Value);
