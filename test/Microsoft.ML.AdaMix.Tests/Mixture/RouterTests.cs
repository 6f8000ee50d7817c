using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Tests.Mixture;

[TestClass]
public sealed class RouterTests
{
    [TestMethod]
    public void A_router_draws_every_expert_and_only_expert_0_of_a_shared_projection()
    {
        Router router = new(3, 4, ExpertSharing.Up, ExpertRouting.Batch, 0, new RandomSource(1));
        Route[] routes = [.. Enumerable.Range(0, 200).SelectMany(_ => router.DrawRoutes())];
        CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3 }, routes.Select(route => route.Down).Distinct().ToArray());
        Assert.IsTrue(routes.All(route => route.Up == 0));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(8)]
    [DataRow(16)]
    public void Every_one_of_up_to_16_experts_is_drawn_about_equally_often_and_apart_in_both_projections(int experts)
    {
        Router router = new(4, experts, ExpertSharing.None, ExpertRouting.Batch, 0, new RandomSource(1));
        Route[] routes = [.. Enumerable.Range(0, 1000).SelectMany(_ => router.DrawRoutes())];
        double expected = routes.Length / (double)experts;
        foreach (int expert in Enumerable.Range(0, experts))
        {
            Assert.AreEqual(expected, routes.Count(route => route.Down == expert), 0.25 * expected);
            Assert.AreEqual(expected, routes.Count(route => route.Up == expert), 0.25 * expected);
        }

        Assert.AreEqual(1.0 / experts, routes.Count(route => route.Up == route.Down) / (double)routes.Length, 0.05);
    }

    [TestMethod]
    public void Layers_draw_apart_unless_one_draw_is_to_hold_for_all()
    {
        Assert.IsGreaterThan(1, Layers(ExpertRouting.Batch));
        Assert.AreEqual(1, Layers(ExpertRouting.AllLayers));
        Assert.AreEqual(1, Layers(ExpertRouting.Fixed));

        // The largest number of different experts in one pass of twenty.
        static int Layers(ExpertRouting routing)
        {
            Router router = new(6, 4, ExpertSharing.Up, routing, 2, new RandomSource(1));
            int[][] drawn = [.. Enumerable.Range(0, 10).SelectMany(_ => ((DrawnRoutes)router.Draw(2, 3, 5)).Passes)
                .Select(pass => pass.Select(route => route.Down).ToArray())];
            CollectionAssert.AreEquivalent(
                routing == ExpertRouting.Fixed ? new[] { 2 } : [0, 1, 2, 3], drawn.SelectMany(layers => layers).Distinct().ToArray());
            return drawn.Max(layers => layers.Distinct().Count());
        }
    }
}
