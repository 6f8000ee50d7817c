using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

[TestClass]
public class CompactTensorsTests
{
    [TestMethod]
    public void No_number_moves_by_more_than_a_2047th_of_the_largest_in_its_row()
    {
        Random random = new(1);
        HostTensor tensor = HostTensor.From(
            [40, 50], [.. Enumerable.Range(0, 2000).Select(i => (random.NextSingle() - 0.5f) * MathF.Pow(10, (i / 50) - 20))]);

        HostTensor read = RoundTrip(tensor);

        for (int row = 0; row < 40; row++)
        {
            float[] before = tensor.Values.Span.Slice(row * 50, 50).ToArray();
            float[] after = read.Values.Span.Slice(row * 50, 50).ToArray();
            float bound = before.Max(MathF.Abs) / 2047;
            Assert.IsTrue(before.Zip(after).All(pair => MathF.Abs(pair.First - pair.Second) <= bound), $"row {row}");
        }
    }

    [TestMethod]
    public void What_was_read_is_written_again_without_loss()
    {
        Random random = new(2);
        HostTensor once = RoundTrip(HostTensor.From([300, 7], [.. Enumerable.Range(0, 2100).Select(_ => random.NextSingle() - 0.5f)]));

        CollectionAssert.AreEqual(once.Values.ToArray(), RoundTrip(once).Values.ToArray());
        CollectionAssert.AreEqual(CompactTensors.Write([new CompactTensor(once, CompactTensors.Coarse)]),
            CompactTensors.Write([new CompactTensor(RoundTrip(once), CompactTensors.Coarse)]));
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(float.Epsilon)]
    [DataRow(9e37f)]
    [DataRow(1f)]
    [DataRow(-2047.5f)]
    [DataRow(2047.9f)]
    public void Extreme_rows_stay_finite_and_close(float largest)
    {
        HostTensor read = RoundTrip(HostTensor.From([1, 2], [largest, -largest / 3]));

        Assert.AreEqual(largest, read.Values.Span[0], MathF.Max(MathF.Abs(largest) / 2047, 1e-38f));
        Assert.AreEqual(-largest / 3, read.Values.Span[1], MathF.Max(MathF.Abs(largest) / 2047, 1e-38f));
    }

    [TestMethod]
    public void Vectors_halves_empty_and_damaged_tensors_are_left_exact()
    {
        Assert.IsTrue(CompactTensors.Takes(HostTensor.From([1, 2], [1, 2])));
        Assert.IsFalse(CompactTensors.Takes(HostTensor.From([2], [1, 2])));
        Assert.IsFalse(CompactTensors.Takes(HostTensor.From([0, 2], [])));
        Assert.IsFalse(CompactTensors.Takes(HostTensor.From([1, 2], [1, float.NaN])));
        Assert.IsFalse(CompactTensors.Takes(HostTensor.From([1, 2], [1, float.MaxValue])));
        Assert.IsFalse(CompactTensors.Takes(HostTensor.From([1, 2], [1, 2]) with { Storage = StorageType.Float16 }));
    }

    [TestMethod]
    public void Any_shapes_come_back_in_their_order()
    {
        Random random = new(3);
        for (int i = 0; i < 100; i++)
        {
            HostTensor[] tensors = [
                .. Enumerable.Range(0, random.Next(1, 6)).Select(_ => TestModels.Random(random, random.Next(1, 9), random.Next(1, 9)))];
            CompactEntry[] entries = [.. tensors.Select((tensor, index) => new CompactEntry($"{index}", tensor.Shape[0], tensor.Shape[1]))];

            Dictionary<string, HostTensor> read = CompactTensors.Read(
                CompactTensors.Write([.. tensors.Select(tensor => new CompactTensor(tensor, CompactTensors.Fine))]), entries);

            for (int index = 0; index < tensors.Length; index++)
            {
                CollectionAssert.AreEqual(tensors[index].Shape, read[$"{index}"].Shape);
                TestModels.AreClose(tensors[index].Values.ToArray(), read[$"{index}"].Values.ToArray(), 0.4f / 8191);
            }
        }
    }

    private static HostTensor RoundTrip(HostTensor tensor) =>
        CompactTensors.Read(CompactTensors.Write([new CompactTensor(tensor, CompactTensors.Coarse)]),
            [new CompactEntry("x", tensor.Shape[0], tensor.Shape[1])])["x"];
}
