using Microsoft.ML.AdaMix.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Native;

[TestClass]
public class TensorArithmeticTests
{
    [TestMethod]
    public void Each_operation_computes_what_it_says()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = tensor(new float[] { 1, -2, 3 });
        Tensor b = tensor(new float[] { 4, 5, -6 });

        AreEqual([5, 3, -3], a.Plus(b));
        AreEqual([1.5f, -1.5f, 3.5f], a.Plus(0.5));
        AreEqual([-3, -7, 9], a.Minus(b));
        AreEqual([2, -4, 6], a.Times(2.0));
        AreEqual([1, -1, 2], a.Within(-1, 2));
        AreEqual([1.5f, -1.5f, 3.5f], a.clone().AddInPlace(0.5));
        AreEqual([9, 8, -9], a.clone().AddInPlace(b, 2));
        AreEqual([9, -22, -33], a.clone().AddProductInPlace(a, b, 2));
        AreEqual([1.5f, -2.8f, 2], a.clone().AddQuotientInPlace(a, b, 2));
        AreEqual([2, -4, 6], a.clone().TimesInPlace(2));
        AreEqual([0.5f, -1, 1.5f], a.clone().DivideInPlace(2));
        AreEqual([7, 7], TensorArithmetic.Everywhere([2], 7));
        CollectionAssert.AreEqual(new long[] { 0, 1, 2 }, TensorArithmetic.Count(3, CPU).data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 3, 6 }, TensorArithmetic.Count(3, CPU).Times(3L).data<long>().ToArray());
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Sums_beside_a_thread_that_collects_garbage_are_right()
    {
        // TorchSharp's own operator failed here after some ten thousand sums.
        const int Sums = 60_000;
        bool done = false;
        Thread collector = new(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor a = ones(4);
            for (int i = 0; i < Sums; i++)
            {
                using Tensor sum = a.Plus(a);
                using Tensor product = sum.Times(1.5);
                using Tensor more = product.Plus(0.5);
                Assert.AreEqual(4f, more.AddInPlace(0.5).data<float>()[0]);
                using Tensor count = TensorArithmetic.Count(2, CPU);
                Assert.AreEqual(1, count.data<long>()[1]);
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            collector.Join();
        }
    }

    private static void AreEqual(float[] expected, Tensor found) => CollectionAssert.AreEqual(expected, found.data<float>().ToArray());
}
