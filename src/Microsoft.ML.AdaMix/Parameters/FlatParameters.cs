using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Parameters;

/// <summary>
/// All weights that a training moves, one behind the other in one buffer, those that decay first: clipping and the optimiser are a few
/// operations, however many weights there are.
/// </summary>
/// <remarks>The parameters compute on this memory, or on a copy of it in a shorter type; when this is disposed they keep it.</remarks>
internal sealed class FlatParameters : IDisposable
{
    private readonly TrainableParameter[] _parameters;
    private readonly Tensor[] _none; // zeros of each one's size, in the type that computes
    private readonly Tensor? _computing; // [n], where that is another type

    /// <param name="parameters">All of them, on one device.</param>
    /// <param name="computing">The type in which they compute.</param>
    public FlatParameters(IEnumerable<TrainableParameter> parameters, ScalarType computing = ScalarType.Float32)
    {
        _parameters = [.. parameters.OrderBy(parameter => !parameter.Decays)]; // stable
        Sizes = Array.ConvertAll(_parameters, parameter => parameter.Value.numel());
        Decaying = _parameters.TakeWhile(parameter => parameter.Decays).Sum(parameter => parameter.Value.numel());
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Values = Join(Array.ConvertAll(_parameters, parameter => parameter.Value)).to_type(ScalarType.Float32).DetachFromDisposeScope();
        _computing = computing == ScalarType.Float32 ? null : Values.to_type(computing).DetachFromDisposeScope();
        Tensor nothing = zeros([Math.Max(1, Sizes.Max())], computing, Values.device);
        _none = Array.ConvertAll(Sizes, size => nothing.narrow(0, 0, size).DetachFromDisposeScope());
        MoveTo(_computing ?? Values);
    }

    /// <summary>In the buffer's order.</summary>
    public IReadOnlyList<TrainableParameter> Parameters => _parameters;

    /// <summary>How many numbers each has.</summary>
    public long[] Sizes { get; }

    /// <summary>How many numbers of the buffer, from its start, decay.</summary>
    public long Decaying { get; }

    /// <summary>float32 [n].</summary>
    public Tensor Values { get; }

    /// <summary>The leaves that compute now.</summary>
    public Tensor[] Leaves() => Array.ConvertAll(_parameters, parameter => parameter.Value);

    /// <summary>Gradients as one float32 [n]; zeros for those that are null.</summary>
    public Tensor Join(IReadOnlyList<Tensor?> gradients)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = new Tensor[_parameters.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = gradients[i]?.reshape(-1) ?? _none[i];
        }

        return cat(parts, 0).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Takes other values.</summary>
    /// <param name="values">float32 [n].</param>
    public void Set(Tensor values)
    {
        using IDisposable gradients = no_grad();
        Values.copy_(values);
        Publish();
    }

    /// <summary>To be called after <see cref="Values"/> changed: what computes in another type follows.</summary>
    public void Publish() => _computing?.copy_(Values);

    public void Dispose()
    {
        if (_computing is not null)
        {
            MoveTo(Values);
        }

        foreach (Tensor? tensor in (IEnumerable<Tensor?>)[.. _none, _computing, Values])
        {
            tensor?.Dispose();
        }
    }

    private void MoveTo(Tensor buffer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] places = buffer.split(Sizes);
        for (int i = 0; i < places.Length; i++)
        {
            _parameters[i].MoveTo(places[i]);
        }
    }
}
