namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>
/// Draws, for a whole batch and one pass, one expert per layer and unshared projection, uniformly and independently
/// (stochastic routing, section 3.1 of the paper).
/// </summary>
internal sealed class Router(int layers, int experts, Sharing sharing, RandomSource random)
{
    /// <summary>One route a layer.</summary>
    public Route[] Draw()
    {
        Route[] routes = new Route[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            int down = sharing.HasFlag(Sharing.Down) ? 0 : random.Next(experts);
            int up = sharing.HasFlag(Sharing.Up) ? 0 : random.Next(experts);
            routes[layer] = new Route(down, up);
        }

        return routes;
    }
}
