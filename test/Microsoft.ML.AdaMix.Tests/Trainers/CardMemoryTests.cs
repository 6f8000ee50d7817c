using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

#pragma warning disable CA2201 // What TorchSharp throws.
/// <summary>What a training says and frees when memory runs out, with what libtorch says on a GPU.</summary>
[TestClass]
public sealed class CardMemoryTests
{
    private const string OutOfMemory =
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 1 has a total capacity of 79.19 GiB of which 15.00 MiB is free.\n"
        + "Exception raised";

    [TestMethod]
    public void Want_of_a_card_s_memory_names_the_card_and_what_helps_there()
    {
        AdaMixOptions options = new() { Device = TrainingDevice.Card(1) };
        string message = TrainingRun.Named(new ExternalException(OutOfMemory), options, new Device(DeviceType.CUDA, 1)).Message;
        Assert.StartsWith(
            "There is too little memory for this training on cuda:1: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 1 has ", message);
        Assert.Contains("set MicroBatchSize to 4 (the same training in smaller parts), set GradientCheckpointing, lower BatchSize (now 16)",
            message);
        Assert.EndsWith("or set Device to another card or to cpu, or end what else uses the card.", message);
        Assert.DoesNotContain("the process", message);
        Assert.DoesNotContain("Exception raised", message);
    }

    [TestMethod]
    public void Want_of_the_process_s_memory_speaks_of_no_card()
    {
        string message = TrainingRun.Named(new ExternalException("DefaultCPUAllocator: can't allocate memory"), new(), card: null).Message;
        Assert.Contains("are free for this process", message);
        Assert.EndsWith("or give the process more memory.", message);
        Assert.DoesNotContain("card", message);
    }

    [TestMethod]
    public void What_was_half_made_when_memory_ran_out_is_free_when_the_error_is_thrown()
    {
        (WeakReference tensor, Exception error) = Fail();
        Assert.IsInstanceOfType<InsufficientMemoryException>(error);
        Assert.IsFalse(tensor.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Tensor, Exception Error) Fail()
    {
        HalfMade method = new();
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food"));
        AdaMixOptions options = Rows.Quick() with { Method = method, Mixture = null };
        Exception error = Assert.Throws<Exception>(() => Rows.Pipeline(ml, options).Fit(data));
        return (method.Tensors[0], error);
    }

    /// <summary>Takes memory and then finds none.</summary>
    private sealed record HalfMade : TuningMethod
    {
        public List<WeakReference> Tensors { get; } = [];

        public override string Name => "half-made";

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal override ITuningModule Create(MethodContext context)
        {
            Tensors.Add(new WeakReference(zeros(1024).DetachFromDisposeScope()));
            throw new ExternalException(OutOfMemory);
        }
    }
}
