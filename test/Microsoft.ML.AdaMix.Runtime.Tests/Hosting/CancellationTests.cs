using System.Reflection;
using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Scoring;
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
        Cancel(_ml);

        Assert.ThrowsExactly<OperationCanceledException>(() => HostInternals.ThrowIfCanceled(_ml));
    }

    [TestMethod]
    public void Cancelling_a_context_is_seen_on_hosts_made_before_and_after()
    {
        IHost before = Host();
        IHost child = before.Register("child");

        Cancel(_ml);

        foreach (IHost host in (IHost[])[before, child, Host(), before.Register("late child")])
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => HostInternals.ThrowIfCanceled(host));
        }
    }

    [TestMethod]
    public void Cancelling_one_context_leaves_others_alone()
    {
        Cancel(new MLContext());

        HostInternals.ThrowIfCanceled(_ml);
    }

    [TestMethod]
    public void A_cancelled_context_stops_a_view_that_is_being_scored()
    {
        AdaMixTransformer model = new(_ml, Classifiers.Model());
        IDataView scored = model.Transform(_ml.Data.LoadFromEnumerable(Classifiers.Rows(5)));

        Cancel(_ml);

        Assert.ThrowsExactly<OperationCanceledException>(() => Classifiers.Scores(scored));
    }

    private IHost Host() => ((IHostEnvironment)_ml).Register("host");

    // Not public in Microsoft.ML; Microsoft.ML.AutoML reaches it.
    private static void Cancel(MLContext ml) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(ml, null);
}
