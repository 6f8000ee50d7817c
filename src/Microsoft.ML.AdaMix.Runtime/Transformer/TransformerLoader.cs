using Microsoft.ML;
using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Transformer;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(AdaMixTransformer),
    typeof(TransformerLoader),
    null,
    typeof(SignatureLoadModel),
    "AdaMix text classifier",
    ModelFormat.LoaderSignature)]

namespace Microsoft.ML.AdaMix.Transformer;

/// <summary>What ML.NET calls to load a transformer; it finds it by the assembly's attribute.</summary>
internal static class TransformerLoader
{
    public static AdaMixTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => new(env, ModelStore.Load(ctx));
}
