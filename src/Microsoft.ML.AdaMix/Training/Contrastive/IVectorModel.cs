using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>A model that gives texts vectors of length one, which pairs of texts train.</summary>
internal interface IVectorModel
{
    EncoderConfig Config { get; }

    Device Device { get; }

    /// <summary>The type in which the weights compute.</summary>
    ScalarType States { get; }

    /// <summary>What training moves.</summary>
    IEnumerable<TrainableParameter> Parameters { get; }

    /// <summary>Some sequences as the encoder reads them; to be disposed.</summary>
    EncoderBatch Pad(TokenTable rows, int[] sequences);

    /// <summary>Dropout's words of a text that are drawn ahead.</summary>
    long DropoutWords(EncoderBatch batch);

    /// <summary>The experts of a step.</summary>
    /// <param name="texts">How many texts, two a pair.</param>
    /// <param name="tokens">Tokens of the longest one.</param>
    IDrawnExperts Draw(int texts, int tokens);

    /// <summary>A loss of texts' vectors, a scalar without gradient, and its gradients by the leaves, null where there is none.</summary>
    /// <param name="sequences">The texts, for a model that knows some of their states.</param>
    /// <param name="batch">The same, padded.</param>
    /// <param name="experts">Theirs.</param>
    /// <param name="masks">Their dropout, or null for none.</param>
    /// <param name="leaves">What is trained.</param>
    /// <param name="loss">Of vectors, float32 [texts, hidden], each of length one.</param>
    (Tensor Loss, Tensor?[] Gradients) Differentiate(
        int[] sequences, EncoderBatch batch, IExpertSelection experts, Dropout? masks, Tensor[] leaves, Func<Tensor, Tensor> loss);
}
