namespace Microsoft.ML.AdaMix.Models;

/// <summary>The feed-forward activations that Hugging Face accepts as <c>hidden_act</c> of encoders.</summary>
internal enum Activation
{
    /// <summary>x Φ(x) with erf: "gelu", "gelu_python".</summary>
    Gelu,

    /// <summary>tanh approximation of GELU: "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate".</summary>
    GeluTanh,

    /// <summary>GELU clipped to [-10, 10]: "gelu_10".</summary>
    Gelu10,

    /// <summary>x sigmoid(1.702 x): "quick_gelu".</summary>
    QuickGelu,

    /// <summary>max(x, 0): "relu".</summary>
    Relu,

    /// <summary>max(x, 0)²: "relu2".</summary>
    Relu2,

    /// <summary>min(max(x, 0), 6): "relu6".</summary>
    Relu6,

    /// <summary>x for x ≥ 0, 0.01 x below: "leaky_relu".</summary>
    LeakyRelu,

    /// <summary>x sigmoid(x): "silu", "swish".</summary>
    Silu,

    /// <summary>x tanh(softplus(x)): "mish".</summary>
    Mish,

    /// <summary>½ (1 + erf((x − 0.707107) / (0.282095 √2))): "laplace".</summary>
    Laplace,

    /// <summary>1 / (1 + e⁻ˣ): "sigmoid".</summary>
    Sigmoid,

    /// <summary>tanh: "tanh".</summary>
    Tanh,

    /// <summary>The identity: "linear".</summary>
    Linear,
}
