using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Bottleneck;

/// <summary>Weight [out, in] and bias [out] of one linear map.</summary>
internal readonly record struct Linear(Tensor Weight, Tensor Bias);

/// <summary>One projection of a layer's adapter: as many linear maps as there are experts, one if it is shared.</summary>
internal sealed class Projection : IDisposable
{
    private readonly string _name;
    private readonly Linear[] _experts;

    public Projection(string name, int experts, int outputs, int inputs, Generator generator, Device device)
    {
        _name = name;
        _experts = [.. Enumerable.Range(0, experts).Select(_ => new Linear(NewWeight(outputs, inputs, generator, device), NewBias(outputs, device)))];
    }

    /// <summary>Names as in the authors' published checkpoints.</summary>
    public IEnumerable<TrainableParameter> Parameters => _experts.SelectMany((expert, index) => (TrainableParameter[])[
        new(FormattableString.Invariant($"{_name}.deepspeed_experts.{index}.weight"), expert.Weight, Decays: true),
        new(FormattableString.Invariant($"{_name}.deepspeed_experts.{index}.bias"), expert.Bias, Decays: false)]);

    public Linear Expert(int index) => _experts[index];

    /// <summary>One expert a row: weights [B, out, in] and biases [B, 1, out].</summary>
    public Linear Experts(long[] indices)
    {
        Tensor rows = tensor(indices, device: _experts[0].Weight.device);
        return new Linear(
            stack([.. _experts.Select(expert => expert.Weight)]).index_select(0, rows),
            stack([.. _experts.Select(expert => expert.Bias)]).index_select(0, rows).unsqueeze(1));
    }

    /// <summary>Means of weights and of biases over the experts; without gradient.</summary>
    public Linear Mean()
    {
        using IDisposable gradients = no_grad();
        return new Linear(
            stack([.. _experts.Select(expert => expert.Weight)]).mean([0]),
            stack([.. _experts.Select(expert => expert.Bias)]).mean([0]));
    }

    public void Dispose()
    {
        foreach (Linear expert in _experts)
        {
            expert.Weight.Dispose();
            expert.Bias.Dispose();
        }
    }

    private static Tensor NewWeight(int outputs, int inputs, Generator generator, Device device) =>
        Initial.Normal([outputs, inputs], BottleneckMixture.InitialDeviation, generator, device);

    private static Tensor NewBias(int outputs, Device device) => Initial.Zeros([outputs], device);
}
