using System.Globalization;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>How often, and how long, something is tried again that may go well later.</summary>
internal sealed class HubPatience(HubClock clock, int attempts, Action<string> say)
{
    /// <summary>Attempts where nothing says otherwise.</summary>
    public const int Usual = 4;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6); // the hub counts requests over 5 minutes

    private int _failures;
    private TimeSpan _waited;

    /// <summary>Tries something until it goes well or fails for good.</summary>
    public static async Task<T> Try<T>(
        HubClock clock, int attempts, Action<string> say, Func<Task<T>> attempt, CancellationToken cancellation)
    {
        HubPatience patience = new(clock, attempts, say);
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (HubException error)
            {
                await patience.Wait(error, cancellation);
            }
        }
    }

    /// <summary>Something has come: what fails from here on is counted anew.</summary>
    public void Renew() => (_failures, _waited) = (0, TimeSpan.Zero);

    /// <summary>Waits before the next attempt.</summary>
    /// <exception cref="HubException">The same error, where no attempt is left; or one that says how long the hub asks to wait.</exception>
    public async Task Wait(HubException error, CancellationToken cancellation)
    {
        if (!error.IsPassing || ++_failures >= attempts)
        {
            throw new HubException(error.Message, error.StatusCode, error) { IsAbsence = error.IsAbsence };
        }

        TimeSpan wait = error.RetryAfter ?? TimeSpan.FromSeconds(1 << (_failures - 1));
        _waited += wait;
        string seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (_waited > Longest)
        {
            throw new HubException(
                $"{error.Message} It asks to wait for {seconds} seconds, which is not done here; try again then.", error.StatusCode, error);
        }

        say($"{error.Message} Trying again in {seconds} s.");
        await clock.Wait(wait, cancellation);
    }
}
