using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>
/// Picks experts, uniformly and independently for each layer and unshared projection (stochastic routing, section 3.1 of the paper): for a
/// whole batch, as published, or as <see cref="ExpertRouting"/> says.
/// </summary>
internal sealed class Router(int layers, int experts, ExpertSharing sharing, ExpertRouting routing, int fixedExpert, RandomSource random)
{
    /// <summary>A router for a mixture as its options say.</summary>
    public static Router For(MixtureOptions mixture, int layers, RandomSource random) =>
        new(layers, mixture.ExpertCount, mixture.Sharing, mixture.Routing, mixture.FixedExpert, random);

    /// <summary>The experts of a step's passes.</summary>
    /// <param name="passes">One or two.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="tokens">Tokens a row, padding included.</param>
    public IDrawnExperts Draw(int passes, int rows, int tokens) => routing switch
    {
        ExpertRouting.Example => new DrawnChoices(Passes(passes, () => Choices(rows)), 1, experts),
        ExpertRouting.Token => new DrawnChoices(Passes(passes, () => Choices(rows * tokens)), tokens, experts),
        ExpertRouting.Fixed => new DrawnRoutes(Passes(passes, () => Everywhere(Route(fixedExpert, fixedExpert)))),
        ExpertRouting.AllLayers => new DrawnRoutes(Passes(passes, () => Everywhere(Next()))),
        _ => new DrawnRoutes(Passes(passes, DrawRoutes)),
    };

    /// <summary>One route a layer, for the whole batch.</summary>
    public Route[] DrawRoutes()
    {
        Route[] routes = new Route[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            routes[layer] = Next();
        }

        return routes;
    }

    private Route Next()
    {
        int down = sharing.HasFlag(ExpertSharing.Down) ? 0 : random.Next(experts);
        int up = sharing.HasFlag(ExpertSharing.Up) ? 0 : random.Next(experts);
        return new Route(down, up);
    }

    private Route Route(int down, int up) =>
        new(sharing.HasFlag(ExpertSharing.Down) ? 0 : down, sharing.HasFlag(ExpertSharing.Up) ? 0 : up);

    private Route[] Everywhere(Route route) => [.. Enumerable.Repeat(route, layers)];

    // [2 x layer + side][count]
    private byte[][] Choices(int count)
    {
        byte[][] choices = new byte[2 * layers][];
        for (int layer = 0; layer < layers; layer++)
        {
            byte[] down = choices[(2 * layer) + (int)Side.Down] = new byte[count];
            byte[] up = choices[(2 * layer) + (int)Side.Up] = new byte[count];
            for (int i = 0; i < count; i++)
            {
                (int nextDown, int nextUp) = Next();
                down[i] = (byte)nextDown;
                up[i] = (byte)nextUp;
            }
        }

        return choices;
    }

    private static T[] Passes<T>(int passes, Func<T> draw)
    {
        T[] drawn = new T[passes];
        for (int pass = 0; pass < passes; pass++)
        {
            drawn[pass] = draw();
        }

        return drawn;
    }
}
