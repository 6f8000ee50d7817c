using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Tells want of memory, which native libraries report in many ways, and names what helps.</summary>
internal static class MemoryShortage
{
    // What libtorch, CUDA, ONNX Runtime and the C++ library say.
    private static readonly string[] Signs =
    [
        "not enough memory", "out of memory", "can't allocate memory", "cannot allocate memory", "failed to allocate memory", "bad_alloc",
        "bad allocation", "ALLOC_FAILED", "ALLOCATION_FAILED", "cudaErrorMemoryAllocation", "STATUS_INSUFFICIENT_RESOURCES",

        // What cuBLAS and cuDNN say where there is no room for their own working memory.
        "CUBLAS_STATUS_NOT_INITIALIZED", "CUDNN_STATUS_NOT_INITIALIZED",
    ];

    // Whose memory it was, where it was not the process's.
    private static readonly string[] SignsOfCard = ["CUDA", "CUBLAS", "CUDNN", "CUSOLVER", "CUSPARSE", "GPU"];

    /// <summary>Whether an error, or one that caused it, is want of memory.</summary>
    public static bool Is(Exception error) => Find(error) is not null;

    /// <summary>Whether it is want of a GPU's memory, not of the process's.</summary>
    public static bool IsOfCard(Exception error) => Find(error) is { } shortage && Says(shortage, SignsOfCard);

    private static Exception? Find(Exception error) => error switch
    {
        InsufficientMemoryException => null, // named already
        OutOfMemoryException => error,
        AggregateException several => several.InnerExceptions.Select(Find).FirstOrDefault(found => found is not null),
        System.Runtime.InteropServices.ExternalException or OnnxRuntimeException => Says(error, Signs) ? error : null,
        _ => error.InnerException is { } cause ? Find(cause) : null,
    };

    private static bool Says(Exception error, string[] signs) =>
        Array.Exists(signs, sign => error.Message.Contains(sign, StringComparison.OrdinalIgnoreCase));

    /// <summary>The exception that names it.</summary>
    /// <param name="doing">What there is too little memory for.</param>
    /// <param name="remedy">What helps.</param>
    /// <param name="error">What was thrown.</param>
    public static Exception Named(string doing, string remedy, Exception error) =>
        new InsufficientMemoryException($"There is too little memory {doing}: {Cause(error)}. {remedy}", error);

    /// <summary>Does something that takes native memory.</summary>
    /// <exception cref="InsufficientMemoryException">There was too little.</exception>
    public static T Guard<T>(string doing, string remedy, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (Is(error))
        {
            throw Named(doing, remedy, error);
        }
    }

    // libtorch's message goes on with a stack of many lines.
    private static string Cause(Exception error) =>
        (error is AggregateException several ? several.InnerExceptions.First(Is) : error).Message.Split('\n')[0].Trim().TrimEnd('.');
}
