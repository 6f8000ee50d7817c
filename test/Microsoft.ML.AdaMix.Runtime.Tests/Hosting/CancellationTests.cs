using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Hosting;

[TestClass]
public class CancellationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void A_context_that_was_not_cancelled_passes_and_so_does_its_host()
    {
        HostInternals.ThrowIfCanceled(_ml);
        HostInternals.ThrowIfCanceled(Host());
    }

    [TestMethod]
    public void Cancelling_a_context_is_seen_on_the_context_itself()
    {
        Contexts.Cancel(_ml);

        Assert.ThrowsExactly<OperationCanceledException>(() => HostInternals.ThrowIfCanceled(_ml));
    }

    [TestMethod]
    public void Cancelling_a_context_is_seen_on_hosts_made_before_and_after()
    {
        IHost before = Host();
        IHost child = before.Register("child");

        Contexts.Cancel(_ml);

        foreach (IHost host in (IHost[])[before, child, Host(), before.Register("late child")])
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => HostInternals.ThrowIfCanceled(host));
        }
    }

    [TestMethod]
    public void Cancelling_one_context_leaves_others_alone()
    {
        Contexts.Cancel(new MLContext());

        HostInternals.ThrowIfCanceled(_ml);
    }

    private IHost Host() => ((IHostEnvironment)_ml).Register("host");
}
