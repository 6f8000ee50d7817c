using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Exchange;

/// <summary>Compares models and folders bit for bit.</summary>
internal static class FolderAssert
{
    public static void AreEqual(ServedModel expected, ServedModel found)
    {
        TunedTensor[] before = [.. TunedTensors.List(expected.Tuned)];
        TunedTensor[] after = [.. TunedTensors.List(found.Tuned)];
        CollectionAssert.AreEquivalent(before.Select(tensor => tensor.Name).ToArray(), after.Select(tensor => tensor.Name).ToArray());
        foreach (TunedTensor tensor in before)
        {
            SameBits(tensor.Name, tensor.Tensor, Array.Find(after, other => other.Name == tensor.Name).Tensor);
        }

        CollectionAssert.AreEquivalent(
            expected.Tuned.Edits.Select(Settings).ToArray(), found.Tuned.Edits.Select(Settings).ToArray());
        Assert.AreEqual(expected.Task, found.Task);
        CollectionAssert.AreEqual(expected.Labels.Names, found.Labels.Names);
        CollectionAssert.AreEqual(expected.Thresholds, found.Thresholds);
    }

    /// <summary>Whether two folders hold the same tensors under names that are the same after a change.</summary>
    public static void SameTensors(string expected, string found, Func<string, string> rename)
    {
        foreach (string path in Directory.GetFiles(expected, "*.safetensors"))
        {
            SafetensorsFile before = SafetensorsFile.Open(path);
            SafetensorsFile after = SafetensorsFile.Open(Path.Combine(found, Path.GetFileName(path)));
            CollectionAssert.AreEquivalent(before.Tensors.Keys.ToArray(), after.Tensors.Keys.Select(rename).ToArray());
            foreach (string name in after.Tensors.Keys)
            {
                SameBits(name, before.Read(rename(name)), after.Read(name));
            }
        }
    }

    /// <summary>Changes a configuration in a folder.</summary>
    public static void Change(string folder, Action<JsonObject> change, string file = "adapter_config.json")
    {
        string path = Path.Combine(folder, file);
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private static void SameBits(string name, HostTensor expected, HostTensor found)
    {
        CollectionAssert.AreEqual(expected.Shape, found.Shape, name);
        Assert.AreEqual(expected.Storage, found.Storage, name);
        Assert.IsTrue(
            MemoryMarshal.AsBytes(expected.Values.Span).SequenceEqual(MemoryMarshal.AsBytes(found.Values.Span)), $"the bits of {name}");
    }

    // What is no tensor: module, scale, activation.
    private static string Settings(EncoderEdit edit) => string.Join(' ', edit.GetType().GetProperties()
        .Where(property => property.PropertyType != typeof(HostTensor) && property.DeclaringType == edit.GetType()
            && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsGenericType)
        .Select(property => $"{property.Name}={property.GetValue(edit)}"));
}
