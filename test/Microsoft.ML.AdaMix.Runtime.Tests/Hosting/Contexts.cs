using System.Reflection;

namespace Microsoft.ML.AdaMix.Hosting;

internal static class Contexts
{
    /// <summary>Cancels a context as Microsoft.ML.AutoML does; it is not public in Microsoft.ML.</summary>
    public static void Cancel(MLContext ml) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(ml, null);
}
