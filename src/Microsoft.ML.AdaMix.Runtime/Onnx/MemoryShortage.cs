using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Tells want of memory, which native libraries report in many ways, and names what helps.</summary>
internal static class MemoryShortage
{
    // What libtorch, CUDA, ONNX Runtime and the C++ library say.
    private static readonly string[] Signs =
    [
        "not enough memory", "out of memory", "can't allocate memory", "cannot allocate memory", "failed to allocate memory", "bad_alloc",
        "bad allocation", "ALLOC_FAILED",
    ];

    /// <summary>Whether an error, or one that caused it, is want of memory.</summary>
    public static bool Is(Exception error) => error switch
    {
        InsufficientMemoryException => false, // named already
        OutOfMemoryException => true,
        AggregateException several => several.InnerExceptions.Any(Is),
        System.Runtime.InteropServices.ExternalException or OnnxRuntimeException =>
            Array.Exists(Signs, sign => error.Message.Contains(sign, StringComparison.OrdinalIgnoreCase)),
        _ => error.InnerException is { } cause && Is(cause),
    };

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
