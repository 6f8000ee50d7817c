using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>
/// Picks experts, uniformly and independently for each layer and unshared projection (stochastic routing, section 3.1 of the paper): for a
/// whole batch, as published, or as <see cref="ExpertRouting"/> says.
/// </summary>
internal sealed class Router(int layers, int experts, ExpertSharing sharing, ExpertRouting routing, int fixedExpert, RandomSource random)
{
    /// <summary>A router for a mixture as its options say.</summary>
    public static Router For(MixtureOptions mixture, int layers, RandomSource random) =>
        new(layers, mixture.Experts, mixture.Sharing, mixture.Routing, mixture.FixedExpert, random);

    /// <summary>The experts of one pass; made of tensors of the current dispose scope.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="tokens">Tokens a row, padding included.</param>
    /// <param name="device">Where the batch is.</param>
    public IExpertSelection Draw(int rows, int tokens, Device device) => routing switch
    {
        ExpertRouting.Example => new PerTokenExperts(Choices(rows, 1, device), experts),
        ExpertRouting.Token => new PerTokenExperts(Choices(rows, tokens, device), experts),
        ExpertRouting.Fixed => new RoutedExpert([.. Enumerable.Repeat(Route(fixedExpert, fixedExpert), layers)]),
        ExpertRouting.AllLayers => new RoutedExpert([.. Enumerable.Repeat(Next(), layers)]),
        _ => new RoutedExpert(DrawRoutes()),
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

    // [layer] of int64 [rows, tokens]
    private (Tensor Down, Tensor Up)[] Choices(int rows, int tokens, Device device)
    {
        (Tensor, Tensor)[] choices = new (Tensor, Tensor)[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            long[] down = new long[rows * tokens];
            long[] up = new long[rows * tokens];
            for (int i = 0; i < down.Length; i++)
            {
                (int nextDown, int nextUp) = Next();
                down[i] = nextDown;
                up[i] = nextUp;
            }

            choices[layer] = (tensor(down, rows, tokens, device: device), tensor(up, rows, tokens, device: device));
        }

        return choices;
    }
}
