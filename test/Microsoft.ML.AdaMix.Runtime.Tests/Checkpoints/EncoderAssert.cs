using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>Compares encoders in all but the name.</summary>
internal static class EncoderAssert
{
    public static void AreEqual(LoadedEncoder expected, LoadedEncoder found)
    {
        Assert.AreEqual(expected.Config, found.Config);
        CollectionAssert.AreEquivalent(expected.Weights.Keys.ToList(), found.Weights.Keys.ToList());
        foreach ((string name, HostTensor tensor) in expected.Weights)
        {
            CollectionAssert.AreEqual(tensor.Shape, found[name].Shape, name);
            Assert.AreEqual(tensor.Storage, found[name].Storage, name);
            Assert.IsTrue(MemoryMarshal.AsBytes(tensor.Values.Span).SequenceEqual(MemoryMarshal.AsBytes(found[name].Values.Span)), name);
        }

        foreach ((string name, byte[] content) in found.Tokenizer.Contents)
        {
            Assert.IsTrue(expected.Tokenizer.Contents[name].AsSpan().SequenceEqual(content), name);
        }
    }
}
