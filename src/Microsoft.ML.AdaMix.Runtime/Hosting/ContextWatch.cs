using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Hosting;

/// <summary>Notices that a context is cancelled from now on. One that was cancelled before stops nothing.</summary>
/// <remarks>
/// A sweep cancels the context of every trial when the trial is over, also after success; the best trial's model lives on in that context.
/// </remarks>
internal sealed class ContextWatch(IHostEnvironment environment)
{
    private readonly bool _before = HostInternals.IsCanceled(environment);

    public bool IsCanceled => !_before && HostInternals.IsCanceled(environment);

    /// <exception cref="OperationCanceledException">The context was cancelled since this was made.</exception>
    public void ThrowIfCanceled()
    {
        if (IsCanceled)
        {
            throw HostInternals.Canceled();
        }
    }
}
