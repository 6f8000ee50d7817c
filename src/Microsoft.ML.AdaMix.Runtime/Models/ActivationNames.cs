namespace Microsoft.ML.AdaMix.Models;

/// <summary>What Hugging Face's configurations call the activations.</summary>
internal static class ActivationNames
{
    private static readonly Dictionary<string, Activation> Known = new(StringComparer.Ordinal)
    {
        ["gelu"] = Activation.Gelu,
        ["gelu_python"] = Activation.Gelu,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_fast"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["gelu_python_tanh"] = Activation.GeluTanh,
        ["gelu_accurate"] = Activation.GeluTanh,
        ["gelu_10"] = Activation.Gelu10,
        ["quick_gelu"] = Activation.QuickGelu,
        ["relu"] = Activation.Relu,
        ["relu2"] = Activation.Relu2,
        ["relu6"] = Activation.Relu6,
        ["leaky_relu"] = Activation.LeakyRelu,
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["mish"] = Activation.Mish,
        ["laplace"] = Activation.Laplace,
        ["sigmoid"] = Activation.Sigmoid,
        ["tanh"] = Activation.Tanh,
        ["linear"] = Activation.Linear,
    };

    /// <summary>All names.</summary>
    public static IEnumerable<string> All => Known.Keys;

    /// <summary>The activation of a name; null if it is not known.</summary>
    public static Activation? Find(string name) => Known.TryGetValue(name, out Activation known) ? known : null;

    /// <summary>The first name of an activation.</summary>
    public static string Of(Activation activation) => Known.First(known => known.Value == activation).Key;
}
