using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Onnx;

#pragma warning disable CA2201 // What native libraries' wrappers throw.
[TestClass]
public sealed class MemoryShortageTests
{
    [TestMethod]
    [DataRow("DefaultCPUAllocator: can't allocate memory: you tried to allocate 50331648 bytes. Error code 12")]
    [DataRow("DefaultCPUAllocator: not enough memory: you tried to allocate 50331648 bytes.")]
    [DataRow("CUDA out of memory. Tried to allocate 2.00 GiB")]
    [DataRow("std::bad_alloc")]
    [DataRow("CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)")]
    [DataRow("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`")]
    [DataRow("cuDNN error: CUDNN_STATUS_ALLOC_FAILED")]
    [DataRow("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED")]
    [DataRow("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED")]
    [DataRow("CUDA error: out of memory")]
    public void What_native_libraries_say_of_too_little_memory_is_known(string message)
    {
        Assert.IsTrue(MemoryShortage.Is(new ExternalException(message)));
        Assert.IsTrue(MemoryShortage.Is(new AggregateException(new ExternalException(message))));
        Assert.IsTrue(MemoryShortage.Is(new InvalidOperationException("reading failed", new ExternalException(message))));
    }

    [TestMethod]
    [DataRow("DefaultCPUAllocator: not enough memory: you tried to allocate 50331648 bytes.", false)]
    [DataRow("std::bad_alloc", false)]
    [DataRow("CUDA out of memory. Tried to allocate 2.00 GiB", true)]
    [DataRow("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)", true)]
    [DataRow("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED", true)]
    [DataRow("CUDA error: device-side assert triggered", false)]
    public void Want_of_a_card_s_memory_is_told_from_that_of_the_process(string message, bool ofCard)
    {
        Assert.AreEqual(ofCard, MemoryShortage.IsOfCard(new ExternalException(message)));
        Assert.AreEqual(ofCard, MemoryShortage.IsOfCard(new InvalidOperationException("training", new ExternalException(message))));
    }

    [TestMethod]
    public void Managed_want_of_memory_counts_and_what_is_named_already_and_other_errors_do_not()
    {
        Assert.IsTrue(MemoryShortage.Is(new OutOfMemoryException()));
        Assert.IsFalse(MemoryShortage.Is(new InsufficientMemoryException("named")));
        Assert.IsFalse(MemoryShortage.Is(new ExternalException("shapes do not match")));
        Assert.IsFalse(MemoryShortage.Is(new InvalidOperationException("out of memory lane")));
    }

    [TestMethod]
    public void The_named_error_has_the_first_line_of_the_cause_and_the_remedy()
    {
        InsufficientMemoryException error = Assert.ThrowsExactly<InsufficientMemoryException>(() => MemoryShortage.Guard<int>(
            "to open a model", "Close others.", () => throw new ExternalException("bad_alloc: 7 bytes.\nframe #0: somewhere")));
        Assert.AreEqual("There is too little memory to open a model: bad_alloc: 7 bytes. Close others.", error.Message);
        Assert.IsInstanceOfType<ExternalException>(error.InnerException);
    }
}
